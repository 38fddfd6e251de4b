#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace univi::base {

/// Whole text of a file of at most `max_bytes`. Throws Error{File}.
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes = std::size_t{1} << 30);

/// Replaces `path` atomically: temporary file beside it, fsync, rename, fsync of the folder. On any failure (disk full
/// too) the old file stays and the temporary one is removed. Throws Error{File}.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// A folder that appears under its final name only when it is whole: fill `path()`, then `commit()`.
/// Not committed: removed by the destructor. `commit` fsyncs every file, writes `manifest.json` (names, sizes, SHA-256)
/// last, renames over the final name (an existing folder there is moved aside first and removed after) and fsyncs.
class AtomicFolder {
  public:
    explicit AtomicFolder(std::filesystem::path final_path);
    ~AtomicFolder();
    AtomicFolder(const AtomicFolder&) = delete;
    AtomicFolder& operator=(const AtomicFolder&) = delete;
    const std::filesystem::path& path() const { return temporary_; }
    void commit();

  private:
    std::filesystem::path final_, temporary_;
};

/// Checks a folder written by AtomicFolder against its manifest. Returns an empty string when whole, else one sentence.
std::string verify_manifest(const std::filesystem::path& folder);

/// Lower-case hex SHA-256 of bytes or of a file.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_file_hex(const std::filesystem::path& path);

/// A read-only memory map of a whole file. Shared by the tensors that view it; unmapped with the last owner.
class MappedFile {
  public:
    /// Throws Error{File}. An empty file maps to an empty span.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    std::span<const std::byte> bytes() const { return bytes_; }
    const std::filesystem::path& path() const { return path_; }

  private:
    MappedFile() = default;
    std::filesystem::path path_;
    std::span<const std::byte> bytes_;
};

}  // namespace univi::base
