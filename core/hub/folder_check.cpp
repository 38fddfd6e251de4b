#include "core/hub/folder_check.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file_descriptor.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/hub/blob_check.h"

namespace univi::hub {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLargestManifest = 16 << 20;

struct File {
    fs::path path;         ///< in the folder
    std::string checksum;  ///< empty: none is known
    std::int64_t size = 0;
};

/// The checksums of manifest.json by path; empty without one.
std::map<std::string, std::string> manifest_of(const fs::path& folder) {
    std::map<std::string, std::string> out;
    std::error_code error;
    if (!fs::is_regular_file(folder / "manifest.json", error)) return out;
    const base::Json json = base::read_json_file(folder / "manifest.json", kLargestManifest);
    const auto files = json.is_object() ? json.find("files") : json.end();
    if (files == json.end() || !files->is_array()) return out;
    for (const auto& each : *files) {
        const bool is_entry = each.is_object() && each.contains("name") && each.contains("sha256");
        if (is_entry && each["name"].is_string() && each["sha256"].is_string())
            out[each["name"]] = each["sha256"];
    }
    return out;
}

/// The name of the blob that a file of a snapshot is a link to; empty for another file.
std::string blob_of(const fs::path& file) {
    std::error_code error;
    if (!fs::is_symlink(file, error)) return {};
    const fs::path target = fs::read_symlink(file, error);
    return target.parent_path().filename() == "blobs" ? target.filename().string() : std::string();
}

std::vector<File> files_of(const fs::path& folder) {
    const auto manifest = manifest_of(folder);
    std::vector<File> out;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(folder, error);
         at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (error) base::throw_file_error("cannot read", folder, error.value());
        std::error_code ignored;
        if (at->is_directory(ignored)) continue;
        const auto size = fs::file_size(at->path(), ignored);
        if (ignored)
            throw base::Error(base::ErrorKind::File,
                              base::shown_path(at->path().string()) +
                                  " leads nowhere: download the model again.");
        File file{at->path().lexically_relative(folder), blob_of(at->path()),
                  static_cast<std::int64_t>(size)};
        const auto named = manifest.find(file.path.generic_string());
        if (file.checksum.empty() && named != manifest.end()) file.checksum = named->second;
        out.push_back(std::move(file));
    }
    if (error) base::throw_file_error("cannot read", folder, error.value());
    std::ranges::sort(out, {}, &File::path);
    return out;
}

}  // namespace

FolderCheck check_folder(const fs::path& folder, const CheckProgress& progress,
                         const base::StopToken& stop) {
    const std::vector<File> files = files_of(folder);
    std::int64_t total = 0;
    for (const File& file : files) total += file.size;
    FolderCheck out;
    for (const File& file : files) {
        const std::string shown = base::shown_path(file.path.string());
        const bool is_right =
            has_content(folder / file.path, file.checksum, stop, [&](std::int64_t bytes) {
                if (progress) progress(out.bytes + bytes, total, shown);
            });
        ++out.files;
        out.bytes += file.size;
        if (!names_content(file.checksum)) ++out.unnamed;
        if (!is_right) out.wrong.push_back(shown);
        if (progress) progress(out.bytes, total, shown);
    }
    return out;
}

}  // namespace univi::hub
