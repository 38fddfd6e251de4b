#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/session/engine.h"

namespace univi::cli {

/// Pictures and videos in the order of the command line.
struct MediaArguments {
    std::vector<std::string> images, videos;
    CLI::App* command = nullptr;

    void addTo(CLI::App& app);
    /// Files and kinds in the order they were written.
    void fill(session::Question& question) const;
};

/// --conv, --system, sampling and length.
struct GenerationArguments {
    protocol::GenerationOptions options;
    std::string system;

    GenerationArguments() { options.conv = "default"; }
    void addTemplateTo(CLI::App& app);
    void addSamplingTo(CLI::App& app);
    protocol::GenerationOptions get() const;
};

}  // namespace univi::cli
