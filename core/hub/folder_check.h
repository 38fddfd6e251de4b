#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::hub {

/// What a look at every byte of a model's folder found.
struct FolderCheck {
    int files = 0;  ///< that were read
    std::int64_t bytes = 0;
    int unnamed = 0;  ///< of them, those of which no checksum is known
    std::vector<std::string>
        wrong;  ///< paths in the folder whose content is not what was published
};

/// Is told how many bytes of `total` were read, and of which file the last were.
using CheckProgress =
    std::function<void(std::int64_t bytes, std::int64_t total, const std::string& file)>;

/// Reads every file of a folder and compares it with its checksum: of a snapshot of the hub's cache
/// the name of the blob, else what manifest.json of the folder says (a list `files` of `name`,
/// `sha256`). Throws Error{File|Format|Stopped}.
FolderCheck check_folder(const std::filesystem::path& folder, const CheckProgress& progress = {},
                         const base::StopToken& stop = {});

}  // namespace univi::hub
