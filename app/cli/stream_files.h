#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::cli {

/// Videos that are named by an address: their beginning is recorded into a folder of the cache,
/// which goes with this object.
class StreamFiles {
  public:
    StreamFiles() = default;
    ~StreamFiles();
    StreamFiles(const StreamFiles&) = delete;
    StreamFiles& operator=(const StreamFiles&) = delete;

    void addTo(CLI::App& app);
    /// Records every address among `videos` and puts the file's path in its place; a line on a
    /// terminal says what is going on. Throws Error{Media|File|Stopped}.
    void record(std::vector<std::string>& videos, const base::StopToken& stop);

  private:
    std::filesystem::path nextFile();
    double seconds_ = 10;
    std::filesystem::path folder_;
    int count_ = 0;
};

}  // namespace univi::cli
