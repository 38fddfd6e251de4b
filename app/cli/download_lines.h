#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "core/hub/download.h"

namespace univi::cli {

/// A download as JSON lines on stdout (core/protocol/download_protocol.h), for the window. Of each
/// file at most ten lines a second. One call at a time, from any thread.
class DownloadLines {
  public:
    void plan(const hub::DownloadPlan& plan);
    void progress(const hub::DownloadProgress& progress);
    void done(const std::filesystem::path& folder);

  private:
    using Clock = std::chrono::steady_clock;
    std::map<std::string, Clock::time_point> said_;  ///< when a file was last spoken of
};

}  // namespace univi::cli
