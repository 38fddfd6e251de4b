#include "training/run/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/base/disk_full.h"
#include "core/base/error.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::FileDescriptor;

namespace {

/// The locked file, closed when another process holds it. The holder removes the file as it ends,
/// so the name is looked at again after locking.
FileDescriptor lock_file(const fs::path& path) {
    for (;;) {
        FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (!file)
            throw Error(ErrorKind::File,
                        path.string() + " cannot be written: " + std::strerror(errno) + ".");
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return {};
        struct stat locked = {}, named = {};
        if (::fstat(file.get(), &locked) == 0 && ::stat(path.c_str(), &named) == 0 &&
            locked.st_ino == named.st_ino)
            return file;
    }
}

}  // namespace

RunLock::RunLock(const fs::path& run_folder) : path_(run_folder / "pid"), file_(lock_file(path_)) {
    if (!file_)
        throw Error(ErrorKind::Usage,
                    "Another univi-train already works in " + run_folder.string() +
                        ": wait for it, stop it, or choose another --output_dir.");
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file_.get(), 0) != 0 ||
        ::write(file_.get(), pid.data(), pid.size()) != static_cast<ssize_t>(pid.size()))
        throw base::DiskFull(path_.string() + " cannot be written: is the disk full?");
}

RunLock::~RunLock() {
    std::error_code ignored;
    fs::remove(path_, ignored);
}

}  // namespace univi::training
