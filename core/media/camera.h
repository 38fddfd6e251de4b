#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::media {

/// Where pictures come from: a camera, or, for tests of the same code, FFmpeg's own test pictures
/// ("lavfi", with a filter as the device).
struct CameraSource {
    std::string device;  ///< "/dev/video0"
    std::string format = "v4l2";
};

/// A camera of this machine.
struct Camera {
    std::string device;
    std::string name;  ///< as the camera calls itself
};

/// Returns the cameras that are there, in the order of their devices; none where there is none.
std::vector<Camera> list_cameras();

struct CameraOptions {
    double seconds = 10;             ///< of a recording, at most
    int width = 1280, height = 720;  ///< asked for; the camera may give another size
    double patience_s = 10;          ///< without a picture for so long it is given up
};

/// Records a camera into `file` (Matroska, every picture a JPEG). Returns the seconds that were
/// recorded. Throws Error{Media|File|Stopped|Memory|Usage}; then no file is left.
double record_camera(const CameraSource& source, const std::filesystem::path& file,
                     const CameraOptions& options = {}, const base::StopToken& stop = {});

/// Takes one picture into `file` (PNG, or JPEG by its name), after the camera had time to find the
/// light. Throws as record_camera does.
void photograph(const CameraSource& source, const std::filesystem::path& file,
                const CameraOptions& options = {}, const base::StopToken& stop = {});

}  // namespace univi::media
