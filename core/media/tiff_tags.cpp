#include "core/media/tiff_tags.h"

namespace univi::media {

namespace {

constexpr std::uint32_t kByte = 1, kShort = 3, kLong = 4;

std::uint32_t bytes_of_value(std::uint32_t type) {
    switch (type) {
        case kByte:
            return 1;
        case kShort:
            return 2;
        case kLong:
            return 4;
        default:
            return 0;
    }
}

}  // namespace

TiffTags::TiffTags(std::string_view bytes) : view_{bytes} {
    using namespace std::string_view_literals;
    is_little_ = bytes.starts_with("II*\0"sv);
    if (!is_little_ && !bytes.starts_with("MM\0*"sv)) return;
    folder_ = u32(4);
    const std::uint32_t count = u16(folder_);
    if (view_.has(folder_, 2 + std::uint64_t(count) * 12)) entries_ = count;
}

std::uint32_t TiffTags::u16(std::uint64_t at) const {
    return is_little_ ? view_.u16_le(at) : view_.u16_be(at);
}

std::uint32_t TiffTags::u32(std::uint64_t at) const {
    return is_little_ ? view_.u32_le(at) : view_.u32_be(at);
}

std::optional<TiffTags::Entry> TiffTags::find(std::uint32_t tag) const {
    for (std::uint32_t i = 0; i < entries_; ++i) {
        const std::uint64_t at = folder_ + 2 + std::uint64_t(i) * 12;
        if (u16(at) != tag) continue;
        Entry entry{u16(at + 2), u32(at + 4), at + 8};
        // Values of more than four bytes stand elsewhere.
        const std::uint64_t size = std::uint64_t(bytes_of_value(entry.type)) * entry.count;
        if (size > 4) entry.value_at = u32(at + 8);
        return entry;
    }
    return std::nullopt;
}

std::uint32_t TiffTags::number(std::uint32_t tag, std::uint32_t otherwise,
                               std::uint32_t index) const {
    const auto entry = find(tag);
    if (!entry || index >= entry->count) return otherwise;
    const std::uint32_t size = bytes_of_value(entry->type);
    const std::uint64_t at = entry->value_at + std::uint64_t(index) * size;
    switch (size) {
        case 1:
            return view_.u8(at);
        case 2:
            return u16(at);
        case 4:
            return u32(at);
        default:
            return otherwise;
    }
}

}  // namespace univi::media
