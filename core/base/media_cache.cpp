#include "core/base/media_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include "core/base/paths.h"

namespace univi::base {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDigits = 32;

struct CachedFile {
    fs::path path;
    std::uint64_t bytes = 0;
    timespec used = {};
};

bool is_cache_name(const std::string& name) {
    const auto is_digit = [](unsigned char c) { return std::isdigit(c) || (c >= 'a' && c <= 'f'); };
    return name.size() > kDigits && std::all_of(name.begin(), name.begin() + kDigits, is_digit);
}

std::vector<CachedFile> files_in(const std::vector<fs::path>& folders) {
    std::vector<CachedFile> out;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            struct stat status = {};
            if (is_cache_name(it->path().filename().string()) &&
                ::lstat(it->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
                out.push_back(
                    {it->path(), static_cast<std::uint64_t>(status.st_size), status.st_mtim});
        }
    }
    return out;
}

std::uint64_t sum_of(const std::vector<CachedFile>& files) {
    std::uint64_t sum = 0;
    for (const CachedFile& file : files) sum += file.bytes;
    return sum;
}

bool used_before(const CachedFile& a, const CachedFile& b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
}

}  // namespace

fs::path visual_token_folder() {
    return cache_folder() / "visual-tokens";
}

fs::path prompt_opening_folder() {
    return cache_folder() / "prompt-openings";
}

fs::path shown_picture_folder() {
    return cache_folder() / "pictures";
}

fs::path thumbnail_folder() {
    return cache_folder() / "thumbnails";
}

std::uint64_t CachedFiles::size() const {
    return sum_of(files_in(folders_));
}

CachedFiles::Trimmed CachedFiles::trim(std::uint64_t limit) const {
    std::vector<CachedFile> files = files_in(folders_);
    Trimmed out{0, sum_of(files)};
    if (out.left <= limit) return out;
    std::ranges::sort(files, used_before);
    for (const CachedFile& file : files) {
        if (out.left <= limit && limit > 0) break;
        std::error_code error;
        const bool removed = fs::remove(file.path, error);
        if (error) continue;  // it stays and counts
        if (removed) out.removed += file.bytes;
        out.left -= file.bytes;
    }
    return out;
}

void CachedFiles::touch(const fs::path& file) {
    // A folder that cannot be written keeps its order.
    static_cast<void>(::utimensat(AT_FDCWD, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW));
}

}  // namespace univi::base
