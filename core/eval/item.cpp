#include "core/eval/item.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "core/base/error.h"

namespace univi::eval {

namespace {

constexpr std::array<std::pair<Task, std::string_view>, 5> kTasks{{{Task::Image, "image"},
                                                                   {Task::Video, "video"},
                                                                   {Task::ScienceQa, "scienceqa"},
                                                                   {Task::VideoQa, "videoqa"},
                                                                   {Task::Pope, "pope"}}};

}  // namespace

std::string_view to_string(Task task) {
    return std::ranges::find(kTasks, task, [](const auto& entry) { return entry.first; })->second;
}

Task task_from(std::string_view name) {
    const auto found =
        std::ranges::find(kTasks, name, [](const auto& entry) { return entry.second; });
    if (found == kTasks.end())
        throw base::Error(base::ErrorKind::Usage,
                          "The task " + std::string(name) +
                              " is not known: use image, video, scienceqa, videoqa or pope.");
    return found->first;
}

std::string answer_key(const base::Json& id) {
    return id.is_string() ? id.get<std::string>() : id.dump();
}

std::string answer_key(const std::string& video_name, const std::vector<std::string>& prompts) {
    std::string key = video_name;
    for (const std::string& prompt : prompts) key += "\n" + prompt;
    return key;
}

std::string set_name(const std::string& path, const std::vector<std::string>& known) {
    const std::string stem = std::filesystem::path(path).stem().string();
    std::string lower = stem;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::string& name : known)
        if (lower.find(name) != std::string::npos) return name;
    return stem;
}

std::vector<std::string> known_sets(Task task) {
    switch (task) {
        case Task::Pope:
            return {"random", "popular", "adversarial"};
        case Task::VideoQa:
            return {"msrvtt", "msvd", "tgif", "activitynet"};
        case Task::Video:
            return {"generic", "temporal", "consistency"};
        case Task::Image:
        case Task::ScienceQa:
            return {};
    }
    return {};
}

}  // namespace univi::eval
