#include "core/base/temporary_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <regex>
#include <system_error>

#include "core/base/error.h"
#include "core/base/media_cache.h"
#include "core/base/paths.h"

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

/// The number of the process in ".<name>.<process>-<number>.tmp" (temporary_beside), or in the name
/// that pictures beside a conversation once had, "<name>.<process>.part.jpg"; 0 for other names.
pid_t process_in(const std::string& name) {
    static const std::regex kForms(
        R"(\..+\.(\d{1,9})-\d+\.tmp|[0-9a-f]{32}-.+\.(\d{1,9})\.part\.jpg)");
    std::smatch parts;
    if (!std::regex_match(name, parts, kForms)) return 0;
    return static_cast<pid_t>(std::stol((parts[1].matched ? parts[1] : parts[2]).str()));
}

/// The number tells of a process of this computer, the lock of one elsewhere that shares the disk.
void remove_file_if_stale(const fs::path& path) {
    const pid_t process = process_in(path.filename().string());
    if (process <= 0 || ::kill(process, 0) == 0 || errno != ESRCH) return;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status = {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != ::geteuid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return;
    ::unlink(path.c_str());
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

void remove_stale_temporary_files(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        remove_file_if_stale(it->path());
}

void remove_stale_temporaries() {
    const fs::path cache = cache_folder(), data = data_folder();
    remove_stale_temporary_folders();
    for (const fs::path& folder :
         {cache, visual_token_folder(), prompt_opening_folder(), shown_picture_folder(),
          thumbnail_folder(), data, data / "recorded", config_folder()}) {
        remove_stale_temporary_folders(folder);
        remove_stale_temporary_files(folder);
    }
}

}  // namespace univi::base
