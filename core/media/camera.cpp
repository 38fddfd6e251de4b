#include "core/media/camera.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/base/error.h"
#include "core/media/device_library.h"
#include "core/media/frame_converter.h"
#include "core/media/image_file.h"
#include "core/media/jpeg_clip.h"
#include "core/media/open_frames.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr int kFramesForLight = 12;  ///< a camera's first ones are dark

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// The screen, where a program may look at it: on X11. A Wayland desktop shows other programs
/// none but through its portal.
std::optional<Camera> screen() {
    const std::string display = variable("DISPLAY");
    if (display.empty() || !variable("WAYLAND_DISPLAY").empty() ||
        variable("XDG_SESSION_TYPE") == "wayland" || !av_find_input_format("x11grab"))
        return std::nullopt;
    return Camera{display, "", "x11grab"};
}

}  // namespace

std::vector<Camera> list_cameras() {
    const DeviceLibrary& devices = device_library();
    av_log_set_level(AV_LOG_QUIET);
    AVDeviceInfoList* list = nullptr;
    std::vector<Camera> cameras;
    if (devices.list_input_sources(av_find_input_format("v4l2"), nullptr, nullptr, &list) >= 0)
        for (int i = 0; list && i < list->nb_devices; ++i)
            cameras.push_back(
                {list->devices[i]->device_name, list->devices[i]->device_description});
    devices.free_list_devices(&list);
    std::ranges::sort(cameras, {}, &Camera::device);
    if (const auto found = screen()) cameras.push_back(*found);
    return cameras;
}

double record_camera(const CameraSource& source, const fs::path& file, const CameraOptions& options,
                     const base::StopToken& stop) {
    if (!(options.seconds > 0) || options.seconds > 3600)
        throw Error(ErrorKind::Usage,
                    "A camera is recorded for more than 0 and at most 3600 seconds.");
    const auto camera = open_frames(source, options, stop);
    std::optional<JpegEncoder> jpegs;
    std::optional<JpegClip> clip;
    std::int64_t start = 0;
    const auto most = static_cast<std::int64_t>(options.seconds * 1000);
    while (const AVFrame* frame = camera->next()) {
        if (!clip) start = frame->best_effort_timestamp;
        const std::int64_t ms =
            av_rescale_q(frame->best_effort_timestamp - start, camera->time_base(), kMilliseconds);
        if (ms >= most) break;
        if (!clip) {
            jpegs.emplace(frame->width, frame->height);
            clip.emplace(file, *jpegs, camera->rate());
        }
        if (ms > clip->last_ms()) clip->write(*jpegs->encode(*frame), ms);
    }
    if (!clip) camera->refuse(" sends no pictures; connect it again.");
    clip->finish();
    const AVRational rate = camera->rate();
    return double(clip->last_ms()) / 1000 + (rate.num > 0 ? double(rate.den) / rate.num : 0.04);
}

void photograph(const CameraSource& source, const fs::path& file, const CameraOptions& options,
                const base::StopToken& stop) {
    const auto camera = open_frames(source, options, stop);
    FrameConverter converter(Reading::People);
    std::optional<Image> picture;
    for (int i = 0; i < kFramesForLight; ++i) {
        const AVFrame* frame = camera->next();
        if (!frame) break;
        if (i + 1 == kFramesForLight || !picture)
            picture = converter.convert(*frame, frame->width, frame->height);
    }
    if (!picture) camera->refuse(" sends no pictures; connect it again.");
    write_image(file, *picture);
}

}  // namespace univi::media
