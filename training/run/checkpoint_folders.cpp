#include "training/run/checkpoint_folders.h"

#include <algorithm>
#include <charconv>

#include "core/base/atomic_folder.h"

namespace univi::training {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "checkpoint-";

}  // namespace

std::string checkpoint_name(std::int64_t step) {
    return std::string(kPrefix) + std::to_string(step);
}

std::optional<std::int64_t> checkpoint_step(const fs::path& folder) {
    const std::string name = folder.filename().string();
    if (!name.starts_with(kPrefix)) return std::nullopt;
    std::int64_t step = 0;
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + kPrefix.size(), end, step);
    return parsed.ec == std::errc() && parsed.ptr == end && step >= 0 ? std::optional(step)
                                                                      : std::nullopt;
}

std::vector<fs::path> list_checkpoints(const fs::path& run_folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder, error))
        if (entry.is_directory(error) && checkpoint_step(entry.path()))
            found.push_back(entry.path());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return *checkpoint_step(a) < *checkpoint_step(b);
    });
    return found;
}

std::optional<fs::path> newest_checkpoint(const fs::path& run_folder,
                                          const std::function<void(const std::string&)>& warn) {
    const std::vector<fs::path> all = list_checkpoints(run_folder);
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        const std::string problem = base::verify_manifest(*each);
        if (problem.empty()) return *each;
        warn("Skipped the checkpoint " + each->string() + ": " + problem);
    }
    return std::nullopt;
}

void remove_old_checkpoints(const fs::path& run_folder, std::int64_t limit, std::int64_t newest) {
    if (limit <= 0) return;
    std::vector<fs::path> all = list_checkpoints(run_folder);
    std::erase_if(all, [&](const fs::path& each) { return *checkpoint_step(each) > newest; });
    for (std::size_t i = 0; i + static_cast<std::size_t>(limit) < all.size(); ++i) {
        std::error_code ignored;
        // First, so that a half-removed folder is never taken for whole.
        fs::remove(all[i] / "manifest.json", ignored);
        fs::remove_all(all[i], ignored);
    }
}

}  // namespace univi::training
