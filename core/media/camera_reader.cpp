#include "core/media/camera_reader.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "core/base/error.h"
#include "core/media/device_library.h"
#include "core/media/ffmpeg_error.h"
#include "core/media/video_source.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr auto kBetweenLooks = std::chrono::milliseconds(5);
constexpr const char* kScreenPicturesASecond = "10";

bool is_screen(const CameraSource& source) {
    return source.format == "x11grab";
}

std::string subject_of(const CameraSource& source) {
    return (is_screen(source) ? "The screen " : "The camera ") + source.device;
}

[[noreturn]] void refuse_to_open(const CameraSource& source, int code) {
    std::string what = " cannot be used as a camera (" + reason_of(code) + ")";
    if (is_screen(source))
        what = " cannot be seen (" + reason_of(code) + "); it must be a screen of X11";
    else if (code == AVERROR(ENOENT) || code == AVERROR(ENODEV) || code == AVERROR(ENXIO))
        what = " is not there; connect a camera";
    else if (code == AVERROR(EACCES) || code == AVERROR(EPERM))
        what = " may not be used; join the group video, or ask who manages this computer";
    else if (code == AVERROR(EBUSY))
        what = " is used by another program; close that first";
    throw Error(ErrorKind::Media, subject_of(source) + what + ".");
}

}  // namespace

CameraReader::CameraReader(const CameraSource& source, const CameraOptions& options,
                           const base::StopToken& stop)
    : source_(source), patience_(options.patience_s), stop_(stop) {
    device_library();
    av_log_set_level(AV_LOG_QUIET);
    open(options);
    open_decoder();
}

const AVFrame* CameraReader::next() {
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience_);
    while (true) {
        base::throw_if_stopped(stop_, "using a camera");
        const int given = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (given >= 0) return frame_.get();
        if (given == AVERROR_EOF) return nullptr;
        av_packet_unref(packet_.get());
        const int code = av_read_frame(format_.get(), packet_.get());
        if (code == AVERROR_EOF) return nullptr;
        if (code == AVERROR(EAGAIN)) {
            if (Clock::now() >= until) refuse(" sends no pictures; connect it again.");
            std::this_thread::sleep_for(kBetweenLooks);
            continue;
        }
        if (code < 0) refuse(" was lost (" + reason_of(code) + "); connect it again.");
        if (packet_->stream_index == stream_->index)
            avcodec_send_packet(decoder_.get(), packet_.get());
    }
}

void CameraReader::refuse(const std::string& what) const {
    throw Error(ErrorKind::Media, subject_of(source_) + what);
}

void CameraReader::open(const CameraOptions& options) {
    const bool is_camera = source_.format == "v4l2";
    const AVInputFormat* input = av_find_input_format(source_.format.c_str());
    if (!input || (!is_camera && !is_screen(source_) && source_.format != "lavfi"))
        throw Error(ErrorKind::Usage,
                    "Cameras are read by v4l2, screens by x11grab, shared ones by pipewire, and "
                    "test pictures by lavfi, not by " +
                        source_.format + ".");
    const std::string size = std::to_string(options.width) + "x" + std::to_string(options.height);
    // JPEG first: many cameras give few pictures a second without it.
    int code = is_camera ? open_input(*input, {{"video_size", size}, {"input_format", "mjpeg"}})
               : is_screen(source_) ? open_input(*input, {{"framerate", kScreenPicturesASecond}})
                                    : open_input(*input, {});
    if (code < 0 && is_camera) code = open_input(*input, {{"video_size", size}});
    if (code < 0 && is_camera) code = open_input(*input, {});
    if (code < 0) refuse_to_open(source_, code);
}

int CameraReader::open_input(const AVInputFormat& input,
                             std::initializer_list<std::pair<const char*, std::string>> values) {
    AVFormatContext* raw = avformat_alloc_context();
    if (!raw) throw Error(ErrorKind::Memory, "not enough memory to open a camera");
    raw->flags |= AVFMT_FLAG_NONBLOCK;
    DictHandle options = make_options(values);
    AVDictionary* raw_options = options.release();
    const int code = avformat_open_input(&raw, source_.device.c_str(), &input, &raw_options);
    options.reset(raw_options);
    format_.reset(raw);
    return code;
}

void CameraReader::open_decoder() {
    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) refuse(" gives no pictures.");
    stream_ = format_->streams[index];
    const AVCodec* codec = avcodec_find_decoder(stream_->codecpar->codec_id);
    decoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream_->codecpar) < 0 ||
        avcodec_open2(decoder_.get(), codec, nullptr) < 0)
        refuse(" gives pictures of a kind that is not read here.");
}

}  // namespace univi::media
