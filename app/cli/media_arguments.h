#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/session/engine.h"

namespace univi::cli {

/// The part of a video, as options name it.
struct ClipArguments {
    std::vector<std::string> starts, ends;
    std::vector<int> frames;

    void addTo(CLI::App& app);
    /// Of the options that were given once at most. Throws Error{Usage}.
    base::ClipRange get() const;
};

/// Pictures and videos in the order of the command line.
struct MediaArguments {
    std::vector<std::string> images, videos;
    ClipArguments clips;
    CLI::App* command = nullptr;

    void addTo(CLI::App& app);
    /// Files, kinds and parts in the order they were written; a part belongs to the --video before
    /// it. Throws Error{Usage}.
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
