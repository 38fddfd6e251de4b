#include "core/base/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::base {

namespace fs = std::filesystem;

namespace {

/// Value of an environment variable; empty when unset or empty.
std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

/// $HOME, else what the user's account says, else the root.
fs::path home() {
    const std::string folder = environment("HOME");
    if (!folder.empty()) return folder;
    const passwd* account = getpwuid(getuid());
    return account && account->pw_dir ? account->pw_dir : "/";
}

/// $XDG_…_HOME (an absolute path, as the XDG specification asks) or the given folder below HOME.
fs::path xdg_folder(const char* variable, const char* fallback) {
    const fs::path configured = environment(variable);
    const fs::path base = configured.is_absolute() ? configured : home() / fallback;
    const fs::path folder = base / "univi-studio";
    std::error_code error;
    fs::create_directories(folder, error);
    return folder;
}

/// A name that is one path component: no separators, not hidden, not "..".
bool is_plain_name(const std::string& name) {
    return !name.empty() && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) || c == '-' || c == '_' || c == '.';
           });
}

std::string trimmed(std::string text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
    return text;
}

/// "owner/name" or "name" from a repository folder's name in the cache, models--owner--name.
std::optional<std::string> repository_name(const std::string& folder) {
    constexpr std::string_view kStart = "models--", kBetween = "--";
    if (!folder.starts_with(kStart)) return std::nullopt;
    std::string name = folder.substr(kStart.size());
    if (const auto at = name.find(kBetween); at != name.npos)
        name.replace(at, kBetween.size(), "/");
    return name;
}

/// The snapshot refs/main names, else the only snapshot there is.
std::optional<fs::path> snapshot_of(const fs::path& repository_folder) {
    const fs::path snapshots = repository_folder / "snapshots";
    if (is_file(repository_folder / "refs" / "main")) {
        const std::string revision = trimmed(read_file(repository_folder / "refs" / "main", 256));
        if (is_plain_name(revision) && is_folder(snapshots / revision)) return snapshots / revision;
        return std::nullopt;
    }
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator it(snapshots, error), end; !error && it != end;
         it.increment(error)) {
        if (is_folder(it->path())) found.push_back(it->path());
    }
    return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

}  // namespace

fs::path executable_folder() {
    std::error_code error;
    const fs::path executable = fs::read_symlink("/proc/self/exe", error);
    if (error) {
        throw Error(ErrorKind::File,
                    "cannot find the program's own folder in /proc/self/exe: " + error.message());
    }
    return executable.parent_path();
}

fs::path resources_folder() {
    if (const std::string configured = environment("UNIVI_RESOURCES"); !configured.empty()) {
        if (is_folder(configured)) return configured;
        throw Error(ErrorKind::File,
                    "UNIVI_RESOURCES names " + configured + ", which is not a folder");
    }
    const fs::path beside = executable_folder();
    const fs::path installed = beside.parent_path() / "share" / "univi-studio" / "resources";
    if (is_folder(installed)) return installed;
    fs::path folder = beside;
    while (folder.has_relative_path()) {
        folder = folder.parent_path();
        if (is_folder(folder / "resources") && is_file(folder / "CMakeLists.txt"))
            return folder / "resources";
    }
    throw Error(ErrorKind::File, "the resources folder is neither at " + installed.string() +
                                     " nor above " + beside.string() +
                                     ": install the program whole or set UNIVI_RESOURCES");
}

std::optional<fs::path> demo_model_folder() {
    const fs::path folder = resources_folder() / "demo";
    return is_file(folder / "config.json") ? std::optional(folder) : std::nullopt;
}

fs::path config_folder() {
    return xdg_folder("XDG_CONFIG_HOME", ".config");
}

fs::path cache_folder() {
    return xdg_folder("XDG_CACHE_HOME", ".cache");
}

fs::path data_folder() {
    return xdg_folder("XDG_DATA_HOME", ".local/share");
}

fs::path hugging_face_cache() {
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const std::string hub = environment(name); !hub.empty()) return hub;
    if (const std::string folder = environment("HF_HOME"); !folder.empty())
        return fs::path(folder) / "hub";
    const std::string cache = environment("XDG_CACHE_HOME");
    return (cache.empty() ? home() / ".cache" : fs::path(cache)) / "huggingface" / "hub";
}

std::optional<fs::path> find_in_hugging_face_cache(const std::string& repository) {
    const auto slash = repository.find('/');
    const std::string owner = slash == repository.npos ? "" : repository.substr(0, slash);
    const std::string name = slash == repository.npos ? repository : repository.substr(slash + 1);
    if (!is_plain_name(name) || (slash != repository.npos && !is_plain_name(owner)))
        return std::nullopt;
    return snapshot_of(hugging_face_cache() /
                       ("models--" + (owner.empty() ? name : owner + "--" + name)));
}

std::vector<CachedRepository> hugging_face_repositories() {
    constexpr int kMostFolders = 1000;
    std::vector<CachedRepository> found;
    std::error_code error;
    int seen = 0;
    for (fs::directory_iterator it(hugging_face_cache(), error), end;
         !error && it != end && seen < kMostFolders; it.increment(error), ++seen) {
        const auto name = repository_name(it->path().filename().string());
        if (!name) continue;
        try {
            if (auto snapshot = find_in_hugging_face_cache(*name))
                found.push_back({*name, std::move(*snapshot)});
        } catch (const Error&) {
            // A repository with an unreadable refs/main hides no other.
        }
    }
    std::ranges::sort(found, {}, &CachedRepository::name);
    return found;
}

std::optional<std::string> repository_of_snapshot(const fs::path& folder) {
    fs::path path = folder.lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // a slash at the end
    const fs::path snapshots = path.parent_path();
    if (snapshots.filename() != "snapshots") return std::nullopt;
    return repository_name(snapshots.parent_path().filename().string());
}

}  // namespace univi::base
