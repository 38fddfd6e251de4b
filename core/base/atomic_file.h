#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/file_descriptor.h"

namespace univi::base {

/// Replaces `path` atomically: temporary file beside it, fsync, rename, fsync of the folder. On any
/// failure (disk full too) the old file stays and the temporary one is removed. Throws Error{File}.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Whether a file must outlast a loss of power. What can be made again need not: without the wait
/// for the disk such a file may be found empty or torn then.
enum class Durability { Synced, Unsynced };

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
    /// Makes it durable under its name: fsync, rename, fsync of the folder. Unsynced: only renames.
    void commit(Durability durability = Durability::Synced);

  private:
    std::filesystem::path final_, temporary_;
    FileDescriptor descriptor_;
    std::uint64_t position_ = 0;
};

}  // namespace univi::base
