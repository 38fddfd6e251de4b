#pragma once
// Inside of core/media only: holds FFmpeg.

#include <string>

#include "core/media/ffmpeg_handles.h"

namespace univi::media {

/// The frames of a camera, a screen or a stream, one after another. One thread.
class FrameReader {
  public:
    FrameReader() = default;
    virtual ~FrameReader() = default;
    FrameReader(const FrameReader&) = delete;
    FrameReader& operator=(const FrameReader&) = delete;

    /// Returns the next frame, which lives until the one after it; null where the source ended. Its
    /// best_effort_timestamp is in units of time_base(). Throws Error{Media|Memory|Stopped}.
    virtual const AVFrame* next() = 0;
    virtual AVRational time_base() const = 0;
    /// Frames a second as the source says; 0/1 where it says nothing.
    virtual AVRational rate() const = 0;
    /// Throws Error{Media}: "The camera X" (the address of a stream) and `what`.
    [[noreturn]] virtual void refuse(const std::string& what) const = 0;
};

}  // namespace univi::media
