#include "core/eval/media_folder.h"

#include <algorithm>
#include <array>
#include <vector>

namespace univi::eval {

namespace {

namespace fs = std::filesystem;

bool stays_inside(const fs::path& name) {
    return !name.empty() && name.is_relative() &&
           std::ranges::none_of(name, [](const fs::path& part) { return part == ".."; });
}

std::vector<fs::path> picture_names(const std::string& name) {
    constexpr std::string_view kCoco = "COCO_val2014_";
    std::vector<fs::path> names{name};
    if (name.starts_with(kCoco)) names.emplace_back(name.substr(kCoco.size()));
    for (const char* split : {"test", "val", "train"}) names.push_back(fs::path(split) / name);
    return names;
}

std::vector<fs::path> clip_names(const std::string& name) {
    constexpr std::array kEndings{".mp4", ".avi", ".mov", ".mkv", ".gif", ".webm"};
    const fs::path path(name);
    std::vector<fs::path> names;
    for (const char* ending : kEndings) {
        names.push_back(path.parent_path() / (path.filename().string() + ending));
        names.push_back(path.parent_path() / ("v_" + path.filename().string() + ending));
    }
    // A name that was written with its ending.
    if (std::ranges::find(kEndings, path.extension().string()) != kEndings.end())
        names.insert(names.begin(), path);
    return names;
}

}  // namespace

std::optional<fs::path> MediaFolder::find(const Item& item) const {
    std::error_code error;
    for (const fs::path& name :
         item.is_video ? clip_names(item.medium) : picture_names(item.medium)) {
        if (!stays_inside(name)) continue;
        if (fs::is_regular_file(folder_ / name, error)) return folder_ / name;
    }
    return std::nullopt;
}

}  // namespace univi::eval
