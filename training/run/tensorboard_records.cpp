#include "training/run/tensorboard_records.h"

#include <cstring>
#include <span>

#include "core/base/crc32c.h"

namespace univi::training {

namespace {

constexpr std::uint64_t kLongestRecord = std::uint64_t{64} << 20;
constexpr std::size_t kHead = 12, kTail = 4;  // length and its checksum; checksum of the message

template <typename T>
std::string to_bytes(T value) {
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

template <typename T>
T from_bytes(std::string_view bytes) {
    T value = {};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

std::uint32_t masked_crc(std::string_view bytes) {
    const std::uint32_t crc = base::crc32c(std::as_bytes(std::span(bytes)));
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

std::string key(int number, WireType type) {
    return varint(static_cast<std::uint64_t>(number) * 8 + static_cast<std::uint64_t>(type));
}

}  // namespace

std::string tensorboard_record(std::string_view message) {
    const std::string length = to_bytes(static_cast<std::uint64_t>(message.size()));
    return length + to_bytes(masked_crc(length)) + std::string(message) +
           to_bytes(masked_crc(message));
}

TensorBoardRecord read_tensorboard_record(std::string_view bytes) {
    using State = TensorBoardRecord::State;
    if (bytes.size() < kHead) return {State::Torn};
    const auto length = from_bytes<std::uint64_t>(bytes);
    if (length > kLongestRecord ||
        masked_crc(bytes.substr(0, 8)) != from_bytes<std::uint32_t>(bytes.substr(8)))
        return {State::Broken};
    const auto size = static_cast<std::size_t>(length);
    if (bytes.size() < kHead + size + kTail) return {State::Torn};
    const std::string_view message = bytes.substr(kHead, size);
    if (masked_crc(message) != from_bytes<std::uint32_t>(bytes.substr(kHead + size)))
        return {State::Broken};
    return {State::Whole, message, kHead + size + kTail};
}

std::string varint_field(int number, std::uint64_t value) {
    return key(number, WireType::Varint) + varint(value);
}

std::string bytes_field(int number, std::string_view bytes) {
    return key(number, WireType::Bytes) + varint(bytes.size()) + std::string(bytes);
}

std::string double_field(int number, double value) {
    return key(number, WireType::EightBytes) + to_bytes(value);
}

std::string float_field(int number, float value) {
    return key(number, WireType::FourBytes) + to_bytes(value);
}

bool MessageFields::next() {
    std::uint64_t key = 0;
    if (!read_varint(key)) return false;
    number_ = static_cast<int>(key >> 3);
    type_ = static_cast<WireType>(key & 7);
    switch (type_) {
        case WireType::Varint:
            return read_varint(integer_);
        case WireType::EightBytes:
            return read_fixed(8);
        case WireType::Bytes:
            return read_bytes();
        case WireType::FourBytes:
            return read_fixed(4);
    }
    return false;
}

float MessageFields::as_float() const {
    return from_bytes<float>(text_);
}

double MessageFields::as_double() const {
    return from_bytes<double>(text_);
}

bool MessageFields::read_varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        value |= std::uint64_t(byte & 0x7f) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

bool MessageFields::read_fixed(std::size_t size) {
    if (bytes_.size() < size) return false;
    text_ = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
}

bool MessageFields::read_bytes() {
    std::uint64_t size = 0;
    return read_varint(size) && size <= bytes_.size() && read_fixed(static_cast<std::size_t>(size));
}

}  // namespace univi::training
