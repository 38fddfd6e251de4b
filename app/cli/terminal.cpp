#include "app/cli/terminal.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "core/base/error.h"

namespace univi::cli {

namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(50);
constexpr std::size_t kLongestLine = std::size_t{64} << 20;
constexpr int kPollMs = 100;

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - last_ < kProgressInterval) return;
    last_ = now;
    shown_ = true;
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
}

void ProgressLine::clear() {
    if (!shown_) return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    shown_ = false;
}

void showMediaProgress(ProgressLine& line, const protocol::MediaProgressEvent& event) {
    line.show("reading " + std::filesystem::path(event.medium).filename().string() + "  " +
              std::to_string(event.frames_encoded) + "/" + std::to_string(event.frames_total));
}

void showDamage(ProgressLine& line, const protocol::TokenGroups& groups) {
    const std::string sentence = groups.complete ? groups.damage() : std::string();
    if (sentence.empty()) return;
    line.clear();
    std::fprintf(stderr, "univi-cli: %s.\n", sentence.c_str());
}

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw base::Error(base::ErrorKind::File,
                          "The result cannot be written to standard output.");
}

bool StdinLines::fill(const base::StopToken& stop) {
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    // A signal interrupts the wait before the stop that it means is asked for: a read would block.
    for (int ready = 0; ready == 0 || (ready < 0 && errno == EINTR);) {
        base::throw_if_stopped(stop, "waiting for a line");
        ready = poll(&waiting, 1, kPollMs);
    }
    base::throw_if_stopped(stop, "waiting for a line");
    char bytes[65536];
    const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    if (buffer_.size() > kLongestLine)
        throw base::Error(base::ErrorKind::Usage,
                          "A line of more than 64 MB arrived on standard input: shorten it.");
    return true;
}

std::optional<std::string> StdinLines::next(const base::StopToken& stop) {
    for (;;) {
        const auto end = buffer_.find('\n', scanned_);
        if (end != std::string::npos || (ended_ && !buffer_.empty())) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end == std::string::npos ? buffer_.size() : end + 1);
            scanned_ = 0;
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (ended_) return std::nullopt;
        scanned_ = buffer_.size();
        ended_ = !fill(stop);
    }
}

}  // namespace univi::cli
