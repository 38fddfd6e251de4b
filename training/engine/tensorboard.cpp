#include "training/engine/tensorboard.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/base/crc32c.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::training {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
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
std::string masked_crc(std::string_view bytes) {
    const std::uint32_t crc = base::crc32c(std::as_bytes(std::span(bytes)));
    return raw(((crc >> 15) | (crc << 17)) + 0xa282ead8U);
}

constexpr std::string_view kPrefix = "events.out.tfevents.";
constexpr std::size_t kHead = 12, kTail = 4;  // length and its checksum; checksum of the data

/// Event files in `folder` itself.
std::vector<std::filesystem::path> event_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().filename().string().starts_with(kPrefix)) files.push_back(entry.path());
    return files;
}

/// Readers take a folder's files in the order of their names: a file that goes on must sort behind
/// the others, though it was begun in the same second or the clock was set back.
std::int64_t file_time(const std::vector<std::filesystem::path>& others) {
    auto time = static_cast<std::int64_t>(now());
    for (const auto& file : others) {
        const std::string name = file.filename().string();
        std::int64_t other = 0;
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), other);
        time = std::max(time, other + 1);
    }
    return time;
}

/// Step of an Event message; 0 when it has none.
std::int64_t step_of(std::string_view message) {
    std::size_t at = 0;
    const auto varint = [&] {
        std::uint64_t value = 0;
        for (int shift = 0; at < message.size() && shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(message[at++]);
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (!(byte & 0x80)) break;
        }
        return value;
    };
    while (at < message.size()) {
        const std::uint64_t key = varint();
        if (key == 0x10) return static_cast<std::int64_t>(varint());
        switch (key & 7) {
            case 0:
                varint();
                break;
            case 1:
                at += 8;
                break;
            case 2: {
                const std::uint64_t size = varint();
                at = size > message.size() - at ? message.size()
                                                : at + static_cast<std::size_t>(size);
                break;
            }
            case 5:
                at += 4;
                break;
            default:
                return 0;
        }
    }
    return 0;
}

/// The records of a file that lie before `from_step`, as they stand there.
std::string records_before(std::string_view bytes, std::int64_t from_step) {
    std::string kept;
    for (std::size_t at = 0; bytes.size() - at >= kHead;) {
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        const bool is_whole = masked_crc(bytes.substr(at, 8)) == bytes.substr(at + 8, 4) &&
                              length <= bytes.size() - at &&
                              bytes.size() - at - length >= kHead + kTail;
        if (!is_whole) break;
        const auto size = static_cast<std::size_t>(length);
        if (step_of(bytes.substr(at + kHead, size)) < from_step)
            kept += bytes.substr(at, kHead + size + kTail);
        at += kHead + size + kTail;
    }
    return kept;
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const std::filesystem::path& folder,
                                     std::optional<std::int64_t> from_step) {
    char host[256] = "localhost";
    ::gethostname(host, sizeof host - 1);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::vector<std::filesystem::path> others = event_files(folder);
    const std::string stem = std::string(kPrefix) + std::to_string(file_time(others)) + "." + host +
                             "." + std::to_string(::getpid()) + ".";
    for (int i = 0; i < 1000 && !file_; ++i) {
        path_ = folder / (stem + std::to_string(i));
        file_ = base::FileDescriptor(
            ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    }
    if (!file_)
        throw base::Error(base::ErrorKind::File, "The event file " + path_.string() +
                                                     " cannot be written: " + std::strerror(errno) +
                                                     ".");
    write_record(event_head(0) + length_field(3, "brain.Event:2"));
    // Event{7: session_log}, SessionLog{1: status}, START is 1.
    if (from_step && !others.empty())
        write_record(event_head(*from_step) + length_field(7, "\x08\x01"));
}

void TensorBoardWriter::write(std::int64_t step,
                              const std::vector<std::pair<std::string, double>>& scalars) {
    std::string summary;
    for (const auto& [tag, value] : scalars) summary += summary_value(tag, value);
    write_record(event_head(step) + length_field(5, summary));
}

void TensorBoardWriter::write_record(const std::string& message) {
    const std::string length = raw(static_cast<std::uint64_t>(message.size()));
    const std::string record = length + masked_crc(length) + message + masked_crc(message);
    // A full disk must not end a run over its curves; events.jsonl says so by then.
    [[maybe_unused]] const ssize_t written = ::write(file_.get(), record.data(), record.size());
}

void cut_event_files(const std::filesystem::path& folder, std::int64_t from_step) {
    constexpr std::size_t kLargest = std::size_t{4} << 30;
    for (const auto& file : event_files(folder)) {
        const std::string bytes = base::read_file(file, kLargest);
        if (const std::string kept = records_before(bytes, from_step); kept != bytes)
            base::write_file_atomically(file, kept);
    }
}

}  // namespace univi::training
