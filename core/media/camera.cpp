#include "core/media/camera.h"

extern "C" {
#include <libavdevice/avdevice.h>
}

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include "core/base/error.h"
#include "core/base/temporary_folder.h"
#include "core/media/ffmpeg_handles.h"
#include "core/media/frame_converter.h"
#include "core/media/image_file.h"
#include "core/media/video_source.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr int kFramesForLight = 12;  ///< a camera's first ones are dark
constexpr int kJpegScale = 3;        ///< FFmpeg's, 1 (best) to 31
constexpr auto kBetweenLooks = std::chrono::milliseconds(5);
constexpr AVRational kMilliseconds{1, 1000};

std::string reason_of(int code) {
    std::array<char, 128> reason{};
    av_strerror(code, reason.data(), reason.size());
    return reason.data();
}

[[noreturn]] void refuse_to_open(const std::string& device, int code) {
    std::string what = " cannot be used as a camera (" + reason_of(code) + ")";
    if (code == AVERROR(ENOENT) || code == AVERROR(ENODEV) || code == AVERROR(ENXIO))
        what = " is not there; connect a camera";
    if (code == AVERROR(EACCES) || code == AVERROR(EPERM))
        what = " may not be used; join the group video, or ask who manages this computer";
    if (code == AVERROR(EBUSY)) what = " is used by another program; close that first";
    throw Error(ErrorKind::Media, "The camera " + device + what + ".");
}

/// Frames of a camera, one after another.
class CameraReader {
  public:
    CameraReader(const CameraSource& source, const CameraOptions& options,
                 const base::StopToken& stop)
        : source_(source), patience_(options.patience_s), stop_(stop) {
        avdevice_register_all();
        av_log_set_level(AV_LOG_QUIET);
        open(options);
        open_decoder();
    }

    /// The next frame, which lives until the one after it; null where the source ended.
    const AVFrame* next() {
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
    AVRational time_base() const { return stream_->time_base; }
    AVRational rate() const { return av_guess_frame_rate(format_.get(), stream_, nullptr); }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Media, "The camera " + source_.device + what);
    }

  private:
    void open(const CameraOptions& options) {
        const bool is_camera = source_.format == "v4l2";
        const AVInputFormat* input = av_find_input_format(source_.format.c_str());
        if (!input || (!is_camera && source_.format != "lavfi"))
            throw Error(ErrorKind::Usage,
                        "Cameras are read by v4l2, and test pictures by lavfi, "
                        "not by " +
                            source_.format + ".");
        const std::string size =
            std::to_string(options.width) + "x" + std::to_string(options.height);
        // JPEG first: many cameras give few pictures a second without it.
        int code = is_camera ? open_input(*input, {{"video_size", size}, {"input_format", "mjpeg"}})
                             : open_input(*input, {});
        if (code < 0 && is_camera) code = open_input(*input, {{"video_size", size}});
        if (code < 0 && is_camera) code = open_input(*input, {});
        if (code < 0) refuse_to_open(source_.device, code);
    }
    int open_input(const AVInputFormat& input,
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
    void open_decoder() {
        const int index =
            av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
        if (index < 0) refuse(" gives no pictures.");
        stream_ = format_->streams[index];
        const AVCodec* codec = avcodec_find_decoder(stream_->codecpar->codec_id);
        decoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
        if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream_->codecpar) < 0 ||
            avcodec_open2(decoder_.get(), codec, nullptr) < 0)
            refuse(" gives pictures of a kind that is not read here.");
    }

    CameraSource source_;
    std::chrono::duration<double> patience_;
    base::StopToken stop_;
    FormatHandle format_;
    AVStream* stream_ = nullptr;
    CodecHandle decoder_;
    FrameHandle frame_{av_frame_alloc()};
    PacketHandle packet_{av_packet_alloc()};
};

void check(int code, const fs::path& file) {
    if (code < 0)
        throw Error(ErrorKind::File, "cannot record to " + file.string() + ": " + reason_of(code));
}

/// Pictures as JPEGs in Matroska, in a temporary folder beside the file until finish().
class JpegRecording {
  public:
    JpegRecording(const fs::path& file, const AVFrame& first, AVRational rate)
        : file_(file),
          folder_("recording", file.has_parent_path() ? file.parent_path() : fs::path(".")),
          part_(folder_.path() / "recording.mkv") {
        const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
        encoder_.reset(avcodec_alloc_context3(codec));
        encoder_->width = first.width & ~1;
        encoder_->height = first.height & ~1;
        encoder_->pix_fmt = AV_PIX_FMT_YUVJ420P;
        encoder_->time_base = kMilliseconds;
        encoder_->flags |= AV_CODEC_FLAG_QSCALE;
        encoder_->global_quality = kJpegScale * FF_QP2LAMBDA;
        check(avcodec_open2(encoder_.get(), codec, nullptr), file_);
        AVFormatContext* raw = nullptr;
        check(avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr), file_);
        output_.reset(raw);
        AVStream* stream = avformat_new_stream(output_.get(), nullptr);
        check(avcodec_parameters_from_context(stream->codecpar, encoder_.get()), file_);
        stream->time_base = kMilliseconds;
        stream->avg_frame_rate = rate;
        check(avio_open(&output_->pb, ("file:" + part_.string()).c_str(), AVIO_FLAG_WRITE), file_);
        check(avformat_write_header(output_.get(), nullptr), file_);
        picture_->format = encoder_->pix_fmt;
        picture_->width = encoder_->width;
        picture_->height = encoder_->height;
        check(av_frame_get_buffer(picture_.get(), 0), file_);
    }
    void write(const AVFrame& frame, std::int64_t ms) {
        scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height,
                                           AVPixelFormat(frame.format), picture_->width,
                                           picture_->height, AV_PIX_FMT_YUVJ420P, SWS_BICUBIC,
                                           nullptr, nullptr, nullptr));
        if (!scaler_) throw Error(ErrorKind::Media, "The camera's pictures cannot be converted.");
        check(av_frame_make_writable(picture_.get()), file_);
        sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, picture_->data,
                  picture_->linesize);
        picture_->pts = ms;
        picture_->quality = encoder_->global_quality;
        check(avcodec_send_frame(encoder_.get(), picture_.get()), file_);
        drain();
    }
    void finish() {
        check(avcodec_send_frame(encoder_.get(), nullptr), file_);
        drain();
        check(av_write_trailer(output_.get()), file_);
        check(avio_closep(&output_->pb), file_);
        std::error_code error;
        fs::rename(part_, file_, error);
        if (error)
            throw Error(ErrorKind::File,
                        "cannot record to " + file_.string() + ": " + error.message());
    }

  private:
    void drain() {
        while (avcodec_receive_packet(encoder_.get(), packet_.get()) >= 0) {
            packet_->stream_index = 0;
            av_packet_rescale_ts(packet_.get(), kMilliseconds, output_->streams[0]->time_base);
            check(av_interleaved_write_frame(output_.get(), packet_.get()), file_);
        }
    }

    fs::path file_;
    base::TemporaryFolder folder_;
    fs::path part_;
    CodecHandle encoder_;
    OutputFormatHandle output_;  // closed before its folder is removed
    ScalerHandle scaler_;
    FrameHandle picture_{av_frame_alloc()};
    PacketHandle packet_{av_packet_alloc()};
};

}  // namespace

std::vector<Camera> list_cameras() {
    avdevice_register_all();
    av_log_set_level(AV_LOG_QUIET);
    AVDeviceInfoList* list = nullptr;
    std::vector<Camera> cameras;
    if (avdevice_list_input_sources(av_find_input_format("v4l2"), nullptr, nullptr, &list) >= 0)
        for (int i = 0; list && i < list->nb_devices; ++i)
            cameras.push_back(
                {list->devices[i]->device_name, list->devices[i]->device_description});
    avdevice_free_list_devices(&list);
    std::ranges::sort(cameras, {}, &Camera::device);
    return cameras;
}

double record_camera(const CameraSource& source, const fs::path& file, const CameraOptions& options,
                     const base::StopToken& stop) {
    if (!(options.seconds > 0) || options.seconds > 3600)
        throw Error(ErrorKind::Usage,
                    "A camera is recorded for more than 0 and at most 3600 seconds.");
    CameraReader camera(source, options, stop);
    std::optional<JpegRecording> recording;
    std::int64_t start = 0, last = -1;
    const auto most = static_cast<std::int64_t>(options.seconds * 1000);
    while (const AVFrame* frame = camera.next()) {
        if (!recording) start = frame->best_effort_timestamp;
        const std::int64_t ms =
            av_rescale_q(frame->best_effort_timestamp - start, camera.time_base(), kMilliseconds);
        if (ms >= most) break;
        if (ms <= last) continue;
        if (!recording) recording.emplace(file, *frame, camera.rate());
        recording->write(*frame, ms);
        last = ms;
    }
    if (!recording) camera.refuse(" sends no pictures; connect it again.");
    recording->finish();
    const AVRational rate = camera.rate();
    return double(last) / 1000 + (rate.num > 0 ? double(rate.den) / rate.num : 0.04);
}

void photograph(const CameraSource& source, const fs::path& file, const CameraOptions& options,
                const base::StopToken& stop) {
    CameraReader camera(source, options, stop);
    FrameConverter converter(Reading::People);
    std::optional<Image> picture;
    for (int i = 0; i < kFramesForLight; ++i) {
        const AVFrame* frame = camera.next();
        if (!frame) break;
        if (i + 1 == kFramesForLight || !picture)
            picture = converter.convert(*frame, frame->width, frame->height);
    }
    if (!picture) camera.refuse(" sends no pictures; connect it again.");
    write_image(file, *picture);
}

}  // namespace univi::media
