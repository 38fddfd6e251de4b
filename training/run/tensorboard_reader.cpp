#include "training/run/tensorboard_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "training/run/tensorboard_records.h"

namespace univi::training {

namespace {

/// A record of one float or double as bytes of its own, such as packed numbers.
template <typename T>
std::optional<double> number_in(std::string_view bytes) {
    if (bytes.size() != sizeof(T)) return std::nullopt;
    T value = {};
    bytes.copy(reinterpret_cast<char*>(&value), sizeof value);
    return static_cast<double>(value);
}

/// TensorProto{1: dtype, 4: tensor_content, 5: float_val, 6: double_val} of one float (dtype 1)
/// or double (2).
std::optional<double> scalar_of_tensor(std::string_view bytes) {
    std::uint64_t dtype = 0;
    std::string_view content;
    std::optional<double> value;
    const auto take = [&](std::optional<double> found) {
        if (found) value = found;
    };
    for (MessageFields field(bytes); field.next();) {
        if (field.is(1, WireType::Varint)) dtype = field.integer();
        if (field.is(4, WireType::Bytes)) content = field.bytes();
        if (field.is(5, WireType::FourBytes)) value = field.as_float();
        if (field.is(5, WireType::Bytes)) take(number_in<float>(field.bytes()));
        if (field.is(6, WireType::EightBytes)) value = field.as_double();
        if (field.is(6, WireType::Bytes)) take(number_in<double>(field.bytes()));
    }
    if (dtype == 1) take(number_in<float>(content));
    if (dtype == 2) take(number_in<double>(content));
    return value;
}

void read_summary(std::string_view bytes, std::int64_t step, double time,
                  const TensorBoardReader::Scalar& scalar) {
    for (MessageFields summary(bytes); summary.next();) {
        if (!summary.is(1, WireType::Bytes)) continue;
        std::string_view tag;
        std::optional<double> value;
        for (MessageFields field(summary.bytes()); field.next();) {
            if (field.is(1, WireType::Bytes)) tag = field.bytes();
            if (field.is(2, WireType::FourBytes)) value = field.as_float();
            if (field.is(8, WireType::Bytes)) value = scalar_of_tensor(field.bytes());
        }
        if (value) scalar(tag, step, *value, time);
    }
}

/// What an event holds that matters here.
struct Event {
    double time = 0;
    std::int64_t step = 0;
    std::string_view version{}, summary{};
    bool is_start = false;
};

/// The fields of an event may come in any order.
Event read_event(std::string_view bytes) {
    Event event;
    for (MessageFields field(bytes); field.next();) {
        if (field.is(1, WireType::EightBytes)) event.time = field.as_double();
        if (field.is(2, WireType::Varint)) event.step = static_cast<std::int64_t>(field.integer());
        if (field.is(3, WireType::Bytes)) event.version = field.bytes();
        if (field.is(5, WireType::Bytes)) event.summary = field.bytes();
        if (!field.is(7, WireType::Bytes)) continue;
        for (MessageFields log(field.bytes()); log.next();)
            if (log.is(1, WireType::Varint)) event.is_start = log.integer() == kSessionStart;
    }
    return event;
}

/// 2 of "brain.Event:2"; 0 when it is none.
int version_of(std::string_view text) {
    if (!text.starts_with(kEventVersion)) return 0;
    text.remove_prefix(kEventVersion.size());
    int version = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), version);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? version : 0;
}

/// Up to `budget` bytes of a file from `offset`; nothing where it cannot be read.
std::string read_from(const std::filesystem::path& path, std::uint64_t offset, std::size_t budget) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = static_cast<std::int64_t>(file.tellg());
    if (size <= static_cast<std::int64_t>(offset)) return {};
    file.seekg(static_cast<std::streamoff>(offset));
    std::string bytes(std::min(budget, static_cast<std::size_t>(size) - offset), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

}  // namespace

bool TensorBoardReader::read(const Scalar& scalar, const Restart& restart, std::size_t budget) {
    using State = TensorBoardRecord::State;
    if (!problem_.empty()) return false;
    const std::string added = read_from(path_, offset_, budget);
    offset_ += added.size();
    rest_ += added;
    std::size_t at = 0;
    for (;;) {
        const auto record = read_tensorboard_record(std::string_view(rest_).substr(at));
        if (record.state == State::Torn) break;
        if (record.state == State::Broken) {
            problem_ = path_.filename().string() + " is broken at byte " +
                       std::to_string(offset_ - rest_.size() + at) +
                       "; what stands before is shown.";
            return false;
        }
        take(record.message, scalar, restart);
        at += record.size;
    }
    rest_.erase(0, at);
    return added.size() == budget;
}

void TensorBoardReader::take(std::string_view message, const Scalar& scalar,
                             const Restart& restart) {
    const Event event = read_event(message);
    if (!event.version.empty()) version_ = version_of(event.version);
    if (event.is_start && version_ >= 2 && restart) restart(event.step);
    if (!event.summary.empty()) read_summary(event.summary, event.step, event.time, scalar);
}

}  // namespace univi::training
