#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"

namespace univi::cli {

void addConvertCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "convert",
                                  "Writes the model as a folder of safetensors that loads on its "
                                  "own: LoRA merged, tower included");
    const auto out = std::make_shared<std::string>();
    command->add_option("--out", *out, "The folder; appears only when it is whole")
        ->type_name("DIR")
        ->required();
    command->callback([&commands, out] {
        commands.run = [&commands, out] {
            const auto engine = loadEngine(commands.shared.engine);
            engine->convert(*out, base::stop_on_signals().get_token());
            print(*out + "\n");
        };
    });
}

}  // namespace univi::cli
