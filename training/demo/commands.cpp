#include "training/demo/commands.h"

#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/stop_token.h"
#include "training/demo/tower_trainer.h"

namespace univi::training::demo {
namespace {

using Action = std::function<void()>;

void add_tower(CLI::App& app, Action& action, int& threads) {
    auto* command = app.add_subcommand("tower", "Train the vision tower on labelled scenes (goes on where it stopped)");
    auto options = std::make_shared<TowerOptions>();
    command->add_option("--out", options->folder, "Work folder")->required();
    command->add_option("--stamps", options->stamps, "Folder of tuxpaint-stamps-default")->capture_default_str();
    command->add_option("--steps", options->steps)->capture_default_str();
    command->add_option("--batch", options->batch_size)->capture_default_str()->check(CLI::Range(1, 1024));
    command->add_option("--seed", options->seed)->capture_default_str();
    command->add_option("--adam-rate", options->adam_rate)->capture_default_str();
    command->add_option("--muon-rate", options->muon_rate)->capture_default_str();
    command->add_option("--evaluate-every", options->evaluate_every)->capture_default_str();
    command->add_option("--log-every", options->log_every)->capture_default_str();
    command->add_option("--bf16", options->bf16, "Compute in bf16, weights in fp32")->capture_default_str();
    command->add_option("--threads", threads)->capture_default_str()->check(CLI::Range(1, 256));
    command->callback([options, &action] { action = [options] { train_tower(*options, base::stop_on_signals().get_token()); }; });
}

}  // namespace

int run(int argc, char** argv) {
    CLI::App app("Makes the demo model: scenes, vision tower, base model, training recipe, evaluation", "univi-demo");
    app.set_version_flag("--version", "univi-demo 0.1.0");
    app.require_subcommand(1);
    Action action;
    int threads = 1;
    add_tower(app, action, threads);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    base::set_log_level(base::LogLevel::Info);
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
