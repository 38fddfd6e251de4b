#pragma once

#include <CLI/CLI.hpp>

#include "core/media/camera_source.h"

namespace univi::cli {

/// Adds the options that name a camera of this machine, or a screen: --camera and what says how it
/// is read. `source` must live as long as the program's arguments are read.
void addCameraOptions(CLI::App& command, media::CameraSource& source);

}  // namespace univi::cli
