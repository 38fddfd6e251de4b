#include <memory>

#include "app/cli/commands.h"
#include "app/cli/end_of_input.h"
#include "app/cli/task_lines.h"
#include "app/cli/terminal.h"
#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/hub/folder_check.h"
#include "core/session/engine.h"
#include "core/session/model_folder_lookup.h"

namespace univi::cli {

namespace {

struct VerifyArguments {
    bool json = false, ends_with_input = false;
};

std::string verifiedText(const hub::FolderCheck& check) {
    std::string text = std::to_string(check.files) + " files, " +
                       base::byte_text(static_cast<std::uint64_t>(check.bytes)) + ": whole";
    if (check.unnamed > 0)
        text += "; of " + std::to_string(check.unnamed) + " no checksum is known";
    return text + "\n";
}

[[noreturn]] void refuse(const hub::FolderCheck& check, const std::string& folder) {
    const std::string more =
        check.wrong.size() > 1 ? ", and " + std::to_string(check.wrong.size() - 1) + " more," : "";
    throw base::Error(base::ErrorKind::Format,
                      check.wrong.front() + more + " of " + folder +
                          " is not what was published: remove it and download the model again.");
}

/// First what is quick: whether the files fit together. Then every byte.
void run(const session::EngineOptions& options, const VerifyArguments& arguments) {
    if (arguments.ends_with_input) stop_at_end_of_input(base::stop_on_signals());
    const auto stop = base::stop_on_signals().get_token();
    const auto folder = session::find_model_folder(options.model);
    TaskLines lines(arguments.json);
    ProgressLine line;
    const auto show = [&](std::int64_t bytes, std::int64_t total, const std::string& file) {
        lines.progress(total > 0 ? double(bytes) / double(total) : 1, file);
        if (!arguments.json)
            line.show(base::share_text(static_cast<std::uint64_t>(bytes),
                                       static_cast<std::uint64_t>(total)) +
                      "  " + file);
    };
    const hub::FolderCheck check = hub::check_folder(folder, show, stop);
    line.clear();
    lines.say(protocol::task::VerifiedEvent{check.files, check.bytes, check.unnamed, check.wrong});
    if (!check.wrong.empty()) refuse(check, folder.string());
    session::check_model(options, stop);
    if (!arguments.json) print(verifiedText(check));
}

}  // namespace

void addVerifyCommand(CommandSet& commands) {
    auto* command = addSubcommand(
        commands, "verify",
        "Reads every file of a model, compares it with its checksum (of the hub, or manifest.json) "
        "and looks whether configuration, tokenizer and weights fit together");
    const auto arguments = std::make_shared<VerifyArguments>();
    command->add_flag("--json", arguments->json, "Print progress and result as JSON lines");
    command->add_flag("--stop-at-end-of-input", arguments->ends_with_input,
                      "End when standard input ends, for programs that start this one");
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] { run(commands.shared.engine, *arguments); };
    });
}

}  // namespace univi::cli
