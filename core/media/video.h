#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/media/frame_sampling.h"
#include "core/media/image.h"

namespace univi::media {

struct VideoInfo {
    int width = 0, height = 0;  ///< as shown (after rotation)
    double average_fps = 0;
    int num_frames = 0;  ///< counted by packets when the container does not say
    double duration_s = 0;
};

struct VideoFrame {
    Image image;
    int index = 0;  ///< position in the stream, in presentation order
    double time_s = 0;
};

/// What of a video could not be read.
struct VideoDamage {
    int frames_lost = 0;
    int frames_total = 0;  ///< in the whole file, estimated where it was cut off
    bool any() const { return frames_lost > 0; }
    /// Returns "28 of 60 frames cannot be read", without a full stop.
    std::string sentence() const;
};

/// Reads the sampled frames of one video in order, one at a time (never the whole video).
/// Allow-listed containers and codecs, playlist protocols closed. One thread at a time.
class VideoReader {
  public:
    /// Throws Error{Media} in one sentence: missing, empty, not a video, audio only, no frames, too
    /// large, unsupported. A video of half a frame a second or less, which the reference refuses,
    /// is kept whole.
    VideoReader(const std::filesystem::path& path, const FrameSampling& options,
                Reading reading = Reading::People);
    ~VideoReader();
    const VideoInfo& info() const;
    const std::vector<int>& sampled_indices() const;
    /// Returns the next sampled frame, nullopt at the end. Seeks where that is cheaper than
    /// decoding through. In place of frames that cannot be decoded comes the next one that can,
    /// once.
    std::optional<VideoFrame> next(const base::StopToken& stop = {});
    /// Returns what could not be read; final once `next` gave nullopt. Nothing is searched for
    /// where all sampled frames came out whole.
    VideoDamage damage() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Returns true when the file looks like a video or animated container this build reads (by
/// content).
bool is_video_file(const std::filesystem::path& path);

}  // namespace univi::media
