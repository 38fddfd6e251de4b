#include <memory>

#include "app/cli/commands.h"
#include "app/cli/end_of_input.h"
#include "app/cli/task_lines.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"

namespace univi::cli {

namespace {

struct WriteArguments {
    std::string out;
    bool json = false, ends_with_input = false;
};

void addArguments(CLI::App& command, WriteArguments& arguments) {
    command.add_option("--out", arguments.out, "The folder; appears only when it is whole")
        ->type_name("DIR")
        ->required();
    command.add_flag("--json", arguments.json, "Print progress and result as JSON lines");
    command.add_flag("--stop-at-end-of-input", arguments.ends_with_input,
                     "End when standard input ends, for programs that start this one");
}

/// Reading the weights is the smaller half of it.
void write(session::EngineOptions options, const WriteArguments& arguments) {
    constexpr double kLoading = 0.4;
    if (arguments.ends_with_input) stop_at_end_of_input(base::stop_on_signals());
    options.tower_as_stored = true;
    TaskLines lines(arguments.json);
    const auto engine = loadEngine(options, [&](double fraction, const std::string& what) {
        lines.progress(fraction * kLoading, what);
    });
    lines.say(protocol::task::ProgressEvent{kLoading, arguments.out});
    engine->convert(arguments.out, base::stop_on_signals().get_token());
    lines.say(protocol::task::WrittenEvent{arguments.out});
    if (!arguments.json) print(arguments.out + "\n");
}

}  // namespace

void addConvertCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "convert",
                                  "Writes the model as a folder of safetensors that loads on its "
                                  "own: LoRA merged, tower included");
    const auto arguments = std::make_shared<WriteArguments>();
    addArguments(*command, *arguments);
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] { write(commands.shared.engine, *arguments); };
    });
}

void addQuantizeCommand(CommandSet& commands) {
    auto* command =
        addSubcommand(commands, "quantize",
                      "Writes the model with the decoder's weights in 8 or 4 bits (--dtype int8 or "
                      "int4), as a folder that loads without a conversion");
    const auto arguments = std::make_shared<WriteArguments>();
    addArguments(*command, *arguments);
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] {
            session::EngineOptions options = commands.shared.engine;
            if (options.dtype != "int8" && options.dtype != "int4")
                throw base::Error(
                    base::ErrorKind::Usage,
                    "quantize needs --dtype int8 or --dtype int4, not " + options.dtype + ".");
            options.device = "cpu";
            write(options, *arguments);
        };
    });
}

}  // namespace univi::cli
