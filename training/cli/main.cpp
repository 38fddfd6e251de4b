#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/exception_text.h"
#include "core/base/log.h"
#include "core/base/stop_token.h"
#include "core/launcher/program.h"
#include "core/model/tensor_memory.h"
#include "core/protocol/train_failure.h"
#include "training/bench/step_bench.h"
#include "training/cli/ranks.h"
#include "training/engine/data_report.h"
#include "training/engine/deepspeed_command.h"
#include "training/engine/deepspeed_engine.h"
#include "training/engine/memory_plan_table.h"
#include "training/engine/trainer.h"
#include "training/options/option_check.h"
#include "training/options/options.h"

namespace {

using univi::base::Error;
using univi::base::ErrorKind;
using univi::training::RankEnvironment;
using univi::training::TrainOptions;

volatile std::sig_atomic_t save_signals = 0;  ///< wishes to save, counted

/// Says what is being handled and gives its exit code.
int report_current_error() {
    const auto fail = [](const Error& error) {
        univi::base::log_error(error.what());
        univi::protocol::train::keep_failure(univi::protocol::train::error_event(error));
        return univi::base::exit_code(error.kind());
    };
    try {
        throw;
    } catch (const Error& error) {
        return fail(error);
    } catch (const std::bad_alloc&) {
        return fail(Error(ErrorKind::Memory,
                          "Not enough memory: use a smaller --per_device_train_batch_size."));
    } catch (const std::exception& error) {
        return fail(
            Error(ErrorKind::Internal, "Training failed: " + univi::base::first_line(error)));
    }
}

bool wants_to_save() {
    static std::sig_atomic_t seen = 0;
    const std::sig_atomic_t now = save_signals;
    return std::exchange(seen, now) != now;
}

int train(const TrainOptions& options, const std::vector<std::string>& command,
          const RankEnvironment& environment) {
    univi::training::TrainerHooks hooks;
    hooks.save_wanted = wants_to_save;
    univi::training::Trainer trainer(options, command, univi::base::stop_on_signals().get_token(),
                                     /*to_stdout=*/true, hooks, environment);
    univi::training::TrainResult result;
    try {
        result = trainer.run();
    } catch (...) {
        if (environment.is_alone()) throw;
        // Connections to ranks that are lost would be waited for.
        const int code = report_current_error();
        std::fflush(nullptr);
        std::_Exit(code);
    }
    if (!result.is_stopped) return 0;
    if (environment.rank == 0)
        univi::base::log_info("Stopped at step " + std::to_string(result.step) +
                              "; start again to go on.");
    return univi::base::exit_code(ErrorKind::Stopped);
}

int run(const std::vector<std::string>& command) {
    const std::vector<std::string> arguments(command.begin() + 1, command.end());
    for (const std::string& each : arguments) {
        if (each == "--help" || each == "-h") {
            std::printf(
                "univi-train --model_name_or_path DIR --dataset_use NAME --output_dir DIR [flags]\n"
                "Trains a Chat-UniVi model; a run in output_dir is resumed. Events are printed as "
                "JSON lines.\n"
                "Several processes: --include localhost:0,1 here, torchrun --no-python, mpirun or "
                "srun anywhere.\n"
                "SIGTERM and SIGINT save and stop, SIGUSR1 saves and goes on.\n\n%s",
                univi::training::options_help().c_str());
            return 0;
        }
        if (each == "--version" && arguments.size() == 1) {
            std::printf("univi-train %s\n", UNIVI_VERSION);
            return 0;
        }
    }
    if (!arguments.empty() && arguments.front() == "bench-step") {
        univi::model::use_tensor_memory();
        return univi::training::run_step_bench({arguments.begin() + 1, arguments.end()},
                                               univi::base::stop_on_signals().get_token());
    }
    const TrainOptions options = univi::training::parse_command_line(arguments);
    if (options.plan) return run_plan(options);
    if (options.check_data)
        return run_check_data(options, univi::base::stop_on_signals().get_token());
    if (options.engine == univi::training::TrainingEngine::DeepSpeed)
        return run_deepspeed_engine(options, command, univi::base::stop_on_signals().get_token());
    const auto start = univi::training::choose_start(options);
    if (start.num_local_ranks > 1)
        return univi::training::start_local_ranks(options, command, start);
    univi::model::use_tensor_memory();
    return train(options, command, start.environment);
}

}  // namespace

extern "C" int univi_main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a run outlives the window that reads its events
    std::signal(SIGUSR1, [](int) { save_signals = save_signals + 1; });
    univi::base::set_log_level(univi::base::LogLevel::Info);
    try {
        return run({argv, argv + argc});
    } catch (...) {
        return report_current_error();
    }
}
