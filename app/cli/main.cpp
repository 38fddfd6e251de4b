#include <csignal>
#include <cstdio>
#include <exception>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/trace.h"
#include "core/launcher/program.h"
#include "core/session/failure.h"

namespace {

constexpr int kBadUsage = 2;

int fail(const univi::base::Error& error) {
    std::fprintf(stderr, "univi-cli: %s\n", error.what());
    return univi::base::exit_code(error.kind());
}

}  // namespace

namespace univi::cli {

CLI::App* addSubcommand(CommandSet& commands, const std::string& name,
                        const std::string& description) {
    return commands.app.add_subcommand(name, description)
        ->fallthrough()
        ->footer(
            "\nAlso takes the model options of univi-cli --help: --model, --model-base, "
            "--vision-tower, --device, --dtype, --threads, --placement, --trace.");
}

}  // namespace univi::cli

extern "C" int univi_main(int argc, char** argv) {
    using namespace univi;
    std::signal(SIGPIPE,
                SIG_IGN);  // a closed pipe is an error of the write, not the end of the process
    base::set_log_level(base::LogLevel::Warning);
    CLI::App app(
        "UniVi Studio on the command line: talk about pictures and videos with a Chat-UniVi model.",
        "univi-cli");
    app.set_version_flag("--version", "univi-cli " UNIVI_VERSION);
    app.require_subcommand(1);
    cli::SharedOptions shared;
    cli::addSharedOptions(app, shared);
    cli::CommandSet commands{app, shared, {}};
    cli::addInfoCommand(commands);
    cli::addChatCommand(commands);
    cli::addClustersCommand(commands);
    cli::addDumpCommand(commands);
    cli::addTokenizeCommand(commands);
    cli::addConvertCommand(commands);
    cli::addQuantizeCommand(commands);
    cli::addBenchCommand(commands);
    cli::addRecordCommand(commands);
    cli::addLiveCommand(commands);
    cli::addEvalCommand(commands);
    cli::addServeCommand(commands);
    cli::addWhatIfCommand(commands);
    cli::addDownloadCommand(commands);
    cli::addVerifyCommand(commands);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kBadUsage;
    }
    try {
        if (!shared.trace.empty()) base::start_trace();
        commands.run();
        if (!shared.trace.empty()) base::write_trace(shared.trace);
        return 0;
    } catch (...) {
        return fail(session::describe_failure(std::current_exception(), "running the command"));
    }
}
