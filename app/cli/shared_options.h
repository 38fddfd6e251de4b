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

/// Loads the model with progress on a terminal; Ctrl-C stops it.
std::unique_ptr<session::Engine> loadEngine(const session::EngineOptions& options);

}  // namespace univi::cli
