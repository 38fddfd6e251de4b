#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"

namespace univi::cli {

namespace {

void addOut(CLI::App& command, std::string& out) {
    command.add_option("--out", out, "The folder; appears only when it is whole")
        ->type_name("DIR")
        ->required();
}

void write(session::EngineOptions options, const std::string& out) {
    options.tower_as_stored = true;
    const auto engine = loadEngine(options);
    engine->convert(out, base::stop_on_signals().get_token());
    print(out + "\n");
}

}  // namespace

void addConvertCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "convert",
                                  "Writes the model as a folder of safetensors that loads on its "
                                  "own: LoRA merged, tower included");
    const auto out = std::make_shared<std::string>();
    addOut(*command, *out);
    command->callback([&commands, out] {
        commands.run = [&commands, out] { write(commands.shared.engine, *out); };
    });
}

void addQuantizeCommand(CommandSet& commands) {
    auto* command =
        addSubcommand(commands, "quantize",
                      "Writes the model with the decoder's weights in 8 or 4 bits (--dtype int8 or "
                      "int4), as a folder that loads without a conversion");
    const auto out = std::make_shared<std::string>();
    addOut(*command, *out);
    command->callback([&commands, out] {
        commands.run = [&commands, out] {
            session::EngineOptions options = commands.shared.engine;
            if (options.dtype != "int8" && options.dtype != "int4")
                throw base::Error(
                    base::ErrorKind::Usage,
                    "quantize needs --dtype int8 or --dtype int4, not " + options.dtype + ".");
            options.device = "cpu";
            write(options, *out);
        };
    });
}

}  // namespace univi::cli
