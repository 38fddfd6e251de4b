#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <new>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/stop_token.h"
#include "training/engine/options.h"
#include "training/engine/trainer.h"

namespace {

using univi::base::Error;
using univi::base::ErrorKind;

/// OpenMP's threads spin for milliseconds at every barrier by default; beside any other busy process (the window, a second
/// run) that makes two threads many times slower than one. The runtime reads its settings as it is loaded, so the program
/// starts itself once more with them. Whoever sets either variable decides.
void start_again_without_spinning(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
    ::setenv("GOMP_SPINCOUNT", "1000", 1);
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) ::execv(program.c_str(), argv);  // returns only when it cannot: then as it is
}

int fail(ErrorKind kind, const std::string& sentence) {
    univi::base::log_error(sentence);
    return univi::base::exit_code(kind);
}

int run(const std::vector<std::string>& command) {
    const std::vector<std::string> arguments(command.begin() + 1, command.end());
    for (const std::string& each : arguments) {
        if (each == "--help" || each == "-h") {
            std::printf("univi-train --model_name_or_path DIR --dataset_use NAME --output_dir DIR [flags]\n"
                        "Trains a Chat-UniVi model; a run in output_dir is resumed. Events are printed as JSON lines.\n\n%s",
                        univi::training::options_help().c_str());
            return 0;
        }
        if (each == "--version" && arguments.size() == 1) {
            std::printf("univi-train %s\n", UNIVI_VERSION);
            return 0;
        }
    }
    const auto options = univi::training::parse_command_line(arguments);
    univi::training::Trainer trainer(options, command, univi::base::stop_on_signals().get_token(), /*to_stdout=*/true);
    const auto result = trainer.run();
    if (!result.is_stopped) return 0;
    univi::base::log_info("Stopped at step " + std::to_string(result.step) + "; start again to go on.");
    return univi::base::exit_code(ErrorKind::Stopped);
}

}  // namespace

int main(int argc, char** argv) {
    start_again_without_spinning(argv);
    std::signal(SIGPIPE, SIG_IGN);  // a run outlives the window that reads its events
    univi::base::set_log_level(univi::base::LogLevel::Info);
    try {
        return run({argv, argv + argc});
    } catch (const Error& error) {
        return fail(error.kind(), error.what());
    } catch (const std::bad_alloc&) {
        return fail(ErrorKind::Memory, "Not enough memory: use a smaller --per_device_train_batch_size.");
    } catch (const std::exception& error) {
        const std::string what = error.what();
        return fail(ErrorKind::Internal, "Training failed: " + what.substr(0, what.find('\n')));
    }
}
