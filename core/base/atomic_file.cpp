#include "core/base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace univi::base {

namespace fs = std::filesystem;

namespace {

/// The file a path stands for: writing to a link replaces what it points to, not the link.
fs::path resolved(const fs::path& path) {
    std::error_code error;
    if (!fs::is_symlink(path, error)) return path;
    const fs::path target = fs::weakly_canonical(path, error);
    return error ? path : target;
}

}  // namespace

AtomicFile::AtomicFile(fs::path path)
    : final_(resolved(path)), temporary_(temporary_beside(final_)) {
    struct stat old = {};
    const bool replaces = ::stat(final_.c_str(), &old) == 0;
    if (replaces && S_ISDIR(old.st_mode)) throw_file_error("write", final_, EISDIR);
    descriptor_ =
        FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!descriptor_) throw_file_error("write", final_, errno);
    // For remove_stale_temporary_files(); where there are no locks the process's number decides.
    ::flock(descriptor_.get(), LOCK_EX | LOCK_NB);
    // The new file keeps the old one's permissions; a file system without permissions
    // is no failure.
    if (replaces && ::fchmod(descriptor_.get(), old.st_mode & 0777) != 0) errno = 0;
}

AtomicFile::~AtomicFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    constexpr std::size_t kLargestWrite = std::size_t{1} << 30;  // Linux moves at most 2 GiB a call
    while (!bytes.empty()) {
        const ssize_t count =
            ::write(descriptor_.get(), bytes.data(), std::min(bytes.size(), kLargestWrite));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_file_error("write", final_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        position_ += static_cast<std::uint64_t>(count);
    }
}

void AtomicFile::commit(Durability durability) {
    const bool synced = durability == Durability::Synced;
    if (synced && ::fsync(descriptor_.get()) != 0) throw_file_error("write", final_, errno);
    if (::close(descriptor_.release()) != 0) throw_file_error("write", final_, errno);
    if (::rename(temporary_.c_str(), final_.c_str()) != 0) throw_file_error("write", final_, errno);
    temporary_.clear();
    if (synced) sync_path(final_.has_parent_path() ? final_.parent_path() : fs::path("."));
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
}

}  // namespace univi::base
