#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/stop_token.h"
#include "core/media/preprocess.h"
#include "core/media/video.h"
#include "core/session/picture_store.h"

namespace univi::session {

/// A frame ready for the vision tower.
struct PreparedFrame {
    int index = 0;  ///< position in the video stream
    double time_s = 0;
    ShownPicture shown;
    std::vector<float> pixels;  ///< [3,S,S] normalised
};

/// Decodes and preprocesses the sampled frames of a video on a thread of its own, ahead of
/// the vision tower by at most kQueueCapacity frames, so that reading and encoding overlap
/// and the video is never held whole. Made, read and destroyed on one thread; the destructor
/// ends the reader.
class FramePipeline {
  public:
    struct Options {
        media::FrameSampling sampling;
        media::PreprocessOptions preprocess;
        media::Reading reading = media::Reading::People;
    };
    /// Opens the video at once. Throws Error{Media} in one sentence.
    FramePipeline(const std::string& path, const Options& options, PictureStore store,
                  const base::StopToken& stop);
    ~FramePipeline();

    /// Returns the next `count` frames, fewer at the end of the video, none after it. Rethrows what
    /// the reader threw.
    std::vector<PreparedFrame> next_batch(int count);
    int frames_total() const { return frames_total_; }
    /// Returns what could not be read, once next_batch gave none.
    media::VideoDamage damage() const { return reader_.damage(); }
    int frames_decoded() const;

    static constexpr std::size_t kQueueCapacity = 8;

  private:
    void read_frames(const base::StopToken& stop);
    PreparedFrame prepare(media::VideoFrame frame) const;
    bool push(PreparedFrame frame, const base::StopToken& stop);

    std::string path_;
    Options options_;
    PictureStore store_;
    media::VideoReader reader_;
    int frames_total_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<PreparedFrame> queue_;
    int frames_decoded_ = 0;
    bool ended_ = false;
    std::exception_ptr failure_;
    base::StopToken outer_stop_;
    std::jthread thread_;  // last: joined before what it uses goes
};

}  // namespace univi::session
