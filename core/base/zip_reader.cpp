#include "core/base/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/base/zip_fields.h"
#include "core/base/zip_format.h"

namespace univi::base {

namespace {

using namespace zip;

/// Bounds the memory of a refusal; a 70B checkpoint has under a thousand.
constexpr std::uint64_t kMaxEntries = 1 << 17;
constexpr std::uint64_t kMaxNameBytes = 1024;

struct Directory {
    std::uint64_t offset = 0, size = 0, count = 0;
};

/// Returns where the end record stands; nothing but its own comment may follow it.
std::uint64_t find_end_record(const Fields& f) {
    if (f.size() < kEndSize) f.fail("too short for a zip archive");
    const std::uint64_t longest_comment = std::min<std::uint64_t>(f.size() - kEndSize, 0xffff);
    for (std::uint64_t comment = 0; comment <= longest_comment; ++comment) {
        const std::uint64_t at = f.size() - kEndSize - comment;
        if (f.u32(at) == kEnd && f.u16(at + 20) == comment) return at;
    }
    f.fail("the zip archive has no end record, so it was cut off: download or save it again");
}

/// Reads the zip64 record, which must agree with the old one's fields that are no sentinels.
Directory read_end64(const Fields& f, std::uint64_t end, const Directory& old) {
    const std::uint64_t locator = end - kEnd64LocatorSize;
    const std::uint64_t at = f.u64(locator + 8);
    if (f.u32(locator + 4) != 0 || f.u32(locator + 16) > 1)
        f.fail("the zip archive is split over several disks");
    if (at > locator || locator - at != kEnd64Size || f.u32(at) != kEnd64 ||
        f.u64(at + 4) != kEnd64Size - 12) {
        f.fail("the zip64 end record is not where its locator says");
    }
    if (f.u32(at + 16) != 0 || f.u32(at + 20) != 0)
        f.fail("the zip archive is split over several disks");
    const Directory result{
        .offset = f.u64(at + 48), .size = f.u64(at + 40), .count = f.u64(at + 32)};
    if (f.u64(at + 24) != result.count || (old.count != kLarge16 && old.count != result.count) ||
        (old.size != kLarge && old.size != result.size) ||
        (old.offset != kLarge && old.offset != result.offset)) {
        f.fail("the two end records of the zip archive contradict each other");
    }
    if (result.offset > at || result.size != at - result.offset) {
        f.fail("the zip directory does not end where the end record begins");
    }
    return result;
}

Directory read_end(const Fields& f) {
    const std::uint64_t end = find_end_record(f);
    const Directory old{
        .offset = f.u32(end + 16), .size = f.u32(end + 12), .count = f.u16(end + 10)};
    Directory directory = old;
    if (end >= kEnd64LocatorSize && f.u32(end - kEnd64LocatorSize) == kEnd64Locator) {
        directory = read_end64(f, end, old);
    } else if (old.offset > end || old.size != end - old.offset) {
        f.fail("the zip directory does not end where the end record begins");
    }
    if (f.u16(end + 4) != 0 || f.u16(end + 6) != 0 || f.u16(end + 8) != f.u16(end + 10)) {
        f.fail("the zip archive is split over several disks");
    }
    if (directory.count > kMaxEntries || directory.count > directory.size / kCentralHeaderSize) {
        f.fail("the zip directory claims " + std::to_string(directory.count) + " records in " +
               std::to_string(directory.size) + " bytes");
    }
    return directory;
}

/// Refuses names that would lead out of a folder, though they are used as keys alone.
void check_name(const Fields& f, std::string_view name) {
    const auto bad = [&](const char* why) {
        f.fail("the zip record " + in_quotes(name) + " " + why);
    };
    if (name.empty() || name.size() > kMaxNameBytes) bad("has an empty or too long name");
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == ':') {
            bad("has a control character, backslash or colon in its name");
        }
    }
    if (name.front() == '/') bad("has an absolute path for a name");
    if (name.back() == '/') bad("is a folder");
    for (std::size_t start = 0; start <= name.size();) {
        const std::size_t stop = std::min(name.find('/', start), name.size());
        const std::string_view part = name.substr(start, stop - start);
        if (part.empty() || part == "." || part == "..")
            bad("has an empty part, . or .. in its name");
        start = stop + 1;
    }
}

/// Replaces each 32-bit sentinel by the next 8-byte value of the zip64 extra field.
void resolve_zip64(const Fields& f, std::uint64_t extra, std::uint64_t length,
                   std::vector<std::uint64_t*> fields) {
    std::erase_if(fields, [](const std::uint64_t* value) { return *value != kLarge; });
    if (fields.empty()) return;
    const std::uint64_t stop = extra + length;
    while (stop - extra >= 4) {
        const std::uint64_t size = f.u16(extra + 2);
        if (size > stop - extra - 4) break;
        if (f.u16(extra) == kZip64Extra) {
            if (size < fields.size() * 8) break;
            for (std::size_t i = 0; i < fields.size(); ++i) *fields[i] = f.u64(extra + 4 + i * 8);
            return;
        }
        extra += 4 + size;
    }
    f.fail("a zip record has a size or offset beyond 32 bits without a zip64 field");
}

/// Returns the length of the data descriptor at `at`, with or without signature, with sizes of 4 or
/// 8 bytes. It must agree with the directory.
std::uint64_t descriptor_length(const Fields& f, std::uint64_t at, const ZipEntry& entry,
                                std::uint64_t limit) {
    for (const std::uint64_t signature : {4, 0}) {
        for (const std::uint64_t width : {4, 8}) {
            const std::uint64_t length = signature + 4 + 2 * width;
            if (limit - at < length) continue;
            if (signature != 0 && f.u32(at) != kDataDescriptor) continue;
            const std::uint64_t sizes = at + signature + 4;
            const auto size = [&](std::uint64_t where) {
                return width == 4 ? f.u32(where) : f.u64(where);
            };
            if (f.u32(at + signature) == entry.crc && size(sizes) == entry.size &&
                size(sizes + width) == entry.size) {
                return length;
            }
        }
    }
    f.fail("the zip record " + in_quotes(entry.name) +
           " has no data descriptor that agrees with the directory");
}

/// Checks that the local header agrees with the directory, and fills offset and end.
void read_local_header(const Fields& f, ZipEntry& entry, std::uint16_t flags, std::uint64_t limit) {
    const std::uint64_t at = entry.local_header;
    const auto bad = [&](const char* why) {
        f.fail("the zip record " + in_quotes(entry.name) + " " + why);
    };
    if (at >= limit || limit - at < kLocalHeaderSize || f.u32(at) != kLocalHeader)
        bad("has no local header");
    const std::uint64_t name_length = f.u16(at + 26), extra_length = f.u16(at + 28);
    const std::uint64_t header_length = kLocalHeaderSize + name_length + extra_length;
    if (limit - at < header_length) bad("reaches into the directory");
    if (f.text(at + kLocalHeaderSize, name_length) != entry.name)
        bad("has another name in its local header");
    if (f.u16(at + 6) != flags || f.u16(at + 8) != 0)
        bad("has other flags or another method in its local header");
    entry.offset = at + header_length;
    if (entry.size > limit - entry.offset) bad("reaches into the directory");
    entry.end = entry.offset + entry.size;

    std::uint64_t stored = f.u32(at + 18), unpacked = f.u32(at + 22);
    const std::uint32_t crc = f.u32(at + 14);
    const bool follows = (flags & kFlagDescriptor) != 0;  // sizes and checksum come after the data
    if (!follows || crc != 0 || stored != 0 || unpacked != 0) {
        resolve_zip64(f, at + kLocalHeaderSize + name_length, extra_length, {&unpacked, &stored});
        const bool zero_sizes = follows && stored == 0 && unpacked == 0;
        if ((!follows || crc != 0) && crc != entry.crc)
            bad("has another checksum in its local header");
        if (!zero_sizes && (stored != entry.size || unpacked != entry.size)) {
            bad("has another size in its local header");
        }
    }
    if (follows) entry.end += descriptor_length(f, entry.end, entry, limit);
}

/// Reads the directory entry at `at`, which it moves to the next one.
ZipEntry read_entry(const Fields& f, std::uint64_t& at, const Directory& directory) {
    const std::uint64_t stop = directory.offset + directory.size;
    if (stop - at < kCentralHeaderSize || f.u32(at) != kCentralHeader)
        f.fail("the zip directory is damaged");
    const std::uint64_t name_length = f.u16(at + 28), extra_length = f.u16(at + 30),
                        comment_length = f.u16(at + 32);
    const std::uint64_t length = kCentralHeaderSize + name_length + extra_length + comment_length;
    if (length > stop - at) f.fail("the zip directory is damaged");

    const std::string_view name = f.text(at + kCentralHeaderSize, name_length);
    check_name(f, name);
    ZipEntry entry{.name = name};
    const auto bad = [&](const std::string& why) {
        f.fail("the zip record " + in_quotes(name) + " " + why);
    };
    const std::uint16_t flags = f.u16(at + 8), method = f.u16(at + 10), disk = f.u16(at + 34);
    if (method != 0)
        bad("is compressed (method " + std::to_string(method) +
            "), expected stored: save it with torch.save");
    constexpr std::uint16_t kHarmless =
        kFlagDescriptor | kFlagUtf8 | 0x6;  // bits 1, 2: hints for compressors
    if ((flags & ~kHarmless) != 0)
        bad("is encrypted or patched (flags " + std::to_string(flags) + ")");
    if (disk != 0) bad("is on another disk");

    entry.crc = f.u32(at + 16);
    std::uint64_t stored = f.u32(at + 20);
    entry.size = f.u32(at + 24);
    entry.local_header = f.u32(at + 42);
    resolve_zip64(f, at + kCentralHeaderSize + name_length, extra_length,
                  {&entry.size, &stored, &entry.local_header});
    if (stored != entry.size) bad("is stored with two different sizes");
    read_local_header(f, entry, flags, directory.offset);
    at += length;
    return entry;
}

constexpr std::uint64_t kPieceBytes = std::uint64_t{16}
                                      << 20;  // checksum work one thread takes at a time

struct Piece {
    std::span<const std::byte> bytes;
    std::uint32_t crc = 0;
};

std::vector<Piece> pieces_of(const ZipReader& reader, std::span<const ZipEntry* const> entries) {
    std::vector<Piece> pieces;
    for (const ZipEntry* entry : entries) {
        auto rest = reader.bytes(*entry);
        do {
            const auto length =
                static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), kPieceBytes));
            pieces.push_back({rest.first(length), 0});
            rest = rest.subspan(length);
        } while (!rest.empty());
    }
    return pieces;
}

void compute(std::vector<Piece>& pieces, std::uint64_t total_bytes) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < pieces.size(); i = next++) {
            const auto* data = reinterpret_cast<const Bytef*>(pieces[i].bytes.data());
            pieces[i].crc = static_cast<std::uint32_t>(crc32_z(0, data, pieces[i].bytes.size()));
        }
    };
    const std::uint64_t useful = std::min<std::uint64_t>(total_bytes / kPieceBytes, pieces.size());
    const std::uint64_t count =
        std::min<std::uint64_t>(useful, static_cast<std::uint64_t>(count_cores()));
    std::vector<std::jthread> helpers;
    for (std::uint64_t i = 1; i < count; ++i) helpers.emplace_back(work);
    work();
}

}  // namespace

bool ZipReader::looks_like_zip(std::span<const std::byte> bytes) {
    return bytes.size() >= 4 && std::memcmp(bytes.data(), "PK\3\4", 4) == 0;
}

namespace {

std::uint64_t number_at(std::string_view text, std::size_t at, int width) {
    std::uint64_t value = 0;
    for (int i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(text[at + i]);
    return value;
}

/// Whether an end record at `at` has the directory, or zip64's locator, right before it: its four
/// bytes alone may stand anywhere in the data.
bool follows_directory(std::string_view text, std::size_t at) {
    const bool locator =
        at >= kEnd64LocatorSize && number_at(text, at - kEnd64LocatorSize, 4) == kEnd64Locator;
    return locator || number_at(text, at + 12, 4) + number_at(text, at + 16, 4) == at;
}

}  // namespace

ZipReader::Ending ZipReader::ending(std::span<const std::byte> bytes) {
    constexpr std::string_view kSignature = "PK\5\6";
    constexpr std::size_t kFarthest = std::size_t{64} << 20;  // what is appended is small
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t stop = text.size() > kFarthest ? text.size() - kFarthest : 0;
    std::size_t at = text.rfind(kSignature);
    for (; at != text.npos && at >= stop;
         at = at == 0 ? text.npos : text.rfind(kSignature, at - 1)) {
        if (text.size() - at < kEndSize) continue;
        const std::uint64_t comment = number_at(text, at + 20, 2);
        const std::size_t rest = text.size() - at - kEndSize;
        if (comment == rest || (comment < rest && follows_directory(text, at)))
            return {true, rest - comment};
    }
    return {};
}

std::optional<ZipReader::FirstRecord> ZipReader::first_record(std::span<const std::byte> bytes) {
    constexpr std::string_view kSignature = "PK\7\10";  // of a data descriptor
    constexpr std::size_t kLongest = std::size_t{32} << 20;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!looks_like_zip(bytes) || text.size() < kLocalHeaderSize) return std::nullopt;
    const std::size_t name_length = number_at(text, 26, 2);
    const std::size_t begin = kLocalHeaderSize + name_length + number_at(text, 28, 2);
    if (begin >= text.size()) return std::nullopt;
    std::size_t size = number_at(text, 18, 4);
    if ((number_at(text, 6, 2) & kFlagDescriptor) != 0 && size == 0) {
        const std::size_t end = text.substr(0, begin + kLongest).find(kSignature, begin);
        if (end == text.npos) return std::nullopt;
        size = end - begin;
    }
    if (size > text.size() - begin) return std::nullopt;
    return FirstRecord{text.substr(kLocalHeaderSize, name_length), bytes.subspan(begin, size)};
}

ZipReader::ZipReader(std::shared_ptr<const MappedFile> file) : file_(std::move(file)) {
    const Fields f(*file_);
    if (!looks_like_zip(file_->bytes()))
        f.fail("not a zip archive: it does not start with a zip record");
    const Directory directory = read_end(f);
    entries_.reserve(static_cast<std::size_t>(directory.count));
    std::uint64_t at = directory.offset;
    for (std::uint64_t i = 0; i < directory.count; ++i)
        entries_.push_back(read_entry(f, at, directory));
    if (at != directory.offset + directory.size)
        f.fail("the zip directory holds more than its records");

    std::sort(entries_.begin(), entries_.end(),
              [](const ZipEntry& a, const ZipEntry& b) { return a.local_header < b.local_header; });
    by_name_.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (i > 0 && entries_[i - 1].end > entries_[i].local_header) {
            f.fail("the zip records " + in_quotes(entries_[i - 1].name) + " and " +
                   in_quotes(entries_[i].name) + " overlap");
        }
        if (!by_name_.emplace(entries_[i].name, i).second) {
            f.fail("the zip record " + in_quotes(entries_[i].name) + " occurs twice");
        }
    }
}

const ZipEntry* ZipReader::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &entries_[found->second];
}

std::span<const std::byte> ZipReader::bytes(const ZipEntry& entry) const {
    return file_->bytes().subspan(static_cast<std::size_t>(entry.offset),
                                  static_cast<std::size_t>(entry.size));
}

void ZipReader::check_crc(std::span<const ZipEntry* const> entries) const {
    std::uint64_t total_bytes = 0;
    for (const ZipEntry* entry : entries)
        total_bytes += entry->size;  // no overlap: at most the file's size
    std::vector<Piece> pieces = pieces_of(*this, entries);
    compute(pieces, total_bytes);
    auto piece = pieces.begin();
    for (const ZipEntry* entry : entries) {
        std::uint32_t crc = 0;
        std::uint64_t done = 0;
        do {
            crc = static_cast<std::uint32_t>(
                crc32_combine(crc, piece->crc, static_cast<z_off_t>(piece->bytes.size())));
            done += piece->bytes.size();
            ++piece;
        } while (done < entry->size);
        if (crc != entry->crc) {
            throw Error(ErrorKind::Format, file_->path().string() + ": the zip record " +
                                               in_quotes(entry->name) +
                                               " does not match its checksum, so the file is "
                                               "damaged: download or save it again");
        }
    }
}

void ZipReader::check_crc(const ZipEntry& entry) const {
    const ZipEntry* one = &entry;
    check_crc(std::span(&one, 1));
}

}  // namespace univi::base
