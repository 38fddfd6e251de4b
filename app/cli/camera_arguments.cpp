#include "app/cli/camera_arguments.h"

namespace univi::cli {

void addCameraOptions(CLI::App& command, media::CameraSource& source) {
    command
        .add_option("--camera", source.device,
                    "A camera (/dev/video0), a display (:0), or a node of PipeWire (its number)")
        ->type_name("DEVICE");
    command
        .add_option("--camera-format", source.format,
                    "v4l2, x11grab for a display, pipewire for a screen that is shared, or lavfi "
                    "for FFmpeg's own test pictures")
        ->check(CLI::IsMember({"v4l2", "x11grab", "pipewire", "lavfi"}))
        ->capture_default_str();
    command
        .add_option("--pipewire-fd", source.descriptor,
                    "An open connection to PipeWire that this program inherited")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
}

}  // namespace univi::cli
