#include "core/hub/cache_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/hub/retries.h"

namespace univi::hub {

namespace fs = std::filesystem;

namespace {

constexpr double kLockWaitS = 0.2;  ///< a lock of another program tells nobody when it ends

void make_folders(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) base::throw_file_error("cannot make the folder", folder, error.value());
}

bool is_commit(const std::string& text) {
    return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

CacheFolder::CacheFolder(const fs::path& cache, const std::string& repository)
    : folder_(cache / cache_name(repository)), locks_(cache / ".locks" / cache_name(repository)) {}

void CacheFolder::create() const {
    make_folders(folder_ / "blobs");
    make_folders(locks_);
}

std::optional<std::string> CacheFolder::commit_of(const std::string& revision) const {
    if (is_commit(revision)) return revision;
    std::error_code error;
    const fs::path file = folder_ / "refs" / revision;
    if (!fs::is_regular_file(file, error)) return std::nullopt;
    std::string commit = base::read_file(file, 4096);
    while (!commit.empty() && std::isspace(static_cast<unsigned char>(commit.back())))
        commit.pop_back();
    return is_commit(commit) ? std::optional(commit) : std::nullopt;
}

fs::path CacheFolder::blob(const std::string& etag) const {
    return folder_ / "blobs" / etag;
}

fs::path CacheFolder::incomplete(const std::string& etag) const {
    return folder_ / "blobs" / (etag + ".incomplete");
}

fs::path CacheFolder::snapshot(const std::string& commit) const {
    return folder_ / "snapshots" / commit;
}

bool CacheFolder::has(const std::string& commit, const std::string& path) const {
    std::error_code error;
    return fs::is_regular_file(snapshot(commit) / path, error);  // follows the link
}

void CacheFolder::link(const std::string& commit, const std::string& path,
                       const std::string& etag) const {
    const fs::path at = snapshot(commit) / path;
    make_folders(at.parent_path());
    const fs::path target = fs::path(blob(etag)).lexically_relative(at.parent_path());
    const fs::path temporary = base::temporary_beside(at);
    std::error_code error;
    fs::create_symlink(target, temporary, error);
    if (error) base::throw_file_error("cannot make the link", at, error.value());
    fs::rename(temporary, at, error);
    if (!error) return;
    std::error_code ignored;
    fs::remove(temporary, ignored);
    base::throw_file_error("cannot make the link", at, error.value());
}

void CacheFolder::write_ref(const std::string& revision, const std::string& commit) const {
    if (is_commit(revision)) return;
    const fs::path file = folder_ / "refs" / revision;
    make_folders(file.parent_path());
    if (commit_of(revision) != commit) base::write_file_atomically(file, commit);
}

base::FileDescriptor CacheFolder::try_lock(const std::string& etag) const {
    const fs::path file = locks_ / (etag + ".lock");
    base::FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!descriptor) base::throw_file_error("cannot open", file, errno);
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) == 0) return descriptor;
    if (errno != EWOULDBLOCK && errno != EINTR) base::throw_file_error("cannot lock", file, errno);
    return base::FileDescriptor();
}

base::FileDescriptor CacheFolder::lock(const std::string& etag, const base::StopToken& stop) const {
    for (;;) {
        if (auto descriptor = try_lock(etag)) return descriptor;
        wait_seconds(kLockWaitS, stop);
    }
}

std::int64_t CacheFolder::remove_unfinished() const {
    constexpr const char* kEnd = ".incomplete";
    std::int64_t bytes = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_ / "blobs", error)) {
        if (entry.path().extension() != kEnd) continue;
        const auto lock = try_lock(entry.path().stem().string());
        if (!lock) continue;
        std::error_code ignored;
        const auto size = fs::file_size(entry.path(), ignored);
        if (!fs::remove(entry.path(), error))
            base::throw_file_error("cannot remove", entry.path(), error.value());
        bytes += static_cast<std::int64_t>(size);
    }
    // Only what is empty can be removed so.
    for (const fs::path& each : {folder_ / "blobs", folder_}) fs::remove(each, error);
    return bytes;
}

}  // namespace univi::hub
