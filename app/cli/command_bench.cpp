#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/bench/bench.h"

namespace univi::cli {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "|") + name;
    return text;
}

}  // namespace

void addBenchCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "bench",
                                  "Measures one kind of work beside what this machine could reach: "
                                  "a JSON object a line");
    const auto options = std::make_shared<bench::BenchOptions>();
    command->add_option("what", options->what, joined(bench::work_names()))->required();
    command
        ->add_option(
            "--shape", options->shape,
            "Random weights of this size in place of a model: " + joined(bench::shape_names()))
        ->type_name("S");
    command->add_option("--runs", options->runs, "Measured runs, after one to warm up")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--video", options->video, "A clip for video; default: a sample")
        ->type_name("F");
    command->callback([&commands, options] {
        commands.run = [&commands, options] {
            options->engine = commands.shared.engine;
            bench::run_bench(
                *options,
                [](const bench::Figure& figure) { print(bench::to_json_line(figure) + "\n"); },
                base::stop_on_signals().get_token());
        };
    });
}

}  // namespace univi::cli
