#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace univi::base {

/// Returns the whole text of a file of at most `max_bytes`. Throws Error{File}.
std::string read_file(const std::filesystem::path& path,
                      std::size_t max_bytes = std::size_t{1} << 30);

/// A read-only memory map of a whole file. Shared by the tensors that view it; unmapped with the
/// last owner. A file that another process shortens while it is mapped ends the reader (SIGBUS):
/// this program itself only ever replaces files.
class MappedFile {
  public:
    /// Throws Error{File}. An empty file maps to an empty span.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    std::span<const std::byte> bytes() const { return bytes_; }
    const std::filesystem::path& path() const { return path_; }

  private:
    MappedFile() = default;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    std::filesystem::path path_;
    std::span<const std::byte> bytes_;
};

}  // namespace univi::base
