#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "core/session/engine.h"

namespace univi::cli {

/// Options of every command, before or after its name.
struct SharedOptions {
    session::EngineOptions engine;
    std::string trace;  ///< a file for base::write_trace; empty: none
};

void addSharedOptions(CLI::App& app, SharedOptions& options);

/// Keeps visual tokens and openings of prompts in the window's own store. Where the command line
/// says so: the switch in Settings is not this program's.
void keepForLaterStarts(session::EngineOptions& options);

/// Loads the model with progress on a terminal; Ctrl-C stops it. `told` hears of it too.
std::unique_ptr<session::Engine> loadEngine(const session::EngineOptions& options,
                                            const session::Engine::Progress& told = {});

}  // namespace univi::cli
