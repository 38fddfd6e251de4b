#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "core/base/disk_full.h"
#include "core/base/error.h"
#include "core/base/file_descriptor.h"

namespace univi::base {

namespace fs = std::filesystem;

[[noreturn]] void throw_file_error(const std::string& doing, const fs::path& path,
                                   int error_number) {
    const std::string sentence = "cannot " + doing + " " + path.string() + ": " +
                                 std::generic_category().message(error_number);
    if (error_number == ENOSPC || error_number == EDQUOT) throw DiskFull(sentence);
    throw Error(ErrorKind::File, sentence);
}

namespace {

/// Opens a regular file for reading; `status` receives its fstat. Folders, pipes and
/// devices are refused.
FileDescriptor open_for_reading(const fs::path& path, struct stat& status) {
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) throw_file_error("read", path, errno);
    if (::fstat(file.get(), &status) != 0) throw_file_error("read", path, errno);
    if (S_ISDIR(status.st_mode)) throw_file_error("read", path, EISDIR);
    if (!S_ISREG(status.st_mode)) {
        throw Error(ErrorKind::File,
                    "cannot read " + path.string() + ": it is a device or pipe, expected a file");
    }
    return file;
}

void check_size(const fs::path& path, std::uint64_t size, std::size_t max_bytes) {
    if (size > max_bytes) {
        throw Error(ErrorKind::File, path.string() + " has " + std::to_string(size) +
                                         " bytes, more than the limit of " +
                                         std::to_string(max_bytes) + " for it");
    }
}

/// The file a path stands for: writing to a link replaces what it points to, not the link.
fs::path resolved(const fs::path& path) {
    std::error_code error;
    if (!fs::is_symlink(path, error)) return path;
    const fs::path target = fs::weakly_canonical(path, error);
    return error ? path : target;
}

}  // namespace

void sync_path(const fs::path& path) {
    const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) throw_file_error("open", path, errno);
    // EINVAL: the file system cannot sync folders, and nothing more can be done.
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL) throw_file_error("write", path, errno);
}

fs::path temporary_beside(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    std::error_code error;
    for (;;) {
        fs::path name = path.parent_path() /
                        ("." + path.filename().string() + "." + std::to_string(::getpid()) + "-" +
                         std::to_string(counter++) + ".tmp");
        if (!fs::exists(fs::symlink_status(name, error))) return name;
    }
}

std::string read_file(const fs::path& path, std::size_t max_bytes) {
    struct stat status = {};
    const FileDescriptor file = open_for_reading(path, status);
    check_size(path, static_cast<std::uint64_t>(status.st_size), max_bytes);
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t filled = 0;
    for (;;) {
        // Files in /proc say 0 bytes, and a file may grow while it is read: go on until the end.
        if (filled == text.size()) text.resize(filled + 4096);
        const ssize_t count = ::read(file.get(), text.data() + filled, text.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_file_error("read", path, errno);
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
        check_size(path, filled, max_bytes);
    }
    text.resize(filled);
    return text;
}

AtomicFile::AtomicFile(fs::path path)
    : final_(resolved(path)), temporary_(temporary_beside(final_)) {
    struct stat old = {};
    const bool replaces = ::stat(final_.c_str(), &old) == 0;
    if (replaces && S_ISDIR(old.st_mode)) throw_file_error("write", final_, EISDIR);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw_file_error("write", final_, errno);
    // For remove_stale_temporary_files(); where there are no locks the process's number decides.
    ::flock(descriptor_, LOCK_EX | LOCK_NB);
    // The new file keeps the old one's permissions; a file system without permissions
    // is no failure.
    if (replaces && ::fchmod(descriptor_, old.st_mode & 0777) != 0) errno = 0;
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    constexpr std::size_t kLargestWrite = std::size_t{1} << 30;  // Linux moves at most 2 GiB a call
    while (!bytes.empty()) {
        const ssize_t count =
            ::write(descriptor_, bytes.data(), std::min(bytes.size(), kLargestWrite));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_file_error("write", final_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        position_ += static_cast<std::uint64_t>(count);
    }
}

void AtomicFile::commit() {
    if (::fsync(descriptor_) != 0) throw_file_error("write", final_, errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) throw_file_error("write", final_, errno);
    if (::rename(temporary_.c_str(), final_.c_str()) != 0) throw_file_error("write", final_, errno);
    temporary_.clear();
    sync_path(final_.has_parent_path() ? final_.parent_path() : fs::path("."));
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
}

std::shared_ptr<const MappedFile> MappedFile::open(const fs::path& path) {
    struct stat status = {};
    const FileDescriptor file = open_for_reading(path, status);
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->path_ = path;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return mapped;
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (address == MAP_FAILED) throw_file_error("map", path, errno);
    mapped->bytes_ = {static_cast<const std::byte*>(address), size};
    return mapped;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace univi::base
