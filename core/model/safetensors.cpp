#include "core/model/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/atomic_file.h"
#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/printable.h"
#include "core/model/tensor_bounds.h"

namespace univi::model {

namespace {

using base::Error;
using base::ErrorKind;
using base::in_quotes;
using base::Json;

constexpr std::uint64_t kMaxHeaderBytes =
    25'000'000;  // the format's own limit is 100 MB; no model comes near
constexpr std::size_t kLengthBytes = 8;

constexpr std::array kDTypes{DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64,
                             DType::I32, DType::I16, DType::I8,  DType::U8,   DType::Bool};

std::optional<DType> dtype_from(std::string_view name) {
    for (const DType dtype : kDTypes) {
        if (to_string(dtype) == name) return dtype;
    }
    return std::nullopt;
}

/// One entry of the header as it was written.
struct HeaderEntry {
    std::string name, dtype;
    std::vector<std::int64_t> shape, offsets;
    bool has_dtype = false, has_shape = false, has_offsets = false;
};

/// Takes the header event by event: no document is built, so a hostile header costs no memory
/// beyond kMaxTensors entries. Exactly the shape {"name": {"dtype": "…", "shape": [ints],
/// "data_offsets": [a, b]}, "__metadata__": {"k": "v"}} passes.
class HeaderReader : public nlohmann::json_sax<Json> {
  public:
    std::vector<HeaderEntry> entries;
    std::string problem;

    bool null() override { return refuse("holds a null"); }
    bool boolean(bool) override { return refuse("holds true or false"); }
    bool number_float(number_float_t, const string_t&) override {
        return refuse("holds a number that is no integer");
    }
    bool binary(binary_t&) override { return refuse("holds binary data"); }
    bool number_integer(number_integer_t) override { return refuse("holds a negative number"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (!numbers_) return refuse("holds a number where none belongs");
        if (value > kMaxElements * 8)
            return refuse("holds the number " + std::to_string(value) + ", which is too large");
        if (numbers_->size() >= kMaxRank)
            return refuse("has more than " + std::to_string(kMaxRank) + " dimensions");
        numbers_->push_back(static_cast<std::int64_t>(value));
        return true;
    }
    bool string(string_t& value) override {
        if (in_metadata_ && depth_ == 2) return true;
        if (depth_ != 2 || field_ != "dtype") return refuse("holds text where none belongs");
        entries.back().dtype = value.substr(0, 16);
        return true;
    }
    bool start_object(std::size_t) override {
        if (depth_ >= 2 || numbers_) return refuse("is nested too deep");
        if (++depth_ == 2 && !in_metadata_) {
            if (entries.size() >= kMaxTensors)
                return refuse("comes after " + std::to_string(kMaxTensors) + " others");
            entries.emplace_back().name = name_;
        }
        return true;
    }
    bool key(string_t& key) override {
        if (depth_ == 1) {
            if (key.empty() || key.size() > kMaxTensorName)
                return refuse("is followed by an empty or too long name");
            in_metadata_ = key == "__metadata__";
            name_ = key;
            return true;
        }
        if (in_metadata_) return true;
        field_ = key;
        HeaderEntry& entry = entries.back();
        bool* seen = field_ == "dtype"          ? &entry.has_dtype
                     : field_ == "shape"        ? &entry.has_shape
                     : field_ == "data_offsets" ? &entry.has_offsets
                                                : nullptr;
        if (!seen) return refuse("has the unknown field " + in_quotes(field_));
        if (*seen) return refuse("has the field " + in_quotes(field_) + " twice");
        return *seen = true;
    }
    bool end_object() override {
        if (depth_ == 2 && !in_metadata_) {
            const HeaderEntry& entry = entries.back();
            if (!entry.has_dtype || !entry.has_shape || !entry.has_offsets) {
                return refuse("lacks dtype, shape or data_offsets");
            }
        }
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        if (depth_ != 2 || in_metadata_ || numbers_ || field_ == "dtype")
            return refuse("holds a list where none belongs");
        numbers_ = field_ == "shape" ? &entries.back().shape : &entries.back().offsets;
        return true;
    }
    bool end_array() override {
        numbers_ = nullptr;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
        problem = "the header is not valid JSON at byte " + std::to_string(position);
        return false;
    }

  private:
    bool refuse(const std::string& why) {
        problem = name_.empty() ? "the header " + why : "the entry " + in_quotes(name_) + " " + why;
        return false;
    }

    int depth_ = 0;
    bool in_metadata_ = false;
    std::string name_, field_;
    std::vector<std::int64_t>* numbers_ = nullptr;
};

std::uint64_t header_length(std::span<const std::byte> bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;)
        length = length << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    return length;
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw Error(ErrorKind::Format, path.string() + ": " + why);
}

std::vector<HeaderEntry> read_header(const std::filesystem::path& path,
                                     std::span<const std::byte> bytes) {
    if (bytes.size() < kLengthBytes + 2)
        fail(path, "too short for a safetensors file: it is cut off after " +
                       base::byte_text(bytes.size()) + ": download it again");
    const std::uint64_t length = header_length(bytes);
    if (length > kMaxHeaderBytes) {
        fail(path, "the safetensors header claims " + std::to_string(length) +
                       " bytes, expected at most " + std::to_string(kMaxHeaderBytes));
    }
    if (length > bytes.size() - kLengthBytes) {
        fail(path, "the safetensors header claims " + std::to_string(length) + " bytes, but only " +
                       std::to_string(bytes.size() - kLengthBytes) +
                       " follow: the file is cut off (" +
                       base::share_text(bytes.size() - kLengthBytes, length) +
                       " of its header): download it again");
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes,
                                static_cast<std::size_t>(length));
    if (!text.starts_with('{')) fail(path, "the safetensors header does not start with {");
    HeaderReader reader;
    if (!Json::sax_parse(text.begin(), text.end(), &reader)) fail(path, reader.problem);
    return std::move(reader.entries);
}

/// Dtype, shape and offsets agree with each other.
TensorView checked_view(const std::filesystem::path& path, const HeaderEntry& entry) {
    const auto bad = [&](const std::string& why) {
        fail(path, "the tensor " + in_quotes(entry.name) + " " + why);
    };
    const auto dtype = dtype_from(entry.dtype);
    if (!dtype)
        bad("has dtype " + in_quotes(entry.dtype) +
            ", expected F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL");
    const auto elements = checked_elements(entry.shape);
    if (!elements) bad("has a shape whose product is too large");
    if (entry.offsets.size() != 2) bad("has not two data_offsets");
    const auto begin = static_cast<std::uint64_t>(entry.offsets[0]),
               end = static_cast<std::uint64_t>(entry.offsets[1]);
    if (begin > end)
        bad("has data_offsets from " + std::to_string(begin) + " back to " + std::to_string(end));
    if (end - begin != *elements * byte_size(*dtype)) {
        bad("has data_offsets over " + std::to_string(end - begin) + " bytes, expected " +
            std::to_string(*elements * byte_size(*dtype)) + " for its shape and dtype");
    }
    TensorView view;
    view.dtype = *dtype;
    view.shape = entry.shape;
    view.stride = contiguous_stride(view.shape);
    view.file = path;
    return view;
}

/// The format's rule: tensors cover the data without holes or overlaps. A sound header that covers
/// more or less than there is tells that the file was cut off, or what follows is not its own.
void check_cover(const std::filesystem::path& path, const std::vector<HeaderEntry>& entries,
                 std::uint64_t data_size, std::uint64_t file_size) {
    std::vector<const HeaderEntry*> order;
    for (const HeaderEntry& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->offsets < b->offsets; });
    std::int64_t covered = 0;
    for (const HeaderEntry* entry : order) {
        if (entry->offsets[0] != covered) {
            fail(path, "the tensor " + in_quotes(entry->name) + " starts at byte " +
                           std::to_string(entry->offsets[0]) + " of the data, expected " +
                           std::to_string(covered) + ": tensors overlap or leave a hole");
        }
        covered = entry->offsets[1];
    }
    const auto expected = static_cast<std::uint64_t>(covered);
    const std::uint64_t header_size = file_size - data_size;
    if (expected > data_size)
        fail(path, "the file is cut off: " + base::share_text(file_size, header_size + expected) +
                       ": download it again");
    if (expected < data_size)
        fail(path, "the file is longer than it should be: its tensors cover " +
                       std::to_string(expected) + " bytes of " + std::to_string(data_size) + " (" +
                       base::byte_text(data_size - expected) + " too many): download it again");
}

std::size_t payload_bytes(const std::string& name, const TensorView& view) {
    const std::size_t bytes = static_cast<std::size_t>(view.num_elements()) * byte_size(view.dtype);
    if (!view.is_contiguous() || bytes > view.bytes) {
        throw Error(ErrorKind::Internal,
                    "the tensor " + name + " is not contiguous, so it cannot be written");
    }
    return bytes;
}

std::string dump_header(const Json& header) {
    try {
        return header.dump();
    } catch (const Json::exception&) {
        throw Error(ErrorKind::Internal,
                    "a tensor name or the metadata is not UTF-8, so it cannot be written");
    }
}

}  // namespace

TensorTable read_safetensors(const std::filesystem::path& path) {
    const auto file = base::MappedFile::open(path);
    const std::vector<HeaderEntry> entries = read_header(path, file->bytes());
    const auto data = file->bytes().subspan(kLengthBytes +
                                            static_cast<std::size_t>(header_length(file->bytes())));
    std::vector<TensorView> views;
    views.reserve(entries.size());
    for (const HeaderEntry& entry : entries) views.push_back(checked_view(path, entry));
    check_cover(path, entries, data.size(), file->bytes().size());
    TensorTable table;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto begin = static_cast<std::size_t>(entries[i].offsets[0]);
        const auto end = static_cast<std::size_t>(entries[i].offsets[1]);
        attach(views[i], data.subspan(begin, end - begin), file);
        if (!table.emplace(entries[i].name, std::move(views[i])).second)
            fail(path, "the tensor " + in_quotes(entries[i].name) + " occurs twice");
    }
    return table;
}

void write_safetensors(const std::filesystem::path& path, const TensorTable& tensors,
                       const std::map<std::string, std::string>& metadata,
                       base::Durability durability) {
    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    // Wide types first, as the reference writer does: then every tensor is aligned for its type.
    std::vector<TensorTable::const_iterator> order;
    for (auto it = tensors.begin(); it != tensors.end(); ++it) order.push_back(it);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return byte_size(a->second.dtype) > byte_size(b->second.dtype);
    });
    std::size_t offset = 0;
    for (const auto& it : order) {
        const std::size_t end = offset + payload_bytes(it->first, it->second);
        header[it->first] = {{"dtype", to_string(it->second.dtype)},
                             {"shape", it->second.shape},
                             {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = dump_header(header);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string length;
    for (std::size_t i = 0; i < kLengthBytes; ++i)
        length += static_cast<char>(text.size() >> (8 * i) & 0xff);

    base::AtomicFile file(path);
    file.write(length + text);
    for (const auto& it : order)
        file.write(std::span(it->second.data, payload_bytes(it->first, it->second)));
    file.commit(durability);
}

}  // namespace univi::model
