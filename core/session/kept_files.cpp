#include "core/session/kept_files.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include "core/base/media_cache.h"

namespace univi::session {

namespace fs = std::filesystem;

fs::path KeptFiles::file_of(const std::string& key) const {
    return options_.folder / (key + ".safetensors");
}

void KeptFiles::make_folder() const {
    std::error_code error;
    if (fs::create_directories(options_.folder, error))
        fs::permissions(options_.folder, fs::perms::owner_all, fs::perm_options::replace, error);
}

void KeptFiles::trim() const {
    std::vector<fs::path> folders{options_.folder};
    const std::array own{base::visual_token_folder(), base::prompt_opening_folder()};
    if (std::ranges::find(own, options_.folder) != own.end())
        folders.assign(own.begin(), own.end());
    if (options_.pictures == base::shown_picture_folder()) folders.push_back(options_.pictures);
    base::CachedFiles(folders).trim(static_cast<std::uint64_t>(options_.limit));
}

void KeptFiles::set_limit(std::int64_t bytes) {
    options_.limit = bytes;
    if (is_open()) trim();
}

}  // namespace univi::session
