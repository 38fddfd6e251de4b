#include "training/run/tensorboard_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "training/run/tensorboard_records.h"

namespace univi::training {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// The beginning of an event of `step`, now.
std::string event_head(std::int64_t step) {
    return double_field(1, now()) + varint_field(2, static_cast<std::uint64_t>(step));
}

std::string summary_value(const std::string& tag, double value) {
    return bytes_field(1, bytes_field(1, tag) + float_field(2, static_cast<float>(value)));
}

/// Event files in `folder` itself.
std::vector<std::filesystem::path> event_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().filename().string().starts_with(kEventFilePrefix))
            files.push_back(entry.path());
    return files;
}

/// Readers take a folder's files in the order of their names: a file that goes on must sort behind
/// the others, though it was begun in the same second or the clock was set back.
std::int64_t file_time(const std::vector<std::filesystem::path>& others) {
    auto time = static_cast<std::int64_t>(now());
    for (const auto& file : others) {
        const std::string name = file.filename().string();
        std::int64_t other = 0;
        std::from_chars(name.data() + kEventFilePrefix.size(), name.data() + name.size(), other);
        time = std::max(time, other + 1);
    }
    return time;
}

/// Step of an event; 0 when it has none.
std::int64_t step_of(std::string_view message) {
    for (MessageFields field(message); field.next();)
        if (field.is(2, WireType::Varint)) return static_cast<std::int64_t>(field.integer());
    return 0;
}

/// The records of a file that lie before `from_step`, as they stand there.
std::string records_before(std::string_view bytes, std::int64_t from_step) {
    std::string kept;
    for (;;) {
        const TensorBoardRecord record = read_tensorboard_record(bytes);
        if (record.state != TensorBoardRecord::State::Whole) return kept;
        if (step_of(record.message) < from_step) kept += bytes.substr(0, record.size);
        bytes.remove_prefix(record.size);
    }
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const std::filesystem::path& folder,
                                     std::optional<std::int64_t> from_step) {
    char host[256] = "localhost";
    ::gethostname(host, sizeof host - 1);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::vector<std::filesystem::path> others = event_files(folder);
    const std::string stem = std::string(kEventFilePrefix) + std::to_string(file_time(others)) +
                             "." + host + "." + std::to_string(::getpid()) + ".";
    for (int i = 0; i < 1000 && !file_; ++i) {
        path_ = folder / (stem + std::to_string(i));
        file_ = base::FileDescriptor(
            ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    }
    if (!file_)
        throw base::Error(base::ErrorKind::File, "The event file " + path_.string() +
                                                     " cannot be written: " + std::strerror(errno) +
                                                     ".");
    write_record(event_head(0) + bytes_field(3, std::string(kEventVersion) + "2"));
    if (from_step && !others.empty())
        write_record(event_head(*from_step) + bytes_field(7, varint_field(1, kSessionStart)));
}

void TensorBoardWriter::write(std::int64_t step,
                              const std::vector<std::pair<std::string, double>>& scalars) {
    std::string summary;
    for (const auto& [tag, value] : scalars) summary += summary_value(tag, value);
    write_record(event_head(step) + bytes_field(5, summary));
}

void TensorBoardWriter::write_record(const std::string& message) {
    const std::string record = tensorboard_record(message);
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
