#include "core/base/zip_writer.h"

#include <zlib.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/zip_format.h"

namespace univi::base {

namespace {

using namespace zip;

void append(std::string& out, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// The 32-bit form of a value, the sentinel when it does not fit.
std::uint64_t narrow(std::uint64_t value) {
    return std::min<std::uint64_t>(value, kLarge);
}

bool is_large(std::uint64_t value) {
    return value >= kLarge;
}

/// version needed, flags, method, time, date (1980-01-01: the same input gives the same
/// file), checksum, sizes.
void append_common(std::string& out, std::uint32_t crc, std::uint64_t size, bool zip64) {
    append(out, zip64 ? 45 : 20, 2);
    append(out, kFlagUtf8, 2);
    append(out, 0, 2);
    append(out, 0, 2);
    append(out, 0x21, 2);
    append(out, crc, 4);
    append(out, narrow(size), 4);
    append(out, narrow(size), 4);
}

}  // namespace

ZipWriter::ZipWriter(std::filesystem::path path, std::uint64_t alignment)
    : file_(std::move(path)), alignment_(alignment) {}

void ZipWriter::add(const std::string& name, std::span<const std::byte> data) {
    const auto* bytes = reinterpret_cast<const Bytef*>(data.data());
    const auto crc = data.empty() ? 0 : static_cast<std::uint32_t>(crc32_z(0, bytes, data.size()));
    const Record record{name, file_.position(), data.size(), crc};
    std::string extra;
    if (is_large(record.size)) {
        append(extra, kZip64Extra, 2);
        append(extra, 16, 2);
        append(extra, record.size, 8);
        append(extra, record.size, 8);
    }
    // Padding as torch.save writes it: an extra field "FB" filled with Z.
    const std::uint64_t unpadded =
        record.offset + kLocalHeaderSize + name.size() + extra.size() + 4;
    const std::uint64_t padding = (alignment_ - unpadded % alignment_) % alignment_;
    extra += "FB";
    append(extra, padding, 2);
    extra.append(static_cast<std::size_t>(padding), 'Z');

    std::string header;
    append(header, kLocalHeader, 4);
    append_common(header, crc, record.size, is_large(record.size));
    append(header, name.size(), 2);
    append(header, extra.size(), 2);
    file_.write(header + name + extra);
    file_.write(data);
    records_.push_back(record);
}

std::string ZipWriter::central_header(const Record& record) const {
    std::string extra;
    if (is_large(record.size) || is_large(record.offset)) {
        append(extra, kZip64Extra, 2);
        append(extra, (is_large(record.size) ? 16 : 0) + (is_large(record.offset) ? 8 : 0), 2);
        if (is_large(record.size)) append(extra, record.size, 8);
        if (is_large(record.size)) append(extra, record.size, 8);
        if (is_large(record.offset)) append(extra, record.offset, 8);
    }
    std::string header;
    append(header, kCentralHeader, 4);
    append(header, extra.empty() ? 20 : 45, 2);  // made by
    append_common(header, record.crc, record.size, !extra.empty());
    append(header, record.name.size(), 2);
    append(header, extra.size(), 2);
    append(header, 0, 2);  // comment
    append(header, 0, 2);  // disk
    append(header, 0, 2);  // internal attributes
    append(header, 0, 4);  // external attributes
    append(header, narrow(record.offset), 4);
    return header + record.name + extra;
}

void ZipWriter::commit() {
    if (records_.size() >= kLarge16) {
        throw Error(ErrorKind::Internal,
                    "a checkpoint of " + std::to_string(records_.size()) +
                        " records does not fit one zip archive: write safetensors instead");
    }
    const std::uint64_t directory = file_.position();
    for (const Record& record : records_) file_.write(central_header(record));
    const std::uint64_t size = file_.position() - directory;
    std::string end;
    if (is_large(directory) || is_large(size)) {
        const std::uint64_t end64 = file_.position();
        append(end, kEnd64, 4);
        append(end, kEnd64Size - 12, 8);
        append(end, 45, 2);
        append(end, 45, 2);
        append(end, 0, 4);
        append(end, 0, 4);
        append(end, records_.size(), 8);
        append(end, records_.size(), 8);
        append(end, size, 8);
        append(end, directory, 8);
        append(end, kEnd64Locator, 4);
        append(end, 0, 4);
        append(end, end64, 8);
        append(end, 1, 4);
    }
    append(end, kEnd, 4);
    append(end, 0, 2);
    append(end, 0, 2);
    append(end, records_.size(), 2);
    append(end, records_.size(), 2);
    append(end, narrow(size), 4);
    append(end, narrow(directory), 4);
    append(end, 0, 2);
    file_.write(end);
    file_.commit();
}

}  // namespace univi::base
