#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "app/cli/shared_options.h"

namespace univi::cli {

/// Each command adds its subcommand with its options; when chosen on the command line, `run` is
/// what to do. Commands write results on stdout and throw base::Error.
struct CommandSet {
    CLI::App& app;
    const SharedOptions& shared;
    std::function<void()> run;
};

void addInfoCommand(CommandSet& commands);
void addChatCommand(CommandSet& commands);
void addClustersCommand(CommandSet& commands);
void addDumpCommand(CommandSet& commands);
void addTokenizeCommand(CommandSet& commands);
void addConvertCommand(CommandSet& commands);
void addQuantizeCommand(CommandSet& commands);
void addBenchCommand(CommandSet& commands);
void addRecordCommand(CommandSet& commands);
void addLiveCommand(CommandSet& commands);
void addEvalCommand(CommandSet& commands);
void addServeCommand(CommandSet& commands);
void addWhatIfCommand(CommandSet& commands);
void addDownloadCommand(CommandSet& commands);
void addVerifyCommand(CommandSet& commands);

/// A subcommand that also takes the shared options after its name.
CLI::App* addSubcommand(CommandSet& commands, const std::string& name,
                        const std::string& description);

}  // namespace univi::cli
