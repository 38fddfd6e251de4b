#include "core/model/torch_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/printable.h"
#include "core/base/zip_reader.h"
#include "core/base/zip_writer.h"
#include "core/model/pickle_interpreter.h"
#include "core/model/tensor_bounds.h"

namespace univi::model {

static_assert(std::endian::native == std::endian::little,
              "tensors are used as they lie in the file");

namespace {

using base::Error;
using base::ErrorKind;
using base::in_quotes;
using base::ZipEntry;
using base::ZipReader;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw Error(ErrorKind::Format, path.string() + ": " + why);
}

/// Names what a file that is no zip archive is, and the way out.
[[noreturn]] void refuse_other(const std::filesystem::path& path,
                               std::span<const std::byte> bytes) {
    const auto starts_with = [&](std::string_view magic) {
        return bytes.size() >= magic.size() &&
               std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
    };
    const bool is_tar = bytes.size() > 262 && std::memcmp(bytes.data() + 257, "ustar", 5) == 0;
    if (starts_with("\x80\x02") || is_tar) {
        fail(path,
             "a legacy PyTorch file (before 1.6), which is not read; convert it in Python with "
             "torch.save(torch.load(old, map_location=\"cpu\"), new)");
    }
    fail(path, "not a PyTorch checkpoint: neither a zip archive nor safetensors");
}

/// Bytes that the tensors of the pickle in front of the file need; 0 when it cannot be read.
std::uint64_t expected_bytes(std::span<const std::byte> bytes) {
    const auto record = ZipReader::first_record(bytes);
    if (!record || !record->name.ends_with("/data.pkl")) return 0;
    std::map<std::string, std::uint64_t> storages;
    try {
        for (const PickledTensor& tensor : read_pickled_state_dict(record->data))
            storages[tensor.storage_key] = tensor.storage_elements * byte_size(tensor.dtype);
    } catch (const PickleError&) {
        return 0;
    }
    std::uint64_t sum = 0;
    for (const auto& [key, size] : storages) sum += std::min(size, kMaxElements);
    return sum + record->data.size();
}

/// An archive ends with its directory: without one the download was cut off, and the pickle in
/// front tells how large the whole is; bytes behind it belong to something else.
void check_length(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    const ZipReader::Ending ending = ZipReader::ending(bytes);
    if (ending.found && ending.bytes_behind == 0) return;
    if (ending.found)
        fail(path, "the file is longer than it should be: " + base::byte_text(ending.bytes_behind) +
                       " follow the end of its " +
                       base::byte_text(bytes.size() - ending.bytes_behind) + ": download it again");
    const std::uint64_t expected = expected_bytes(bytes);
    if (expected > bytes.size())
        fail(path, "the file is cut off: " + base::share_text(bytes.size(), expected) +
                       " or a little more: download it again");
    fail(path, "the file is cut off after " + base::byte_text(bytes.size()) +
                   ": the zip directory at its end is missing: download it again");
}

/// The folder inside the archive, "<name>/": there is exactly one, and it holds data.pkl.
std::string find_prefix(const std::filesystem::path& path, const ZipReader& zip) {
    constexpr std::string_view kPickle = "/data.pkl";
    std::string prefix;
    for (const ZipEntry& entry : zip.entries()) {
        const std::size_t slash = entry.name.find('/');
        if (slash == entry.name.npos || entry.name.substr(slash) != kPickle) continue;
        if (!prefix.empty()) fail(path, "the archive holds two data.pkl records, expected one");
        prefix = entry.name.substr(0, slash + 1);
    }
    if (prefix.empty())
        fail(path, "the archive holds no data.pkl record, so it is no PyTorch checkpoint");
    for (const ZipEntry& entry : zip.entries()) {
        if (!entry.name.starts_with(prefix)) {
            fail(path,
                 "the record " + in_quotes(entry.name) + " lies outside " + in_quotes(prefix));
        }
    }
    return prefix;
}

std::string_view text_of(const ZipReader& zip, const ZipEntry& entry) {
    const auto bytes = zip.bytes(entry);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void check_byte_order(const std::filesystem::path& path, const ZipReader& zip,
                      const std::string& prefix) {
    const ZipEntry* record = zip.find(prefix + "byteorder");
    if (!record) return;  // written since PyTorch 2.1; before, files are little-endian
    zip.check_crc(*record);
    if (text_of(zip, *record) != "little") {
        fail(path, "byteorder is " + in_quotes(text_of(zip, *record)) +
                       ", expected little: save it on a little-endian machine");
    }
}

std::vector<PickledTensor> read_state_dict(const std::filesystem::path& path, const ZipReader& zip,
                                           const std::string& prefix) {
    const ZipEntry* record = zip.find(prefix + "data.pkl");
    zip.check_crc(*record);
    try {
        return read_pickled_state_dict(zip.bytes(*record));
    } catch (const PickleError& error) {
        fail(path, error.what());
    }
}

const ZipEntry& storage_record(const std::filesystem::path& path, const ZipReader& zip,
                               const std::string& prefix, const PickledTensor& tensor) {
    const std::string name = prefix + "data/" + tensor.storage_key;
    const ZipEntry* record = zip.find(name);
    if (!record)
        fail(path, "the tensor " + in_quotes(tensor.name) + " needs the record " + in_quotes(name) +
                       ", which is missing");
    const std::uint64_t expected = tensor.storage_elements * byte_size(tensor.dtype);
    if (record->size != expected) {
        fail(path, "the record " + in_quotes(name) + " has " + std::to_string(record->size) +
                       " bytes, expected " + std::to_string(expected) + " for tensor " +
                       in_quotes(tensor.name));
    }
    return *record;
}

TensorView view_of(const std::filesystem::path& path, const ZipReader& zip, const ZipEntry& record,
                   PickledTensor& tensor) {
    TensorView view;
    view.dtype = tensor.dtype;
    view.shape = std::move(tensor.shape);
    view.stride = std::move(tensor.stride);
    view.file = path;
    const std::size_t width = byte_size(view.dtype);
    const auto begin = static_cast<std::size_t>(tensor.offset) * width;
    const auto end = static_cast<std::size_t>(tensor.extent) * width;
    attach(view, zip.bytes(record).subspan(begin, end - begin), zip.file());
    return view;
}

// --- writing ---

/// The pickle of an OrderedDict of tensors, protocol 2, opcode for opcode what
/// Python's unpicklers expect.
class PickleWriter {
  public:
    std::string bytes =
        "\x80\x02"
        "ccollections\nOrderedDict\n)R(";

    void add(const std::string& name, const TensorView& tensor, std::size_t key) {
        text(name);
        bytes += "ctorch._utils\n_rebuild_tensor_v2\n((";
        text("storage");
        bytes += "ctorch\n" + storage_type(tensor.dtype) + "\n";
        text(std::to_string(key));
        text("cpu");
        integer(tensor.num_elements());
        bytes += "tQ";
        integer(0);
        integers(tensor.shape);
        integers(contiguous_stride(tensor.shape));
        bytes +=
            "\x89"
            "ccollections\nOrderedDict\n)RtR";  // requires_grad False, no hooks
    }
    std::string finish() { return std::move(bytes) + "u."; }

  private:
    void little_endian(std::uint64_t value, int width) {
        for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    }
    void text(const std::string& value) {
        bytes += 'X';
        little_endian(value.size(), 4);
        bytes += value;
    }
    void integer(std::int64_t value) {
        if (value < 0x100) {
            bytes += 'K';
            little_endian(static_cast<std::uint64_t>(value), 1);
        } else if (value < 0x80000000) {
            bytes += 'J';
            little_endian(static_cast<std::uint64_t>(value), 4);
        } else {
            bytes += "\x8a\x08";
            little_endian(static_cast<std::uint64_t>(value), 8);
        }
    }
    void integers(const std::vector<std::int64_t>& values) {
        bytes += '(';
        for (const std::int64_t value : values) integer(value);
        bytes += 't';
    }
    static std::string storage_type(DType dtype) {
        switch (dtype) {
            case DType::F64:
                return "DoubleStorage";
            case DType::F32:
                return "FloatStorage";
            case DType::F16:
                return "HalfStorage";
            case DType::BF16:
                return "BFloat16Storage";
            case DType::I64:
                return "LongStorage";
            case DType::I32:
                return "IntStorage";
            case DType::I16:
                return "ShortStorage";
            case DType::I8:
                return "CharStorage";
            case DType::U8:
                return "ByteStorage";
            case DType::Bool:
                break;
        }
        return "BoolStorage";
    }
};

std::size_t payload_bytes(const std::string& name, const TensorView& view) {
    const std::size_t bytes = static_cast<std::size_t>(view.num_elements()) * byte_size(view.dtype);
    if (!view.is_contiguous() || bytes > view.bytes || !base::is_utf8(name)) {
        throw Error(ErrorKind::Internal, "the tensor " + in_quotes(name) +
                                             " is not contiguous or its name not UTF-8, so it "
                                             "cannot be written");
    }
    return bytes;
}

}  // namespace

TensorTable read_torch_file(const std::filesystem::path& path) {
    const auto file = base::MappedFile::open(path);
    if (!ZipReader::looks_like_zip(file->bytes())) refuse_other(path, file->bytes());
    check_length(path, file->bytes());
    const ZipReader zip(file);
    const std::string prefix = find_prefix(path, zip);
    check_byte_order(path, zip, prefix);
    std::vector<PickledTensor> tensors = read_state_dict(path, zip, prefix);

    std::vector<const ZipEntry*> records;
    for (const PickledTensor& tensor : tensors)
        records.push_back(&storage_record(path, zip, prefix, tensor));
    std::vector<const ZipEntry*> distinct = records;  // tied weights share a record
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    zip.check_crc(distinct);

    TensorTable table;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        table.emplace(tensors[i].name, view_of(path, zip, *records[i], tensors[i]));
    }
    return table;
}

void write_torch_file(const std::filesystem::path& path, const TensorTable& tensors) {
    PickleWriter pickle;
    std::size_t key = 0;
    for (const auto& [name, tensor] : tensors) {
        payload_bytes(name, tensor);
        pickle.add(name, tensor, key++);
    }
    const std::string stem = path.stem().string();
    const std::string prefix = (stem.empty() || !base::is_utf8(stem) ? "archive" : stem) + "/";
    base::ZipWriter zip(path);
    zip.add(prefix + "data.pkl", pickle.finish());
    zip.add(prefix + "byteorder", "little");
    key = 0;
    for (const auto& [name, tensor] : tensors) {
        zip.add(prefix + "data/" + std::to_string(key++),
                std::span(tensor.data, payload_bytes(name, tensor)));
    }
    zip.add(prefix + "version", "3\n");
    zip.commit();
}

}  // namespace univi::model
