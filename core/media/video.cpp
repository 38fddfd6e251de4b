#include "core/media/video.h"

#include <cmath>
#include <fstream>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/media/frame_converter.h"
#include "core/media/frame_stream.h"
#include "core/media/picture_header.h"
#include "core/media/turned_frame.h"

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

/// Returns the duration by the frames themselves, because what the container says may be missing or
/// wrong.
double duration_s(const FrameStream& stream, double fps) {
    const double span = span_s(stream);
    return is_usable(span) ? span : stream.index().num_frames / fps;
}

}  // namespace

struct VideoReader::Impl {
    Impl(const std::filesystem::path& path, Reading how)
        : stream(path), converter(how), reading(how) {}

    FrameStream stream;
    FrameConverter converter;
    Reading reading;
    VideoInfo info;
    std::vector<int> sampled;
    std::size_t cursor = 0;
    int last_position = -1;           ///< of the frame given last
    std::optional<VideoFrame> first;  ///< decoded on opening, to refuse a broken video there

    int quarters() const {
        return reading == Reading::Reference ? stream.source().reference_quarters : 0;
    }
    Orientation orientation() const {
        return reading == Reading::People ? stream.source().orientation : Orientation{};
    }

    void read_info() {
        const AVCodecParameters& codec = *stream.source().stream->codecpar;
        const bool is_swapped = orientation().transpose || quarters() % 2 != 0;
        info.width = is_swapped ? codec.height : codec.width;
        info.height = is_swapped ? codec.width : codec.height;
        info.average_fps = average_fps(stream);
        info.num_frames = stream.index().num_frames;
        info.duration_s = duration_s(stream, info.average_fps);
    }

    void choose_frames(FrameSampling options) {
        options.keep_all_when_slow = true;
        try {
            sampled = sample_frame_indices(info.average_fps, info.num_frames, options);
        } catch (const Error& error) {
            throw Error(error.kind(), stream.source().name + ": " + error.what());
        }
        stream.set_wanted(sampled);
    }

    std::optional<VideoFrame> decode(const base::StopToken& stop) {
        while (cursor < sampled.size()) {
            const int asked = sampled[cursor++];
            const AVFrame* decoded = stream.frame_at(asked, stop);
            if (!decoded) break;
            const int position = stream.is_damaged() ? stream.position() : asked;
            if (stream.is_damaged() && position <= last_position) continue;  // given already
            last_position = position;
            VideoFrame frame{to_image(*decoded), position, stream.time_s()};
            if (frame.time_s < 0) frame.time_s = position / info.average_fps;
            return frame;
        }
        cursor = sampled.size();
        return std::nullopt;
    }

    Image to_image(const AVFrame& decoded) {
        const AVCodecParameters& codec = *stream.source().stream->codecpar;
        if (quarters() != 0)
            return converter.convert(*turned_frame(decoded, quarters()), info.width, info.height);
        const Image image = converter.convert(decoded, codec.width, codec.height);
        return orientation().is_identity() ? image : apply_orientation(image, orientation());
    }
};

VideoReader::VideoReader(const std::filesystem::path& path, const FrameSampling& options,
                         Reading reading)
    : impl_(std::make_unique<Impl>(path, reading)) {
    impl_->read_info();
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
    auto frame = impl_->decode(stop);
    if (!frame) impl_->stream.finish(stop);
    return frame;
}

VideoDamage VideoReader::damage() const {
    const int lost = impl_->stream.frames_lost();
    if (lost == 0) return {};
    return {lost, impl_->info.num_frames + impl_->stream.index().frames_missing};
}

std::string VideoDamage::sentence() const {
    return std::to_string(frames_lost) + " of " + std::to_string(frames_total) +
           " frames cannot be read";
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
