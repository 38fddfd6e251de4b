#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/file.h"

namespace univi::base {

/// One stored record of a zip archive.
struct ZipEntry {
    std::string_view name;           ///< in the map, valid as long as the reader
    std::uint64_t local_header = 0;  ///< offset of the local header
    std::uint64_t offset = 0;        ///< offset of the data
    std::uint64_t size = 0;
    std::uint64_t end = 0;  ///< first byte after the data and its descriptor
    std::uint32_t crc = 0;
};

/// Reads an untrusted zip archive through a memory map, for archives that hold stored records only
/// (PyTorch checkpoints). Everything the central directory says is checked before the constructor
/// returns, in arithmetic that cannot wrap: it ends where the end record begins; entries are
/// stored, not encrypted, on one disk; local headers agree with it; data descriptors agree with it;
/// records do not overlap each other or the directory; names are unique and never paths that lead
/// anywhere. Zip64 and data descriptors are accepted. Checksums are checked on demand.
class ZipReader {
  public:
    /// Throws Error{Format} naming file, field and reason.
    explicit ZipReader(std::shared_ptr<const MappedFile> file);
    ZipReader(const ZipReader&) = delete;
    ZipReader& operator=(const ZipReader&) = delete;

    /// Returns true for a file that starts as a zip archive does.
    static bool looks_like_zip(std::span<const std::byte> bytes);

    /// How the file ends, without reading anything else: an archive that was cut off has no end
    /// record, one that something was appended to has bytes behind it.
    struct Ending {
        bool found = false;
        std::uint64_t bytes_behind = 0;
    };
    static Ending ending(std::span<const std::byte> bytes);
    /// Name and data of the record at the file's start, as far as its local header tells; nullopt
    /// when the record is not whole. For archives whose directory is missing.
    struct FirstRecord {
        std::string_view name;
        std::span<const std::byte> data;
    };
    static std::optional<FirstRecord> first_record(std::span<const std::byte> bytes);

    const std::vector<ZipEntry>& entries() const { return entries_; }
    /// Returns nullptr when there is none of that name.
    const ZipEntry* find(std::string_view name) const;
    std::span<const std::byte> bytes(const ZipEntry& entry) const;

    /// Compares CRC-32 of these entries with the directory; large ones in pieces by several
    /// threads. Throws Error{Format}.
    void check_crc(std::span<const ZipEntry* const> entries) const;
    void check_crc(const ZipEntry& entry) const;

    const std::shared_ptr<const MappedFile>& file() const { return file_; }

  private:
    std::shared_ptr<const MappedFile> file_;
    std::vector<ZipEntry> entries_;  ///< in the order of their data
    std::unordered_map<std::string_view, std::size_t> by_name_;
};

}  // namespace univi::base
