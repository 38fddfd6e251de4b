#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Builds files byte by byte, valid ones and such as no program would write.

namespace univi::test {

inline std::string little(std::uint64_t value, int width) {
    std::string bytes;
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

inline void patch(std::string& bytes, std::size_t at, std::uint64_t value, int width) {
    bytes.replace(at, static_cast<std::size_t>(width), little(value, width));
}

inline std::uint32_t crc_of(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

struct BuiltZip {
    std::string bytes;
    std::vector<std::size_t> local, data, central;  ///< offsets, a record each
    std::size_t end = 0;                            ///< offset of the end record
};

/// How sizes are written: in the local header, after the data, or in zip64 fields.
enum class ZipStyle { Plain, Descriptor, Descriptor64, Zip64 };

inline BuiltZip build_zip(const std::vector<std::pair<std::string, std::string>>& records,
                          ZipStyle style = ZipStyle::Plain) {
    BuiltZip zip;
    const bool descriptor = style == ZipStyle::Descriptor || style == ZipStyle::Descriptor64;
    const bool zip64 = style == ZipStyle::Zip64;
    std::string directory;
    for (const auto& [name, data] : records) {
        const std::string flags = little(descriptor ? 8 : 0, 2), crc = little(crc_of(data), 4);
        const std::string size = zip64 ? little(0xffffffff, 4) : little(data.size(), 4);
        const std::string local_extra =
            zip64 ? little(1, 2) + little(16, 2) + little(data.size(), 8) + little(data.size(), 8)
                  : "";
        zip.local.push_back(zip.bytes.size());
        zip.bytes += "PK\3\4" + little(20, 2) + flags + little(0, 6);
        zip.bytes += descriptor ? little(0, 8) + little(0, 4) : crc + size + size;
        zip.bytes += little(name.size(), 2) + little(local_extra.size(), 2) + name + local_extra;
        zip.data.push_back(zip.bytes.size());
        zip.bytes += data;
        if (descriptor) {
            const int width = style == ZipStyle::Descriptor64 ? 8 : 4;
            zip.bytes += "PK\7\10" + crc + little(data.size(), width) + little(data.size(), width);
        }
        const std::uint64_t offset = zip.local.back();
        const std::string extra = zip64 ? little(1, 2) + little(24, 2) + little(data.size(), 8) +
                                              little(data.size(), 8) + little(offset, 8)
                                        : "";
        zip.central.push_back(directory.size());
        directory +=
            "PK\1\2" + little(20, 2) + little(20, 2) + flags + little(0, 6) + crc + size + size;
        directory += little(name.size(), 2) + little(extra.size(), 2) + little(0, 2) + little(0, 8);
        directory += (zip64 ? little(0xffffffff, 4) : little(offset, 4)) + name + extra;
    }
    const std::size_t start = zip.bytes.size();
    for (std::size_t& offset : zip.central) offset += start;
    zip.bytes += directory;
    if (zip64) {
        const std::size_t end64 = zip.bytes.size();
        zip.bytes += "PK\6\6" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) +
                     little(records.size(), 8) + little(records.size(), 8) +
                     little(directory.size(), 8) + little(start, 8);
        zip.bytes += "PK\6\7" + little(0, 4) + little(end64, 8) + little(1, 4);
    }
    zip.end = zip.bytes.size();
    zip.bytes += std::string("PK\5\6") + little(0, 4);
    zip.bytes += zip64 ? little(0xffff, 2) + little(0xffff, 2) + little(0xffffffff, 4) +
                             little(0xffffffff, 4)
                       : little(records.size(), 2) + little(records.size(), 2) +
                             little(directory.size(), 4) + little(start, 4);
    zip.bytes += little(0, 2);
    return zip;
}

// --- pickles ---

inline std::string pickled_text(const std::string& text) {
    return "X" + little(text.size(), 4) + text;
}

inline std::string pickled_int(std::int64_t value) {
    return "\x8a\x08" + little(static_cast<std::uint64_t>(value), 8);  // LONG1
}

inline std::string pickled_tuple(const std::vector<std::int64_t>& values) {
    std::string bytes = "(";
    for (const auto value : values) bytes += pickled_int(value);
    return bytes + "t";
}

struct TensorSpec {
    std::string storage = "FloatStorage", key = "0";
    std::int64_t elements = 6, offset = 0;
    std::vector<std::int64_t> shape = {2, 3}, stride = {3, 1};
};

inline std::string pickled_storage(const TensorSpec& spec) {
    return "(" + pickled_text("storage") + "ctorch\n" + spec.storage + "\n" +
           pickled_text(spec.key) + pickled_text("cpu") + pickled_int(spec.elements) + "tQ";
}

inline std::string pickled_tensor(const TensorSpec& spec = {}) {
    return "ctorch._utils\n_rebuild_tensor_v2\n(" + pickled_storage(spec) +
           pickled_int(spec.offset) + pickled_tuple(spec.shape) + pickled_tuple(spec.stride) +
           "\x89"
           "ccollections\nOrderedDict\n)RtR";
}

inline std::string pickled_dict(const std::string& items) {
    return "}(" + items + "u";
}
inline std::string whole_pickle(const std::string& value) {
    return "\x80\x02" + value + ".";
}

/// A state dict of one tensor "w".
inline std::string simple_pickle(const TensorSpec& spec = {}) {
    return whole_pickle(pickled_dict(pickled_text("w") + pickled_tensor(spec)));
}

/// The records of a checkpoint with one storage "0" of 24 bytes: the floats 0 to 5.
inline std::vector<std::pair<std::string, std::string>> torch_records(const std::string& pickle) {
    std::string floats;
    for (const std::uint32_t bits :
         {0x0u, 0x3f800000u, 0x40000000u, 0x40400000u, 0x40800000u, 0x40a00000u}) {
        floats += little(bits, 4);
    }
    return {{"archive/data.pkl", pickle},
            {"archive/byteorder", "little"},
            {"archive/data/0", floats},
            {"archive/version", "3\n"}};
}

inline std::string torch_file(const std::string& pickle) {
    return build_zip(torch_records(pickle)).bytes;
}

// --- safetensors ---

inline std::string safetensors_file(const std::string& header, const std::string& data) {
    return little(header.size(), 8) + header + data;
}

}  // namespace univi::test
