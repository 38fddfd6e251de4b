#include "core/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/error.h"
#include "core/base/file_descriptor.h"
#include "core/base/huge_pages.h"

namespace univi::base {

namespace fs = std::filesystem;

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

}  // namespace

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

std::shared_ptr<const MappedFile> MappedFile::open(const fs::path& path) {
    struct stat status = {};
    const FileDescriptor file = open_for_reading(path, status);
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->path_ = path;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return mapped;
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (address == MAP_FAILED) throw_file_error("map", path, errno);
    // A file system with large folios (ext4 since Linux 6.16, XFS) reads what is not in memory yet
    // in pages of 2 MiB then.
    use_huge_pages(address, size);
    mapped->bytes_ = {static_cast<const std::byte*>(address), size};
    return mapped;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace univi::base
