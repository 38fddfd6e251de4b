#include "app/engine/line_channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/error.h"

namespace univi::engine {

EventWriter::EventWriter() {
    descriptor_ = base::FileDescriptor(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!descriptor_ || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        throw base::Error(base::ErrorKind::Internal,
                          "Standard output is not open, so no events can be sent.");
}

void EventWriter::send(const protocol::Event& event) {
    const std::string line = protocol::to_line(event) + "\n";
    const std::lock_guard lock(mutex_);
    for (std::size_t sent = 0; sent < line.size() && !closed_;) {
        const ssize_t count = write(descriptor_.get(), line.data() + sent, line.size() - sent);
        if (count >= 0)
            sent += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            closed_ = true;
    }
}

bool LineReader::fill() {
    char bytes[65536];
    ssize_t count = 0;
    do count = read(STDIN_FILENO, bytes, sizeof bytes);
    while (count < 0 && errno == EINTR);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::optional<LineReader::Line> LineReader::next() {
    for (;;) {
        const auto end = buffer_.find('\n', scanned_);
        if (end != std::string::npos) {
            Line line{buffer_.substr(0, end), dropping_};
            buffer_.erase(0, end + 1);
            scanned_ = 0;
            dropping_ = false;
            if (line.too_long) line.text.clear();
            return line;
        }
        if (buffer_.size() > kLongestLine) {
            dropping_ = true;
            buffer_.clear();
        }
        scanned_ = buffer_.size();
        if (ended_) return std::nullopt;  // a line without its newline was never finished
        ended_ = !fill();
    }
}

}  // namespace univi::engine
