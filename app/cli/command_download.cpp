#include <chrono>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/byte_text.h"
#include "core/hub/download.h"

namespace univi::cli {

namespace {

struct DownloadArguments {
    hub::DownloadOptions download;
    bool offline = false;
};

std::string progressText(const hub::DownloadProgress& progress, double seconds) {
    std::string text = base::share_text(static_cast<std::uint64_t>(progress.bytes),
                                        static_cast<std::uint64_t>(progress.bytes_total));
    if (seconds > 0)
        text +=
            ", " +
            base::byte_text(static_cast<std::uint64_t>(double(progress.bytes_fetched) / seconds)) +
            "/s";
    return text + ", file " + std::to_string(progress.files) + " of " +
           std::to_string(progress.files_total) + "  " + progress.file;
}

void run(const DownloadArguments& arguments) {
    using Clock = std::chrono::steady_clock;
    hub::Settings settings = hub::settings_from_environment();
    settings.offline = settings.offline || arguments.offline;
    ProgressLine line;
    const auto begin = Clock::now();
    const auto show = [&](const hub::DownloadProgress& progress) {
        line.show(
            progressText(progress, std::chrono::duration<double>(Clock::now() - begin).count()));
    };
    const auto folder = hub::download_repository(arguments.download, settings, show,
                                                 base::stop_on_signals().get_token());
    line.clear();
    print(folder.string() + "\n");
}

}  // namespace

void addDownloadCommand(CommandSet& commands) {
    auto* command = commands.app.add_subcommand(
        "download",
        "Downloads a model into the Hugging Face cache, going on where it was stopped, and prints "
        "its folder");
    command->footer(
        "\nHF_HOME or HF_HUB_CACHE: the cache; HF_ENDPOINT: another hub; HF_TOKEN, or the token "
        "file: "
        "for private and gated models; HF_HUB_OFFLINE=1: as --offline. Whoever else uses the cache "
        "shares it.");
    const auto arguments = std::make_shared<DownloadArguments>();
    hub::DownloadOptions& download = arguments->download;
    command->add_option("repository", download.repository, "owner/name, or its https address")
        ->type_name("REPO")
        ->required();
    command->add_option("--revision", download.revision, "Branch, tag or commit; default: main")
        ->type_name("R");
    command
        ->add_option("--include", download.include,
                     "Only files whose path fits, such as '*.safetensors'; may be given more than "
                     "once")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    command->add_option("--connections", download.connections, "Files that are fetched at a time")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--offline", arguments->offline,
                      "Ask no hub: print the folder of what was downloaded before");
    command->callback([&commands, arguments] { commands.run = [arguments] { run(*arguments); }; });
}

}  // namespace univi::cli
