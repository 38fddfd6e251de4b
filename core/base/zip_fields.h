#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::base::zip {

/// Reads little-endian fields of a zip archive. Every access is checked; each throws Error{Format},
/// which names the file. The file must outlive it.
class Fields {
  public:
    explicit Fields(const MappedFile& file) : file_(file), bytes_(file.bytes()) {}

    std::uint64_t size() const { return bytes_.size(); }
    std::uint16_t u16(std::uint64_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
    std::uint32_t u32(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
    std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }

    std::string_view text(std::uint64_t at, std::uint64_t length) const {
        need(at, length);
        return {reinterpret_cast<const char*>(bytes_.data()) + at,
                static_cast<std::size_t>(length)};
    }
    void need(std::uint64_t at, std::uint64_t length) const {
        if (at > size() || length > size() - at)
            fail("the zip archive is cut off: a header reaches beyond the file's end");
    }
    [[noreturn]] void fail(const std::string& reason) const {
        throw Error(ErrorKind::Format, file_.path().string() + ": " + reason);
    }

  private:
    std::uint64_t number(std::uint64_t at, int width) const {
        need(at, static_cast<std::uint64_t>(width));
        std::uint64_t value = 0;
        for (int i = width - 1; i >= 0; --i)
            value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at + i]);
        return value;
    }

    const MappedFile& file_;
    std::span<const std::byte> bytes_;
};

}  // namespace univi::base::zip
