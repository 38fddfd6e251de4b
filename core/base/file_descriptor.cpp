#include "core/base/file_descriptor.h"

#include <fcntl.h>

#include <atomic>
#include <cerrno>

#include "core/base/disk_full.h"

namespace univi::base {

namespace fs = std::filesystem;

void throw_file_error(const std::string& doing, const fs::path& path, int error_number) {
    const std::string sentence = "cannot " + doing + " " + path.string() + ": " +
                                 std::generic_category().message(error_number);
    if (error_number == ENOSPC || error_number == EDQUOT) throw DiskFull(sentence);
    throw Error(ErrorKind::File, sentence);
}

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

}  // namespace univi::base
