#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/hub/hub_api.h"
#include "core/hub/retries.h"
#include "core/hub/settings.h"

namespace univi::hub {

/// What a download is about to fetch.
struct DownloadPlan {
    std::string repository, commit;
    std::int64_t bytes_total = 0, bytes_to_come = 0;
    std::vector<RemoteFile> files;
};

struct DownloadOptions {
    std::string repository;            ///< owner/name or an address
    std::string revision;              ///< empty: the address's, else main
    std::vector<std::string> include;  ///< patterns of file names (*, ?, [a-z]); none: all files
    bool loadable_only = false;        ///< of these, loadable_files()
    int connections = 4;               ///< files fetched at a time
    RetryRules retries;
    /// Is told what will be fetched, once, before the first byte and before the disk is measured.
    std::function<void(const DownloadPlan&)> planned{};
};

/// How far a download is.
struct DownloadProgress {
    std::int64_t bytes = 0, bytes_total = 0;  ///< of what is wanted; there before included
    std::int64_t bytes_fetched = 0;           ///< by this download
    int files = 0, files_total = 0;
    std::string file;             ///< that a byte came of last
    std::int64_t file_bytes = 0;  ///< of it that are here
    bool file_done = false;       ///< it is whole, checked and in its place
};

/// Downloads the wanted files of a model repository into the hub's cache and returns the snapshot's
/// folder. What is there is not fetched again; what was begun is gone on with; all is checked
/// against the hub's own names. Offline, finds what is there. `progress` is called from several
/// threads, one at a time. Throws Error{Usage|File|Format|Stopped}.
std::filesystem::path download_repository(
    const DownloadOptions& options, const Settings& settings,
    const std::function<void(const DownloadProgress&)>& progress = {},
    const base::StopToken& stop = {});

/// Removes what an unfinished download of a repository left, but for what another program is
/// fetching now; whole files stay. Returns the bytes that are free for it. Throws
/// Error{Usage|File}.
std::int64_t discard_unfinished(const std::string& repository, const Settings& settings);

}  // namespace univi::hub
