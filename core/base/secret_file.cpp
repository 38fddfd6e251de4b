#include "core/base/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_descriptor.h"
#include "core/base/paths.h"

namespace univi::base {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLargest = 4096;
constexpr mode_t kOwnerOnly = 0600;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string trimmed(const std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

void write_all(int descriptor, std::string_view bytes, const fs::path& file) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_file_error("cannot write", file, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

std::string read_secret(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return {};
    return trimmed(read_file(file, kLargest));
}

void write_secret(const fs::path& file, const std::string& secret) {
    std::error_code error;
    if (secret.empty()) {
        fs::remove(file, error);
        if (error) throw_file_error("cannot remove", file, error.value());
        return;
    }
    fs::create_directories(file.parent_path(), error);
    // Nobody else may read it, not even while it is written.
    const fs::path beside = file.string() + ".new." + std::to_string(::getpid());
    {
        const FileDescriptor descriptor(
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly));
        if (!descriptor) throw_file_error("cannot write", file, errno);
        write_all(descriptor.get(), secret, file);
        if (::fsync(descriptor.get()) != 0) throw_file_error("cannot write", file, errno);
    }
    fs::rename(beside, file, error);
    if (error) throw_file_error("cannot write", file, error.value());
}

fs::path hub_token_file() {
    if (const auto file = environment("HF_TOKEN_PATH"); !file.empty()) return file;
    if (const auto home = environment("HF_HOME"); !home.empty()) return fs::path(home) / "token";
    return cache_folder().parent_path() / "huggingface" / "token";
}

std::string hub_token_of_environment() {
    for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"})
        if (auto value = trimmed(environment(name)); !value.empty()) return value;
    return {};
}

}  // namespace univi::base
