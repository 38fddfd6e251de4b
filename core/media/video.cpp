#include "core/media/video.h"

#include <cmath>
#include <fstream>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/media/frame_converter.h"
#include "core/media/frame_stream.h"
#include "core/media/picture_header.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

constexpr double kUsualFps = 25;  // for a raw stream that tells no times at all, as FFmpeg assumes

bool is_usable(double number) {
    return std::isfinite(number) && number > 0;
}

double rate(AVRational fraction) {
    return fraction.num > 0 && fraction.den > 0 ? av_q2d(fraction) : 0;
}

/// Seconds from the first frame to the end of the last one; 0 when the file has no times.
double span_s(const FrameStream& stream) {
    const PacketIndex& index = stream.index();
    if (!index.has_times) return 0;
    return double(index.end_pts - index.first_pts) * av_q2d(stream.source().stream->time_base);
}

/// The container's average, which decord takes too; where it says none, the frames' own times.
double average_fps(const FrameStream& stream) {
    const AVStream& container = *stream.source().stream;
    if (const double fps = rate(container.avg_frame_rate); is_usable(fps)) return fps;
    if (const double fps = stream.index().num_frames / span_s(stream); is_usable(fps)) return fps;
    if (const double fps = rate(container.r_frame_rate); is_usable(fps)) return fps;
    return kUsualFps;
}

/// By the frames themselves: what the container says may be missing or wrong.
double duration_s(const FrameStream& stream, double fps) {
    const double span = span_s(stream);
    return is_usable(span) ? span : stream.index().num_frames / fps;
}

}  // namespace

struct VideoReader::Impl {
    explicit Impl(const std::filesystem::path& path) : stream(path) {}

    FrameStream stream;
    FrameConverter converter;
    Orientation orientation;
    VideoInfo info;
    std::vector<int> sampled;
    std::size_t cursor = 0;
    std::optional<VideoFrame> first;  ///< decoded on opening, to refuse a broken video there

    void read_info(bool apply_rotation) {
        const AVCodecParameters& codec = *stream.source().stream->codecpar;
        if (apply_rotation) orientation = stream.source().orientation;
        info.width = orientation.transpose ? codec.height : codec.width;
        info.height = orientation.transpose ? codec.width : codec.height;
        info.average_fps = average_fps(stream);
        info.num_frames = stream.index().num_frames;
        info.duration_s = duration_s(stream, info.average_fps);
    }

    void choose_frames(SamplingOptions options) {
        options.keep_all_when_slow = true;
        try {
            sampled = sample_frame_indices(info.average_fps, info.num_frames, options);
        } catch (const Error& error) {
            throw Error(error.kind(), stream.source().name + ": " + error.what());
        }
        stream.set_wanted(sampled);
    }

    std::optional<VideoFrame> decode(const base::StopToken& stop) {
        if (cursor == sampled.size()) return std::nullopt;
        const int position = sampled[cursor];
        const AVFrame* decoded = stream.frame_at(position, stop);
        if (!decoded) {
            cursor = sampled.size();
            return std::nullopt;
        }
        ++cursor;
        const AVCodecParameters& codec = *stream.source().stream->codecpar;
        VideoFrame frame{converter.convert(*decoded, codec.width, codec.height), position,
                         stream.time_s()};
        if (!orientation.is_identity()) frame.image = apply_orientation(frame.image, orientation);
        if (frame.time_s < 0) frame.time_s = position / info.average_fps;
        return frame;
    }
};

VideoReader::VideoReader(const std::filesystem::path& path, const SamplingOptions& options,
                         bool apply_rotation)
    : impl_(std::make_unique<Impl>(path)) {
    impl_->read_info(apply_rotation);
    impl_->choose_frames(options);
    impl_->first = impl_->decode({});
    if (!impl_->first) {
        throw Error(ErrorKind::Media,
                    impl_->stream.source().name +
                        " has no frames that can be decoded; record or download it again");
    }
}

VideoReader::~VideoReader() = default;

const VideoInfo& VideoReader::info() const {
    return impl_->info;
}

const std::vector<int>& VideoReader::sampled_indices() const {
    return impl_->sampled;
}

std::optional<VideoFrame> VideoReader::next(const base::StopToken& stop) {
    base::throw_if_stopped(stop, "reading a video");
    if (impl_->first) return std::exchange(impl_->first, std::nullopt);
    return impl_->decode(stop);
}

bool is_video_file(const std::filesystem::path& path) {
    std::string beginning(64, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    const PictureKind kind = picture_kind(beginning);
    if (kind != PictureKind::Unknown && kind != PictureKind::Gif) return false;
    try {
        const VideoSource source = VideoSource::open(path);
        return kind != PictureKind::Gif || PacketIndex::scan(source).num_frames > 1;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace univi::media
