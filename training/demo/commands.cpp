#include "training/demo/commands.h"

#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/stop_token.h"
#include "core/model/tensor_memory.h"
#include "training/demo/base_model.h"
#include "training/demo/evaluation.h"
#include "training/demo/recipe.h"
#include "training/demo/samples.h"
#include "training/demo/scene_files.h"
#include "training/demo/tower_trainer.h"

namespace univi::training::demo {
namespace {

using Action = std::function<void()>;

void add_tower(CLI::App& app, Action& action, int& threads) {
    auto* command = app.add_subcommand(
        "tower", "Train the vision tower on labelled scenes (goes on where it stopped)");
    auto options = std::make_shared<TowerOptions>();
    command->add_option("--out", options->folder, "Work folder")->required();
    command->add_option("--stamps", options->stamps, "Folder of tuxpaint-stamps-default")
        ->capture_default_str();
    command->add_option("--steps", options->steps)->capture_default_str();
    command->add_option("--sitting", options->sitting,
                        "Steps of this run at most; the rest next time");
    command->add_option("--batch", options->batch_size)
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    command->add_option("--seed", options->seed)->capture_default_str();
    command->add_option("--adam-rate", options->adam_rate)->capture_default_str();
    command->add_option("--muon-rate", options->muon_rate)->capture_default_str();
    command->add_option("--evaluate-every", options->evaluate_every)->capture_default_str();
    command->add_option("--log-every", options->log_every)->capture_default_str();
    command->add_option("--bf16", options->bf16, "Compute in bf16, weights in fp32")
        ->capture_default_str();
    command->add_option("--threads", threads)->capture_default_str()->check(CLI::Range(1, 256));
    command->callback([options, &action] {
        action = [options] { train_tower(*options, base::stop_on_signals().get_token()); };
    });
}

void add_scenes(CLI::App& app, Action& action) {
    using Options = SceneFileOptions;
    static const std::map<std::string, Options::Media> kMedia{
        {"pictures", Options::Media::Pictures}, {"clips", Options::Media::Clips}};
    static const std::map<std::string, Options::Questions> kQuestions{
        {"train", Options::Questions::Train},
        {"pope", Options::Questions::Pope},
        {"videoqa", Options::Questions::VideoQa},
        {"eval", Options::Questions::Eval}};
    auto* command = app.add_subcommand("scenes", "Compose pictures or clips with their questions");
    auto options = std::make_shared<Options>();
    command->add_option("--out", options->folder, "Folder to fill")->required();
    command->add_option("--kind", options->media, "pictures or clips")
        ->transform(CLI::CheckedTransformer(kMedia));
    command->add_option("--questions", options->questions, "train, pope, videoqa or eval")
        ->transform(CLI::CheckedTransformer(kQuestions));
    command->add_option("--count", options->count)
        ->capture_default_str()
        ->check(CLI::Range(1, 10000000));
    command->add_option("--seed", options->seed)->capture_default_str();
    command
        ->add_option("--rounds", options->rounds,
                     "Conversations of a scene, each with other questions")
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    command->add_option("--pairs", options->pairs, "Questions of a scene")
        ->capture_default_str()
        ->check(CLI::Range(1, 50));
    command->add_option("--side", options->side, "Pixels")
        ->capture_default_str()
        ->check(CLI::Range(64, 2048));
    command->add_option("--stamps", options->stamps, "Folder of tuxpaint-stamps-default")
        ->capture_default_str();
    command->callback([options, &action] {
        action = [options] { write_scene_files(*options, base::stop_on_signals().get_token()); };
    });
}

void add_init(CLI::App& app, Action& action) {
    auto* command =
        app.add_subcommand("init", "Write the untrained base model round a trained tower");
    auto options = std::make_shared<BaseModelOptions>();
    command->add_option("--tower", options->tower, "Work folder of the tower")->required();
    command->add_option("--out", options->folder, "Model folder to write")->required();
    command->add_option("--seed", options->seed)->capture_default_str();
    command->add_option("--vocabulary", options->vocabulary, "Pieces")
        ->capture_default_str()
        ->check(CLI::Range(500, 32000));
    command->add_option("--hidden", options->decoder.hidden)->capture_default_str();
    command->add_option("--layers", options->decoder.layers)->capture_default_str();
    command->add_option("--heads", options->decoder.heads)->capture_default_str();
    command->add_option("--mlp", options->decoder.mlp)->capture_default_str();
    command->add_option("--temporal-rate", options->temporal_rate)->capture_default_str();
    command->callback([options, &action] { action = [options] { write_base_model(*options); }; });
}

void add_evaluate(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "evaluate", "Ask a model the questions of a file and count right answers");
    auto options = std::make_shared<EvaluationOptions>();
    auto json = std::make_shared<std::string>();
    command->add_option("--model", options->model, "Model folder")->required();
    command
        ->add_option("--questions", options->questions, "eval.json, pope_*.jsonl or videoqa.json")
        ->required();
    command->add_option("--media", options->media,
                        "Folder of the pictures and clips (media/ beside the questions)");
    command->add_option("--answers", options->answers,
                        "File for every question and reply, JSON lines");
    command->add_option("--json", *json, "File for the figures");
    command->add_option("--limit", options->limit, "Questions at most");
    command->add_option("--threads", options->threads)
        ->capture_default_str()
        ->check(CLI::Range(1, 256));
    command->callback([options, json, &action] {
        action = [options, json] {
            const Evaluation result = evaluate_model(*options, base::stop_on_signals().get_token());
            if (!json->empty()) base::write_file_atomically(*json, to_json(result).dump(2) + "\n");
            std::fputs(to_table(result).c_str(), stdout);
        };
    });
}

void add_recipe(CLI::App& app, Action& action, int& threads) {
    auto* command = app.add_subcommand(
        "recipe",
        "Make the demo model from nothing: scenes, tower, base, training, evaluation (resumes)");
    auto options = std::make_shared<RecipeOptions>();
    auto size = std::make_shared<std::string>("small");
    command->add_option("--work", options->work, "Folder for everything in between")->required();
    command->add_option("--out", options->result, "Folder of the finished model")->required();
    command->add_option("--size", *size, "small or full")->capture_default_str();
    command->add_option("--until", options->until, "Last step to do")
        ->check(CLI::IsMember(recipe_steps()));
    command->add_option("--univi-train", options->train_program,
                        "The training program (beside this one)");
    command->add_option("--batch", options->batch_size, "Conversations of a step")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    command->add_option("--bf16", options->bf16, "Train the decoder in bf16 over fp32 weights")
        ->capture_default_str();
    command->add_option("--learning-rate", options->learning_rate, "Of the decoder")
        ->capture_default_str();
    command->add_option("--threads", threads)->capture_default_str()->check(CLI::Range(1, 256));
    command->callback([options, size, &threads, &action] {
        action = [options, size, &threads] {
            options->size = recipe_size(*size);
            options->threads = threads;
            run_recipe(*options, base::stop_on_signals().get_token());
        };
    });
}

void add_samples(CLI::App& app, Action& action) {
    auto* command =
        app.add_subcommand("samples", "Write the sample pictures and clips the desktop offers");
    auto folder = std::make_shared<std::string>();
    command->add_option("--out", *folder, "Folder to fill")->required();
    command->callback([folder, &action] { action = [folder] { write_samples(*folder); }; });
}

}  // namespace

int run(int argc, char** argv) {
    CLI::App app(
        "Makes the demo model: scenes, vision tower, base model, training recipe, evaluation",
        "univi-demo");
    app.set_version_flag("--version", "univi-demo 0.1.0");
    app.require_subcommand(1);
    Action action;
    int threads = 1;
    add_scenes(app, action);
    add_tower(app, action, threads);
    add_init(app, action);
    add_evaluate(app, action);
    add_recipe(app, action, threads);
    add_samples(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    base::set_log_level(base::LogLevel::Info);
    model::use_tensor_memory();
    at::set_num_threads(threads);
    try {
        action();
        return 0;
    } catch (const base::Error& error) {
        std::fprintf(stderr, "univi-demo: %s\n", error.what());
        return base::exit_code(error.kind());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "univi-demo: %s\n", error.what());
        return 1;
    }
}

}  // namespace univi::training::demo
