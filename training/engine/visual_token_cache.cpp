#include "training/engine/visual_token_cache.h"

#include <c10/util/Half.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/crc32c.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"

namespace univi::training {

namespace fs = std::filesystem;

namespace {

/// Little-endian file header; the values follow.
struct Header {
    char magic[8] = {'U', 'N', 'I', 'V', 'T', 'O', 'K', '1'};
    std::int32_t placeholders = 0, rows = 0, width = 0, half = 0;
    std::uint32_t checksum = 0, reserved = 0;  ///< CRC-32C of the values
};
static_assert(sizeof(Header) == 32);

constexpr std::int32_t kMaxRows = 1 << 20, kMaxWidth = 1 << 16;

/// bytes: 2 * values.size().
void to_half(std::span<const float> values, std::span<std::byte> bytes) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const c10::Half half = values[i];
        std::memcpy(bytes.data() + sizeof half * i, &half, sizeof half);
    }
}

void from_half(std::span<const std::byte> bytes, std::span<float> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        c10::Half half;
        std::memcpy(&half, bytes.data() + sizeof half * i, sizeof half);
        values[i] = half;
    }
}

/// Empty where there is none.
std::string read_entry(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    try {
        return base::read_file(path);
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace

VisualTokenCache::VisualTokenCache(fs::path folder, const std::string& recipe, bool half)
    : folder_(std::move(folder)), recipe_(recipe + (half ? "|fp16" : "|fp32")), half_(half) {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error)
        throw base::Error(base::ErrorKind::File, "The visual token cache " + folder_.string() +
                                                     " cannot be made: " + error.message() + ".");
}

fs::path VisualTokenCache::file_of(const fs::path& medium) const {
    struct stat status = {};
    if (::stat(medium.c_str(), &status) != 0) return {};
    const std::string key = recipe_ + '|' + fs::absolute(medium).lexically_normal().string() + '|' +
                            std::to_string(status.st_size) + '|' +
                            std::to_string(status.st_mtim.tv_sec) + '.' +
                            std::to_string(status.st_mtim.tv_nsec);
    const std::string name = base::text_sha256_hex(key).substr(0, 40);
    return folder_ / name.substr(0, 2) / name.substr(2);
}

std::optional<VisualTokens> VisualTokenCache::find(const fs::path& medium) const {
    const fs::path path = file_of(medium);
    if (path.empty()) return std::nullopt;
    const std::string bytes = read_entry(path);
    Header header;
    if (bytes.size() < sizeof header || std::memcmp(bytes.data(), header.magic, 8) != 0)
        return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    const bool plausible = header.rows > 0 && header.rows <= kMaxRows && header.width > 0 &&
                           header.width <= kMaxWidth && header.placeholders > 0 &&
                           header.half == int(half_);
    if (!plausible) return std::nullopt;
    const std::size_t count = std::size_t(header.rows) * std::size_t(header.width);
    const auto values = std::as_bytes(std::span(bytes)).subspan(sizeof header);
    if (values.size() != count * (half_ ? 2 : 4) || base::crc32c(values) != header.checksum)
        return std::nullopt;
    VisualTokens tokens{header.placeholders, header.rows, header.width, std::vector<float>(count)};
    if (half_)
        from_half(values, tokens.values);
    else
        std::memcpy(tokens.values.data(), values.data(), values.size());
    return tokens;
}

void VisualTokenCache::store(const fs::path& medium, VisualTokens& tokens) const {
    const fs::path path = file_of(medium);
    if (path.empty()) return;
    std::string bytes(sizeof(Header) + tokens.values.size() * (half_ ? 2 : 4), '\0');
    const auto values = std::as_writable_bytes(std::span(bytes)).subspan(sizeof(Header));
    if (half_) {
        to_half(tokens.values, values);
        from_half(values, tokens.values);
    } else {
        std::memcpy(values.data(), tokens.values.data(), values.size());
    }
    Header header;
    header.placeholders = tokens.placeholders;
    header.rows = tokens.rows;
    header.width = tokens.width;
    header.half = half_;
    header.checksum = base::crc32c(values);
    std::memcpy(bytes.data(), &header, sizeof header);
    std::error_code ignored;
    fs::create_directory(path.parent_path(), ignored);
    // A file lost with the power is made again, and the checksum finds a torn one.
    try {
        base::AtomicFile file(path);
        file.write(bytes);
        file.commit(base::Durability::Unsynced);
    } catch (const base::Error&) {
        throw base::Error(base::ErrorKind::File,
                          "The visual token cache " + folder_.string() +
                              " cannot be written: check the space on its disk.");
    }
}

}  // namespace univi::training
