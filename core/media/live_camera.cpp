#include "core/media/live_camera.h"

extern "C" {
#include <libavutil/base64.h>
}

#include <algorithm>
#include <cmath>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/media/jpeg_clip.h"
#include "core/media/open_frames.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr std::int64_t kBetweenShown = 200;  ///< ms

std::string base64_of(const AVPacket& packet) {
    std::string text(AV_BASE64_SIZE(packet.size), '\0');
    av_base64_encode(text.data(), static_cast<int>(text.size()), packet.data, packet.size);
    text.pop_back();  // the zero at its end
    return text;
}

void check(const LiveOptions& options) {
    if (options.frames < 1 || options.frames > kMostLiveFrames)
        throw Error(ErrorKind::Usage,
                    "A live window holds 1 to " + std::to_string(kMostLiveFrames) + " frames.");
    if (!(options.every_s >= kLeastLiveEvery && options.every_s <= kMostLiveEvery))
        throw Error(ErrorKind::Usage,
                    "The frames of a live window lie 0.1 to 600 seconds from one another.");
}

struct HeldFrame {
    std::shared_ptr<const AVPacket> jpeg;
    std::int64_t ms = 0;
};

double seconds_of(std::int64_t ms) {
    return double(ms) / 1000;
}

/// A recording of every picture, from the first that comes.
class Recording {
  public:
    Recording(const fs::path& file, const JpegEncoder& encoder, AVRational rate)
        : clip(file, encoder, rate),
          frame_ms(rate.num > 0 ? av_rescale(1000, rate.den, rate.num) : 40) {}

    void write(const AVPacket& jpeg, std::int64_t ms) {
        if (failure) return;
        try {
            if (!start) start = ms;
            clip.write(jpeg, ms - *start);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    double finish() {
        if (failure) std::rethrow_exception(failure);
        clip.finish();
        return seconds_of(std::max<std::int64_t>(clip.last_ms(), 0) + frame_ms);
    }

  private:
    JpegClip clip;
    std::optional<std::int64_t> start;
    std::exception_ptr failure;  ///< then nothing more is written
    std::int64_t frame_ms;       ///< how long the last picture stands
};

}  // namespace

struct LiveCamera::Impl {
    Impl(const CameraSource& source, const LiveOptions& options, Observer observer)
        : source(source), options(options), observer(std::move(observer)) {
        thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    void run(const base::StopToken& stop) {
        std::exception_ptr failure;
        try {
            read(*open_frames(source, options.camera, stop));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Stopped) failure = std::current_exception();
        } catch (...) {
            failure = std::current_exception();
        }
        if (observer.on_end) observer.on_end(failure);
    }

    void read(FrameReader& camera) {
        std::optional<std::int64_t> start;
        std::int64_t last = -1;
        while (const AVFrame* frame = camera.next()) {
            if (!start) start = frame->best_effort_timestamp;
            const std::int64_t ms = av_rescale_q(frame->best_effort_timestamp - *start,
                                                 camera.time_base(), kMilliseconds);
            if (ms <= last) continue;
            last = ms;
            take(*frame, ms, camera.rate());
            show(*frame, ms);
        }
    }

    /// Encodes the frame where the window or a recording wants it.
    void take(const AVFrame& frame, std::int64_t ms, AVRational given_rate) {
        const bool is_due = ms >= next_taken;
        const std::lock_guard lock(mutex);
        if (!jpegs) jpegs.emplace(frame.width, frame.height);
        rate = given_rate;
        if (!is_due && !recording) return;
        const std::shared_ptr<const AVPacket> jpeg = jpegs->encode(frame);
        if (recording) recording->write(*jpeg, ms);
        if (!is_due) return;
        const auto every = std::llround(options.every_s * 1000);
        next_taken = std::max<std::int64_t>(next_taken + every, ms + every / 2);
        held.push_back({jpeg, ms});
        if (std::cmp_greater(held.size(), options.frames)) held.pop_front();
        ++taken;
    }

    void show(const AVFrame& frame, std::int64_t ms) {
        if (!observer.on_picture || (last_shown && ms - *last_shown < kBetweenShown)) return;
        last_shown = ms;
        if (!small) {
            const double scale = std::min(1.0, double(kLivePictureWidth) / frame.width);
            small.emplace(std::max(2, int(std::lround(frame.width * scale))),
                          std::max(2, int(std::lround(frame.height * scale))));
        }
        observer.on_picture(
            {base64_of(*small->encode(frame)), seconds_of(ms), int(held.size()), taken});
    }

    CameraSource source;
    LiveOptions options;
    Observer observer;
    mutable std::mutex mutex;  ///< of what follows up to `recording`
    std::optional<JpegEncoder> jpegs;
    AVRational rate{0, 1};
    std::deque<HeldFrame> held;
    std::int64_t taken = 0;
    std::unique_ptr<Recording> recording;
    // Of the reading thread alone.
    std::int64_t next_taken = 0;
    std::optional<std::int64_t> last_shown;
    std::optional<JpegEncoder> small;
    std::jthread thread;  // last: joined before what it uses goes
};

LiveCamera::LiveCamera(const CameraSource& source, const LiveOptions& options, Observer observer) {
    check(options);
    impl_ = std::make_unique<Impl>(source, options, std::move(observer));
}

LiveCamera::~LiveCamera() {
    impl_->thread.request_stop();
    impl_->thread.join();
    try {
        if (impl_->recording) impl_->recording->finish();
    } catch (const Error&) {
        // Nobody waits for it any more.
    }
}

LiveWindow LiveCamera::write_window(const fs::path& file) const {
    std::unique_lock lock(impl_->mutex);
    const auto held = impl_->held;
    if (held.empty()) throw Error(ErrorKind::Media, "There is no picture yet; wait for the first.");
    const auto every = static_cast<int>(std::lround(impl_->options.every_s * 1000));
    JpegClip clip(file, *impl_->jpegs, {1000, every});
    lock.unlock();
    for (const HeldFrame& frame : held) clip.write(*frame.jpeg, frame.ms - held.front().ms);
    clip.finish();
    return {static_cast<int>(held.size()), seconds_of(held.front().ms), seconds_of(held.back().ms)};
}

void LiveCamera::record(const fs::path& file) {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->recording) throw Error(ErrorKind::Usage, "It is recorded already; end that first.");
    if (!impl_->jpegs)
        throw Error(ErrorKind::Media, "There is no picture yet; wait for the first.");
    impl_->recording = std::make_unique<Recording>(file, *impl_->jpegs, impl_->rate);
}

double LiveCamera::end_recording() {
    std::unique_lock lock(impl_->mutex);
    if (!impl_->recording) throw Error(ErrorKind::Usage, "Nothing is being recorded.");
    const std::unique_ptr<Recording> ended = std::exchange(impl_->recording, nullptr);
    lock.unlock();
    return ended->finish();
}

}  // namespace univi::media
