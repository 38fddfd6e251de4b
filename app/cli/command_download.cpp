#include <chrono>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/download_lines.h"
#include "app/cli/end_of_input.h"
#include "app/cli/terminal.h"
#include "core/base/byte_text.h"
#include "core/hub/download.h"

namespace univi::cli {

namespace {

struct DownloadArguments {
    hub::DownloadOptions download;
    bool offline = false, json = false, discard = false, ends_with_input = false;
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

void fetchForProgram(hub::DownloadOptions download, const hub::Settings& settings,
                     const base::StopToken& stop) {
    DownloadLines lines;
    download.planned = [&](const hub::DownloadPlan& plan) { lines.plan(plan); };
    lines.done(hub::download_repository(
        download, settings, [&](const hub::DownloadProgress& now) { lines.progress(now); }, stop));
}

void fetchForPerson(const hub::DownloadOptions& download, const hub::Settings& settings,
                    const base::StopToken& stop) {
    using Clock = std::chrono::steady_clock;
    ProgressLine line;
    const auto begin = Clock::now();
    const auto show = [&](const hub::DownloadProgress& progress) {
        line.show(
            progressText(progress, std::chrono::duration<double>(Clock::now() - begin).count()));
    };
    const auto folder = hub::download_repository(download, settings, show, stop);
    line.clear();
    print(folder.string() + "\n");
}

void run(const DownloadArguments& arguments) {
    hub::Settings settings = hub::settings_from_environment();
    settings.offline = settings.offline || arguments.offline;
    const std::string& repository = arguments.download.repository;
    if (arguments.discard) {
        const auto bytes = hub::discard_unfinished(repository, settings);
        return print(base::byte_text(static_cast<std::uint64_t>(bytes)) + "\n");
    }
    base::StopSource& stop = base::stop_on_signals();
    if (arguments.ends_with_input) stop_at_end_of_input(stop);
    if (arguments.json)
        fetchForProgram(arguments.download, settings, stop.get_token());
    else
        fetchForPerson(arguments.download, settings, stop.get_token());
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
    command->add_flag("--loadable", download.loadable_only,
                      "Only what this program reads: no weights of other frameworks, and one form "
                      "of them where there are two");
    command->add_flag("--discard", arguments->discard,
                      "Fetch nothing: remove what an unfinished download left, and print how much "
                      "it was");
    command->add_flag(
        "--json", arguments->json,
        "Print what is fetched, its progress and the folder as JSON, an event a line");
    command->add_flag("--stop-at-end-of-input", arguments->ends_with_input,
                      "Pause when standard input ends, for programs that start this one");
    command->callback([&commands, arguments] { commands.run = [arguments] { run(*arguments); }; });
}

}  // namespace univi::cli
