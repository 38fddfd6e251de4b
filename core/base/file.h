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
std::string read_file(const std::filesystem::path& path,
                      std::size_t max_bytes = std::size_t{1} << 30);

/// Replaces `path` atomically: temporary file beside it, fsync, rename, fsync of the folder. On any
/// failure (disk full too) the old file stays and the temporary one is removed. Throws Error{File}.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The streaming form of write_file_atomically, for files that do not fit in memory: `write` as
/// often as needed, then `commit`. Not committed: the temporary file is removed by the destructor
/// and the old file stays.
class AtomicFile {
  public:
    /// Opens a temporary file beside `path`. Throws Error{File}.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    void write(std::span<const std::byte> bytes);
    void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes))); }
    std::uint64_t position() const { return position_; }
    /// fsync, rename, fsync of the folder.
    void commit();

  private:
    std::filesystem::path final_, temporary_;
    int descriptor_ = -1;
    std::uint64_t position_ = 0;
};

/// A folder that appears under its final name only when it is whole: fill `path()`, then
/// `commit()`. Not committed: removed by the destructor. `commit` fsyncs every file, writes
/// `manifest.json` (names, sizes, SHA-256) last, renames over the final name (an existing folder
/// there is moved aside first and removed after) and fsyncs.
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

/// Checks a folder written by AtomicFolder against its manifest. Returns an empty string when
/// whole, else one sentence.
std::string verify_manifest(const std::filesystem::path& folder);

/// Lower-case hex SHA-256 of bytes or of a file.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_file_hex(const std::filesystem::path& path);

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
