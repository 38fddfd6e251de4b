#include "core/base/atomic_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_descriptor.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/sha256.h"

namespace univi::base {

namespace fs = std::filesystem;

namespace {

constexpr const char* kManifest = "manifest.json";

fs::path without_trailing_slash(const fs::path& path) {
    return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

/// All regular files below `folder`, relative, sorted: a manifest is the same for the same content.
/// Folders go to `folders`.
std::vector<fs::path> files_below(const fs::path& folder, std::vector<fs::path>& folders) {
    std::vector<fs::path> files;
    folders.push_back(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_directory()) folders.push_back(entry.path());
        if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder));
    }
    std::sort(files.begin(), files.end());
    return files;
}

void write_manifest(const fs::path& folder) {
    std::vector<fs::path> folders;
    Json files = Json::array();
    for (const fs::path& name : files_below(folder, folders)) {
        if (name == kManifest) continue;
        sync_path(folder / name);
        files.push_back({{"name", name.generic_string()},
                         {"bytes", fs::file_size(folder / name)},
                         {"sha256", sha256_file_hex(folder / name)}});
    }
    write_file_atomically(folder / kManifest,
                          json_text(Json{{"version", 1}, {"files", files}}, 1) + "\n");
    for (const fs::path& each : folders) sync_path(each);
}

/// Puts `temporary` in the place of `target`; what stood there is left under the name `temporary`.
void exchange_or_move(const fs::path& temporary, const fs::path& target) {
    if (::rename(temporary.c_str(), target.c_str()) == 0)
        return;  // nothing there, or an empty folder
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0)
        return;
    // File systems without exchange: aside first, and back again when the second step fails.
    const fs::path aside = temporary_beside(target);
    if (::rename(target.c_str(), aside.c_str()) != 0) throw_file_error("replace", target, errno);
    if (::rename(temporary.c_str(), target.c_str()) != 0) {
        const int reason = errno;
        ::rename(aside.c_str(), target.c_str());
        throw_file_error("replace", target, reason);
    }
    ::rename(aside.c_str(), temporary.c_str());
}

/// A name out of a manifest must stay below its folder.
bool stays_inside(const fs::path& name) {
    return name.is_relative() && !name.empty() &&
           std::none_of(name.begin(), name.end(),
                        [](const fs::path& part) { return part == ".."; });
}

/// One sentence on what is wrong with a listed file, or nothing.
std::string problem_with(const fs::path& folder, const Json& entry) {
    const fs::path name = entry.at("name").get<std::string>();
    if (!stays_inside(name)) return "lists " + name.string() + ", which leads out of the folder";
    std::error_code error;
    const auto size = fs::file_size(folder / name, error);
    if (error) return "lists " + name.string() + ", which is missing";
    const auto expected = entry.at("bytes").get<std::uint64_t>();
    if (size != expected) {
        return "says " + name.string() + " has " + std::to_string(expected) + " bytes, it has " +
               std::to_string(size);
    }
    if (sha256_file_hex(folder / name) != entry.at("sha256").get<std::string>()) {
        return "has another SHA-256 for " + name.string() + " than its bytes give";
    }
    return "";
}

}  // namespace

AtomicFolder::AtomicFolder(fs::path final_path)
    : final_(without_trailing_slash(final_path)), temporary_(temporary_beside(final_)) {
    std::error_code error;
    if (final_.has_parent_path()) fs::create_directories(final_.parent_path(), error);
    if (!error) fs::create_directory(temporary_, error);
    if (error)
        throw Error(ErrorKind::File,
                    "cannot create the folder " + final_.string() + ": " + error.message());
}

AtomicFolder::~AtomicFolder() {
    std::error_code ignored;
    if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

void AtomicFolder::commit() {
    std::error_code error;
    if (fs::exists(final_, error) && !fs::is_directory(final_, error))
        throw_file_error("replace", final_, ENOTDIR);
    try {
        write_manifest(temporary_);
    } catch (const fs::filesystem_error& failure) {
        throw Error(ErrorKind::File, "cannot finish the folder " + final_.string() + ": " +
                                         failure.code().message());
    }
    exchange_or_move(temporary_, final_);
    sync_path(final_.has_parent_path() ? final_.parent_path() : fs::path("."));
    fs::remove_all(temporary_, error);  // what stood there before, if anything
    if (error)
        log_warning("could not remove the replaced folder " + temporary_.string() + ": " +
                    error.message());
    temporary_.clear();
}

std::string verify_manifest(const fs::path& folder) {
    const std::string prefix = (folder / kManifest).string() + " ";
    try {
        const Json manifest = read_json_file(folder / kManifest, std::size_t{4} << 20);
        for (const Json& entry : manifest.at("files")) {
            if (std::string problem = problem_with(folder, entry); !problem.empty()) {
                return prefix + problem + ": the folder is not whole, make it again";
            }
        }
    } catch (const Error& error) {
        return error.what();
    } catch (const Json::exception&) {
        return prefix +
               "does not list name, bytes and sha256 of each file: the folder is not whole, make "
               "it again";
    }
    return "";
}

}  // namespace univi::base
