#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/media/camera_source.h"

namespace univi::media {

struct LiveOptions {
    int frames = 16;     ///< that are held, 1 to kMostLiveFrames
    double every_s = 1;  ///< from one of them to the next, kLeastLiveEvery to kMostLiveEvery
    CameraOptions camera{};
};
inline constexpr int kMostLiveFrames = 256;
inline constexpr double kLeastLiveEvery = 0.1, kMostLiveEvery = 600;  ///< seconds

/// What people see of the camera now.
struct LivePicture {
    std::string jpeg;        ///< in base64, kLivePictureWidth wide
    double seconds = 0;      ///< since the camera gave its first picture
    int held = 0;            ///< frames of the window
    std::int64_t taken = 0;  ///< frames that ever were in it
};
inline constexpr int kLivePictureWidth = 320;

/// Frames of a window that was written as a clip.
struct LiveWindow {
    int frames = 0;
    double start_s = 0, end_s = 0;  ///< of its first and last frame, since the camera began
};

/// A camera that stays open and holds its last frames: a window that moves on with time. Reads on a
/// thread of its own; the other functions are for one other thread.
class LiveCamera {
  public:
    /// Both are called on the reading thread.
    struct Observer {
        std::function<void(const LivePicture&)> on_picture;  ///< at most five times a second
        /// The camera gives no more; why, or null where it simply ended.
        std::function<void(std::exception_ptr)> on_end;
    };
    /// Throws Error{Usage}. That the camera cannot be opened is told by on_end.
    LiveCamera(const CameraSource& source, const LiveOptions& options, Observer observer);
    /// Ends the reading. A recording that goes on is written to its end.
    ~LiveCamera();

    /// Writes the frames that are held as a clip (Matroska, every frame the JPEG that it was in the
    /// clip before, so that it decodes to the same pixels). Throws Error{File}, and Error{Media}
    /// while there is none.
    LiveWindow write_window(const std::filesystem::path& file) const;
    /// Records every picture from now on. Throws Error{Usage} where it does so already,
    /// Error{Media} before the first picture, Error{File}.
    void record(const std::filesystem::path& file);
    /// Ends the recording and returns its seconds. Throws Error{Usage} where there is none,
    /// Error{File} where it could not be written.
    double end_recording();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::media
