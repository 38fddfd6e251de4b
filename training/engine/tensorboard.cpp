#include "training/engine/tensorboard.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "core/base/error.h"
#include "training/engine/crc32c.h"

namespace univi::training {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

template <typename T>
std::string raw(T value) {
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

// Protobuf keys: field number * 8 + wire type (0 varint, 1 eight bytes, 2 length, 5 four bytes).
std::string length_field(int number, const std::string& bytes) {
    return varint(std::uint64_t(number) * 8 + 2) + varint(bytes.size()) + bytes;
}

/// Event{1: wall_time double, 2: step int64, 3: file_version string, 5: summary}.
std::string event_head(std::int64_t step) {
    return "\x09" + raw(now()) + "\x10" + varint(static_cast<std::uint64_t>(step));
}

/// Summary{1: repeated Value{1: tag, 2: simple_value float}}.
std::string summary_value(const std::string& tag, double value) {
    return length_field(1, length_field(1, tag) + "\x15" + raw(static_cast<float>(value)));
}

/// The masked CRC of TFRecord.
std::string masked_crc(const std::string& bytes) {
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)));
    return raw(((crc >> 15) | (crc << 17)) + 0xa282ead8U);
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const std::filesystem::path& folder) {
    char host[256] = "localhost";
    ::gethostname(host, sizeof host - 1);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::string stem = "events.out.tfevents." + std::to_string(static_cast<std::int64_t>(now())) + "." + host +
                             "." + std::to_string(::getpid()) + ".";
    for (int i = 0; i < 1000 && file_ < 0; ++i) {
        path_ = folder / (stem + std::to_string(i));
        file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    }
    if (file_ < 0)
        throw base::Error(base::ErrorKind::File, "The event file " + path_.string() + " cannot be written: " +
                                                     std::strerror(errno) + ".");
    write_record(event_head(0) + length_field(3, "brain.Event:2"));
}

TensorBoardWriter::~TensorBoardWriter() {
    if (file_ >= 0) ::close(file_);
}

void TensorBoardWriter::write(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars) {
    std::string summary;
    for (const auto& [tag, value] : scalars) summary += summary_value(tag, value);
    write_record(event_head(step) + length_field(5, summary));
}

void TensorBoardWriter::write_record(const std::string& message) {
    const std::string length = raw(static_cast<std::uint64_t>(message.size()));
    const std::string record = length + masked_crc(length) + message + masked_crc(message);
    // A full disk must not end a run over its curves; events.jsonl says so by then.
    [[maybe_unused]] const ssize_t written = ::write(file_, record.data(), record.size());
}

}  // namespace univi::training
