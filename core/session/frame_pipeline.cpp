#include "core/session/frame_pipeline.h"

#include <stop_token>
#include <utility>

#include "core/base/trace.h"

namespace univi::session {

FramePipeline::FramePipeline(const std::string& path, const Options& options, PictureStore store,
                             const base::StopToken& stop)
    : path_(path),
      options_(options),
      store_(std::move(store)),
      reader_(path, options.sampling, options.reading),
      frames_total_(static_cast<int>(reader_.sampled_indices().size())),
      outer_stop_(stop) {
    thread_ = std::jthread([this](const std::stop_token& token) { read_frames(token); });
}

FramePipeline::~FramePipeline() {
    thread_.request_stop();
}

int FramePipeline::frames_decoded() const {
    const std::lock_guard lock(mutex_);
    return frames_decoded_;
}

PreparedFrame FramePipeline::prepare(media::VideoFrame frame) const {
    const base::TraceSpan span("prepare frame");
    PreparedFrame prepared{
        frame.index, frame.time_s, store_.show(frame.image, options_.preprocess, path_), {}};
    const media::Image crop = media::resize_and_crop(frame.image, options_.preprocess);
    prepared.pixels.resize(std::size_t{3} * crop.width * crop.height);
    media::normalize(crop, options_.preprocess, prepared.pixels);
    return prepared;
}

bool FramePipeline::push(PreparedFrame frame, const base::StopToken& stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return queue_.size() < kQueueCapacity; })) return false;
    queue_.push_back(std::move(frame));
    ++frames_decoded_;
    changed_.notify_all();
    return true;
}

void FramePipeline::read_frames(const base::StopToken& stop) {
    std::exception_ptr failure;
    try {
        while (!stop.stop_requested()) {
            auto frame = [&] {
                const base::TraceSpan span("decode up to a frame");
                return reader_.next(stop);
            }();
            if (!frame || !push(prepare(std::move(*frame)), stop)) break;
        }
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    ended_ = true;
    changed_.notify_all();
}

std::vector<PreparedFrame> FramePipeline::next_batch(int count) {
    std::unique_lock lock(mutex_);
    std::vector<PreparedFrame> batch;
    // A batch may be larger than the queue: what has come is taken, which makes room for the rest.
    while (std::cmp_less(batch.size(), count)) {
        changed_.wait(lock, outer_stop_, [&] { return ended_ || !queue_.empty(); });
        base::throw_if_stopped(outer_stop_, "reading a video");
        if (queue_.empty()) {
            if (failure_) std::rethrow_exception(failure_);
            break;
        }
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
        changed_.notify_all();
    }
    return batch;
}

}  // namespace univi::session
