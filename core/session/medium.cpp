#include "core/session/medium.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/media/video.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

bool has_video_name(const fs::path& path) {
    static constexpr const char* kNames[] = {".mp4", ".avi", ".mov",  ".mkv", ".webm",
                                             ".m4v", ".mpg", ".mpeg", ".wmv", ".flv",
                                             ".ts",  ".3gp", ".ogv"};
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    return std::ranges::find(kNames, extension) != std::end(kNames);
}

}  // namespace

MediumKind resolve_kind(const MediumRequest& request) {
    std::error_code error;
    const auto status = fs::status(request.path, error);
    if (!fs::exists(status))
        throw base::Error(base::ErrorKind::File,
                          "The file " + request.path + " does not exist: check its name.");
    if (fs::is_directory(status))
        throw base::Error(base::ErrorKind::File,
                          request.path + " is a folder: name a picture or a video file inside it.");
    if (request.kind != MediumKind::Auto) return request.kind;
    return has_video_name(request.path) || media::is_video_file(request.path) ? MediumKind::Video
                                                                              : MediumKind::Picture;
}

base::ClipRange clip_of(const MediumRequest& request, MediumKind kind) {
    return kind == MediumKind::Video ? request.clip : base::ClipRange();
}

MediumKey medium_key(const MediumRequest& request, MediumKind kind) {
    std::error_code error;
    MediumKey key;
    key.path = fs::weakly_canonical(request.path, error).string();
    key.modified = fs::last_write_time(request.path, error).time_since_epoch().count();
    key.size = static_cast<std::int64_t>(fs::file_size(request.path, error));
    key.max_frames = kind == MediumKind::Video ? request.max_frames : 0;
    key.clip = clip_of(request, kind);
    return key;
}

}  // namespace univi::session
