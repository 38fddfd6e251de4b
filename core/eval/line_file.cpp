#include "core/eval/line_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/json_source.h"

namespace univi::eval {

namespace {

using base::FileDescriptor;

bool is_whole_json(const std::string& line) {
    try {
        return base::parse_json(line, "a line").is_object();
    } catch (const base::Error&) {
        return false;
    }
}

}  // namespace

FileDescriptor open_locked(const std::filesystem::path& path) {
    for (;;) {
        FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
        if (!file) base::throw_file_error("write", path, errno);
        while (::flock(file.get(), LOCK_EX) != 0)
            if (errno != EINTR) base::throw_file_error("lock", path, errno);
        struct stat mine = {}, there = {};
        if (::fstat(file.get(), &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
            mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
            return file;
    }
}

void append_synced(const FileDescriptor& file, const std::filesystem::path& path,
                   std::string_view bytes) {
    struct stat before = {};
    if (::fstat(file.get(), &before) != 0) base::throw_file_error("write", path, errno);
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int reason = errno;
            // No half line stays behind.
            if (::ftruncate(file.get(), before.st_size) != 0) errno = reason;
            base::throw_file_error("write", path, reason);
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(file.get()) != 0 && errno != EINVAL) base::throw_file_error("write", path, errno);
}

void repair_last_line(const std::filesystem::path& path) {
    const FileDescriptor file = open_locked(path);
    const std::string text = base::read_file(path);
    if (base::strip_byte_order_mark(text, path.string()).starts_with('['))
        throw base::Error(base::ErrorKind::Format,
                          path.string() +
                              " holds an array, which cannot be added to: name another "
                              "answer file.");
    if (text.empty() || text.back() == '\n') return;
    const auto last = text.rfind('\n');
    const std::size_t begin = last == std::string::npos ? 0 : last + 1;
    if (is_whole_json(text.substr(begin))) {
        append_synced(file, path, "\n");
    } else if (::ftruncate(file.get(), static_cast<off_t>(begin)) != 0) {
        base::throw_file_error("write", path, errno);
    }
}

}  // namespace univi::eval
