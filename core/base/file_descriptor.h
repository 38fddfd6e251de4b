#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace univi::base {

/// Owner of a POSIX file descriptor.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    /// Takes `value` over; a negative one means none.
    explicit FileDescriptor(int value) : value_(value) {}
    FileDescriptor(FileDescriptor&& other) noexcept : value_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) {
            reset();
            value_ = other.release();
        }
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() { reset(); }
    int get() const { return value_; }
    explicit operator bool() const { return value_ >= 0; }
    /// Closes it now.
    void reset() {
        if (value_ >= 0) ::close(release());
    }
    /// Gives it to the caller, who closes it.
    int release() { return std::exchange(value_, -1); }

  private:
    int value_ = -1;
};

/// Throws DiskFull or Error{File}: "cannot read a.bin: No such file or directory", from errno.
[[noreturn]] void throw_file_error(const std::string& doing, const std::filesystem::path& path,
                                   int error_number);

/// Calls fsync on a file or folder by its path. Throws Error{File}.
void sync_path(const std::filesystem::path& path);

/// Returns a name beside `path` that nothing else uses: ".<name>.<process>-<number>.tmp".
std::filesystem::path temporary_beside(const std::filesystem::path& path);

}  // namespace univi::base
