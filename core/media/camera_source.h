#pragma once

#include <string>

namespace univi::media {

/// Where pictures come from: a camera, a screen of X11 ("x11grab"), a screen or window that was
/// shared (kSharedFormat, with the number of its node as the device), a stream (kStreamFormat, with
/// its address as the device), or, for tests of the same code, FFmpeg's own test pictures ("lavfi",
/// with a filter as the device).
struct CameraSource {
    std::string device;  ///< "/dev/video0", ":0", "rtsp://…"
    std::string format = "v4l2";
    /// Of a shared screen: the connection to PipeWire that a portal gave, closed by its reader; -1
    /// for the one that every program of this desktop has.
    int descriptor = -1;
};

inline constexpr const char* kStreamFormat = "stream";
inline constexpr const char* kSharedFormat = "pipewire";

struct CameraOptions {
    double seconds = 10;             ///< of a recording, at most
    int width = 1280, height = 720;  ///< asked for; the camera may give another size
    double patience_s = 10;          ///< without a picture for so long it is given up
};

}  // namespace univi::media
