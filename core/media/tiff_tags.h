#pragma once

#include <optional>

#include "core/media/byte_view.h"

namespace univi::media {

/// The first image file directory of a TIFF, or of the block in the same form that EXIF keeps.
/// Never throws; what lies outside of the bytes is 0.
class TiffTags {
  public:
    struct Entry {
        std::uint32_t type = 0, count = 0;
        std::uint64_t value_at = 0;  ///< position of the first value
    };

    explicit TiffTags(std::string_view bytes);

    /// Returns false when the bytes do not begin as a TIFF does or their directory reaches outside.
    bool is_sound() const { return entries_ > 0; }
    std::optional<Entry> find(std::uint32_t tag) const;
    /// Returns the `index`-th value of a tag of whole numbers; `otherwise` when there is none.
    std::uint32_t number(std::uint32_t tag, std::uint32_t otherwise, std::uint32_t index = 0) const;
    bool is_little_endian() const { return is_little_; }

    static constexpr std::uint32_t kOrientation = 274, kExtraSamples = 338;

  private:
    std::uint32_t u16(std::uint64_t at) const;
    std::uint32_t u32(std::uint64_t at) const;

    ByteView view_;
    bool is_little_ = true;
    std::uint64_t folder_ = 0;
    std::uint32_t entries_ = 0;
};

}  // namespace univi::media
