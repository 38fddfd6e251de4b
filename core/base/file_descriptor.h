#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace univi::base {

// Shared by the sources of core.

/// Owner of a POSIX file descriptor.
class FileDescriptor {
  public:
    explicit FileDescriptor(int value) : value_(value) {}
    FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (value_ >= 0) ::close(value_);
    }
    int get() const { return value_; }
    explicit operator bool() const { return value_ >= 0; }

  private:
    int value_;
};

/// "cannot read a.bin: No such file or directory", from errno.
inline Error file_error(const std::string& doing, const std::filesystem::path& path,
                        int error_number) {
    return Error(ErrorKind::File, "cannot " + doing + " " + path.string() + ": " +
                                      std::generic_category().message(error_number));
}

/// fsync of a file or folder by path. Throws Error{File}.
void sync_path(const std::filesystem::path& path);

/// A name beside `path` that nothing else uses: ".<name>.<process>-<number>.tmp".
std::filesystem::path temporary_beside(const std::filesystem::path& path);

}  // namespace univi::base
