#include "training/demo/recipe.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/model_folder.h"
#include "core/model/parameter_shapes.h"
#include "training/demo/arrange.h"
#include "training/demo/base_model.h"
#include "training/demo/child_process.h"
#include "training/demo/evaluation.h"
#include "training/demo/scene_files.h"
#include "training/demo/tower_trainer.h"

namespace univi::training::demo {
namespace {

using Media = SceneFileOptions::Media;
using Questions = SceneFileOptions::Questions;
namespace fs = std::filesystem;

// Seeds of the data. Held-out scenes never share a seed with training scenes.
constexpr std::uint64_t kPictureSeed = 1001, kClipSeed = 1002, kHeldOutPictureSeed = 9001,
                        kHeldOutClipSeed = 9002, kPopeSeed = 9003, kVideoQaSeed = 9004,
                        kOrderSeed = 1003;

class Recipe {
  public:
    Recipe(const RecipeOptions& options, const base::StopToken& stop)
        : options_(options), size_(options.size), work_(options.work), stop_(stop) {
        fs::create_directories(work_ / "done");
    }

    void run() {
        const std::vector<std::function<void()>> steps = {
            [this] { scenes(); },    [this] { tower(); }, [this] { init(); },
            [this] { questions(); }, [this] { ship(); },  [this] { evaluate(); }};
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::string& name = recipe_steps()[i];
            const fs::path mark = work_ / "done" / name;
            if (!fs::exists(mark)) {
                base::throw_if_stopped(stop_, name.c_str());
                base::log_info("recipe: " + name);
                steps[i]();
                base::throw_if_stopped(stop_, name.c_str());
                base::write_file_atomically(mark, size_.name + "\n");
            }
            if (name == options_.until) return;
        }
    }

  private:
    void make_scenes(const char* folder, Media media, Questions questions, int count,
                     std::uint64_t seed, int pairs) {
        SceneFileOptions scenes;
        scenes.folder = work_ / folder;
        scenes.media = media, scenes.questions = questions;
        scenes.count = count, scenes.seed = seed;
        scenes.rounds = size_.rounds, scenes.pairs = pairs;
        write_scene_files(scenes, stop_);
    }

    void scenes() {
        make_scenes("pictures", Media::Pictures, Questions::Train, size_.pictures, kPictureSeed, 9);
        make_scenes("clips", Media::Clips, Questions::Train, size_.clips, kClipSeed, 9);
        make_scenes("eval_pictures", Media::Pictures, Questions::Eval, size_.held_out_pictures,
                    kHeldOutPictureSeed, 6);
        make_scenes("eval_clips", Media::Clips, Questions::Eval, size_.held_out_clips,
                    kHeldOutClipSeed, 6);
        make_scenes("pope", Media::Pictures, Questions::Pope, size_.held_out_pictures / 2,
                    kPopeSeed, 6);
        make_scenes("videoqa", Media::Clips, Questions::VideoQa, size_.held_out_clips, kVideoQaSeed,
                    6);
        arrange_conversations(work_, options_.batch_size, kOrderSeed);
        const base::Json datasets = {
            {"questions", {{{"chat_path", "questions.json"}, {"media", "."}}}}};
        base::write_file_atomically(work_ / "datasets.json", datasets.dump(2) + "\n");
    }

    void tower() {
        TowerOptions tower;
        tower.folder = work_ / "tower";
        tower.steps = size_.tower_steps;
        train_tower(tower, stop_);
    }

    void init() {
        BaseModelOptions base;
        base.tower = work_ / "tower";
        base.folder = work_ / "base";
        write_base_model(base);
    }

    void train(const char* base, const char* run, std::int64_t steps, const char* frozen) {
        const fs::path program = options_.train_program.empty()
                                     ? base::executable_folder() / "univi-train"
                                     : options_.train_program;
        const auto text = [](auto value) { return std::to_string(value); };
        const std::pair<const char*, std::string> flags[] = {
            {"--model_name_or_path", (work_ / base).string()},
            {"--vision_tower", (work_ / "base" / "vision_tower").string()},
            {"--output_dir", (work_ / run).string()},
            {"--version", "v1"},
            {"--model_use", "FINETUNE"},
            {"--datasets", (work_ / "datasets.json").string()},
            {"--dataset_use", "questions"},
            {"--shuffle", "False"},
            {"--freeze_parameters", frozen},
            {"--mm_vision_select_layer", "-1"},
            {"--visual_token_cache", (work_ / "visual_tokens").string()},
            {"--visual_token_cache_dtype", "fp16"},
            {"--max_steps", text(steps)},
            {"--per_device_train_batch_size", text(options_.batch_size)},
            {"--gradient_accumulation_steps", "2"},
            {"--learning_rate", text(options_.learning_rate)},
            {"--weight_decay", "0.01"},
            {"--adam_beta2", "0.98"},
            {"--warmup_steps", text(std::min<std::int64_t>(60, steps / 8 + 1))},
            {"--lr_scheduler_type", "cosine"},
            {"--bf16", options_.bf16 ? "True" : "False"},
            {"--dataloader_num_workers", "1"},
            {"--threads", text(options_.threads)},
            {"--save_steps", "150"},
            {"--save_total_limit", "1"},
            {"--save_dtype", "fp32"},
            {"--logging_steps", "50"},
            {"--device", "cpu"}};
        std::vector<std::string> words;
        for (const auto& [flag, value] : flags) words.insert(words.end(), {flag, value});
        run_program(program, words, stop_);
    }

    /// The upper layers learn to speak of what the lower ones, as they were built, find. (Letting
    /// the lower ones learn too was tried: the loss rose.)
    void questions() {
        train("base", "questions", size_.question_steps,
              "model.embed_tokens.*,model.mm_projector.*,model.layers.[0-4].*");
    }
    void ship() { export_model(work_ / "questions", work_ / "tower", options_.result); }

    void evaluate() {
        base::Json report = {{"size", size_.name}};
        const auto ask = [&](const std::string& name, const fs::path& questions) {
            EvaluationOptions evaluation;
            evaluation.model = options_.result;
            evaluation.questions = work_ / questions;
            evaluation.answers = work_ / ("answers_" + name + ".jsonl");
            evaluation.threads = options_.threads;
            const Evaluation result = evaluate_model(evaluation, stop_);
            report[name] = to_json(result);
            base::log_info("recipe: " + name + "\n" + to_table(result));
        };
        ask("pictures", fs::path("eval_pictures") / "eval.json");
        ask("clips", fs::path("eval_clips") / "eval.json");
        for (const char* name : {"pope_random", "pope_popular", "pope_adversarial"})
            ask(name, fs::path("pope") / (std::string(name) + ".jsonl"));
        ask("videoqa", fs::path("videoqa") / "videoqa.json");
        base::write_file_atomically(work_ / "evaluation.json", report.dump(2) + "\n");
    }

    const RecipeOptions& options_;
    const RecipeSize& size_;
    const fs::path work_;
    const base::StopToken stop_;
};

}  // namespace

const std::vector<std::string>& recipe_steps() {
    static const std::vector<std::string> kSteps = {"scenes",    "tower",  "init",
                                                    "questions", "export", "evaluate"};
    return kSteps;
}

const RecipeSize& recipe_size(const std::string& name) {
    static const std::vector<RecipeSize> kSizes = {
        {"small", 40, 60, 20, 1, 20, 10, 5},
        {"full", 1750, 9000, 4000, 6, 4000, 500, 200},
    };
    for (const RecipeSize& size : kSizes)
        if (size.name == name) return size;
    throw base::Error(base::ErrorKind::Usage,
                      "The recipe has no size \"" + name + "\"; it knows small and full.");
}

void run_recipe(const RecipeOptions& options, const base::StopToken& stop) {
    Recipe(options, stop).run();
}

void export_model(const fs::path& trained, const fs::path& tower, const fs::path& result) {
    base::AtomicFolder out(result);
    const model::ModelFolderWriter writer(out.path());
    model::NamedTensors tensors;
    for (const auto& [name, view] : model::read_checkpoint_folder(trained))
        // the tower travels once, in a folder of its own
        if (!name.starts_with(model::kEmbeddedTower))
            tensors.emplace_back(name, model::to_tensor(view));
    writer.weights(tensors, {.dtype = at::kHalf});
    base::Json config = base::read_json_file(trained / "config.json");
    config["mm_vision_tower"] = "vision_tower";
    config["torch_dtype"] = "float16";
    config["univi_conv"] = "v1";
    config.erase("_name_or_path");
    writer.config(config);
    writer.copy_tokenizer_from(trained);
    writer.copy_generation_from(trained);
    TowerNet net({}, 0);
    load_tower_checkpoint(tower / "checkpoint.safetensors", net);
    export_tower(net, out.path() / "vision_tower", true);
    out.commit();
}

}  // namespace univi::training::demo
