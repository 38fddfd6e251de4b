#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/atomic_file.h"

namespace univi::base {

/// Writes a zip archive of stored records, atomically, each record's data aligned (torch.save
/// aligns to 64 bytes so that tensors can be mapped). Records and archives beyond 4 GiB get zip64
/// fields. The same records give the same bytes.
class ZipWriter {
  public:
    /// Throws Error{File}.
    ZipWriter(std::filesystem::path path, std::uint64_t alignment = 64);
    /// Names must be unique; at most 65,534 records.
    void add(const std::string& name, std::span<const std::byte> data);
    void add(const std::string& name, std::string_view data) {
        add(name, std::as_bytes(std::span(data)));
    }
    /// Writes the directory and puts the file in place.
    void commit();

  private:
    struct Record {
        std::string name;
        std::uint64_t offset, size;
        std::uint32_t crc;
    };
    std::string central_header(const Record& record) const;

    AtomicFile file_;
    std::uint64_t alignment_;
    std::vector<Record> records_;
};

}  // namespace univi::base
