#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"

namespace univi::media {

/// A camera of this machine, or its screen.
struct Camera {
    std::string device;
    std::string name;  ///< as the camera calls itself; a screen has none
    std::string format = "v4l2";
};

/// Returns the cameras that are there, in the order of their devices, and the screen where it can
/// be looked at.
std::vector<Camera> list_cameras();

/// Records a camera into `file` (Matroska, every picture a JPEG). Returns the seconds that were
/// recorded. Throws Error{Media|File|Stopped|Memory|Usage}; then no file is left.
double record_camera(const CameraSource& source, const std::filesystem::path& file,
                     const CameraOptions& options = {}, const base::StopToken& stop = {});

/// Takes one picture into `file` (PNG, or JPEG by its name), after the camera had time to find the
/// light. Throws as record_camera does.
void photograph(const CameraSource& source, const std::filesystem::path& file,
                const CameraOptions& options = {}, const base::StopToken& stop = {});

}  // namespace univi::media
