#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/session/text_codec.h"

namespace univi::cli {

namespace {

std::vector<std::int32_t> parseIds(const std::string& line) {
    const base::Json json = base::parse_json(line, "standard input");
    if (!json.is_array())
        throw base::Error(base::ErrorKind::Format, "Each line must be a JSON array of token ids.");
    std::vector<std::int32_t> ids;
    for (const auto& value : json) {
        if (!value.is_number_integer() || value < 0 || value > 0x7fffffff)
            throw base::Error(base::ErrorKind::Format,
                              "Token ids must be whole numbers from 0 on, not " +
                                  value.dump(-1, ' ', true) + ".");
        ids.push_back(value.get<std::int32_t>());
    }
    return ids;
}

void run(const SharedOptions& shared, bool decode) {
    const auto codec = session::TextCodec::open(shared.engine);
    const auto stop = base::stop_on_signals().get_token();
    StdinLines lines;
    while (const auto line = lines.next(stop))
        print((decode ? codec.decode(parseIds(*line)) : base::Json(codec.encode(*line)).dump()) +
              "\n");
}

}  // namespace

void addTokenizeCommand(CommandSet& commands) {
    auto* command = addSubcommand(
        commands, "tokenize", "Lines of text on standard input become JSON arrays of token ids");
    const auto decode = std::make_shared<bool>(false);
    command->add_flag("--decode", *decode, "The way back: arrays of ids become text");
    command->callback([&commands, decode] {
        commands.run = [&commands, decode] { run(commands.shared, *decode); };
    });
}

}  // namespace univi::cli
