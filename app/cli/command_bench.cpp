#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/child_process.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/bench/bench.h"

namespace univi::cli {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "|") + name;
    return text;
}

constexpr const char* kTrain = "train";

/// A training step is the trainer's: univi-train measures and prints it.
void benchTrain(const bench::BenchOptions& options) {
    const std::string shape = options.shape.empty() ? "160m" : options.shape;
    base::ChildProcess child({(base::executable_folder() / "univi-train").string(), "bench-step",
                              shape, options.engine.dtype, options.engine.device,
                              std::to_string(options.engine.threads),
                              std::to_string(options.runs)});
    if (const int code = child.wait(); code != 0)
        throw base::Error(code == 2 ? base::ErrorKind::Usage : base::ErrorKind::Internal,
                          "univi-train could not measure a step of " + shape + ".");
}

}  // namespace

void addBenchCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "bench",
                                  "Measures one kind of work beside what this machine could reach: "
                                  "a JSON object a line");
    const auto options = std::make_shared<bench::BenchOptions>();
    command->add_option("what", options->what, joined(bench::work_names()) + "|" + kTrain)
        ->required();
    command
        ->add_option(
            "--shape", options->shape,
            "Random weights of this size in place of a model: " + joined(bench::shape_names()))
        ->type_name("S");
    command->add_option("--runs", options->runs, "Measured runs, after one to warm up")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--video", options->video, "A clip for video; default: a sample")
        ->type_name("F");
    command->callback([&commands, options] {
        commands.run = [&commands, options] {
            options->engine = commands.shared.engine;
            if (options->what == kTrain) return benchTrain(*options);
            bench::run_bench(
                *options,
                [](const bench::Figure& figure) { print(bench::to_json_line(figure) + "\n"); },
                base::stop_on_signals().get_token());
        };
    });
}

}  // namespace univi::cli
