#include "core/base/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "core/base/error.h"

namespace univi::base {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPrefix = "univi-temporary-";
constexpr int kMostTries = 10;

fs::path folder_or_default(const fs::path& parent) {
    if (!parent.empty()) return parent;
    std::error_code error;
    const fs::path folder = fs::temp_directory_path(error);
    return error ? fs::path("/tmp") : folder;
}

FileDescriptor open_folder(const fs::path& path) {
    return FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// True when the open folder still stands under its name: a cleaner may have been faster.
bool is_at(const FileDescriptor& folder, const fs::path& path) {
    struct stat held = {}, named = {};
    return ::fstat(folder.get(), &held) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

void remove_if_stale(const fs::path& path) {
    const FileDescriptor folder = open_folder(path);
    struct stat status = {};
    if (!folder || ::fstat(folder.get(), &status) != 0 || status.st_uid != ::geteuid()) return;
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return;
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& purpose, fs::path parent) {
    parent = folder_or_default(parent);
    remove_stale_temporary_folders(parent);
    for (int i = 0; i < kMostTries; ++i) {
        std::string name = (parent / (kPrefix + purpose + "-XXXXXX")).string();
        if (!::mkdtemp(name.data())) break;
        FileDescriptor folder = open_folder(name);
        if (!folder) continue;
        // Where there are no locks the folder is never taken for a left one.
        ::flock(folder.get(), LOCK_EX);
        if (!is_at(folder, name)) continue;
        path_ = name;
        lock_.emplace(std::move(folder));
        return;
    }
    throw Error(ErrorKind::File, "No temporary folder can be made in " + parent.string() +
                                     ": check its rights and its free space.");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void remove_stale_temporary_folders(const fs::path& parent) {
    std::error_code error;
    for (fs::directory_iterator it(folder_or_default(parent), error), end; !error && it != end;
         it.increment(error))
        if (it->path().filename().string().starts_with(kPrefix)) remove_if_stale(it->path());
}

}  // namespace univi::base
