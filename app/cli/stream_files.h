#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/base/temporary_folder.h"

namespace univi::cli {

/// Videos that are named by an address: their beginning is recorded into a folder of the cache,
/// which goes with this object.
class StreamFiles {
  public:
    void addTo(CLI::App& app);
    /// Records every address among `videos` and puts the file's path in its place; a line on a
    /// terminal says what is going on. Throws Error{Media|File|Stopped}.
    void record(std::vector<std::string>& videos, const base::StopToken& stop);

  private:
    std::filesystem::path nextFile();
    double seconds_ = 10;
    std::optional<base::TemporaryFolder> folder_;
    int count_ = 0;
};

}  // namespace univi::cli
