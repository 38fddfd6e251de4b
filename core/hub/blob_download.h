#pragma once

#include <cstdint>
#include <functional>

#include "core/hub/cache_folder.h"
#include "core/hub/hub_api.h"
#include "core/hub/retries.h"

namespace univi::hub {

/// Fetches one file's bytes into the cache, going on with what an earlier try left. One thread.
class BlobDownload {
  public:
    /// Is told how many bytes of the file are there now.
    using Progress = std::function<void(std::int64_t bytes)>;

    /// All arguments must outlive it.
    BlobDownload(const Settings& settings, const CacheFolder& cache, RetryRules rules,
                 base::StopToken stop)
        : settings_(settings), cache_(cache), rules_(rules), stop_(std::move(stop)), http_(stop_) {}

    /// Fetches a file unless its blob is there. Wrong bytes are removed, and fetched once more.
    /// Throws Error{File|Format|Stopped}; what came so far stays for the next time.
    void fetch(const RemoteFile& file, const Progress& progress);

  private:
    void fill(const RemoteFile& file, const Progress& progress);
    void fetch_rest(const RemoteFile& file, const Progress& progress);

    const Settings& settings_;
    const CacheFolder& cache_;
    RetryRules rules_;
    base::StopToken stop_;
    HttpClient http_;
};

}  // namespace univi::hub
