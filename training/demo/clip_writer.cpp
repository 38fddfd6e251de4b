// FFmpeg's C interface behind write_clip.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <cmath>
#include <memory>

#include "core/base/error.h"
#include "training/demo/clip.h"

namespace univi::training::demo {
namespace {

template <auto Free>
struct FreeByPointer {
    template <typename T>
    void operator()(T* handle) const {
        Free(&handle);
    }
};
struct FreeOutput {
    void operator()(AVFormatContext* context) const {
        if (context->pb) avio_closep(&context->pb);
        avformat_free_context(context);
    }
};
struct FreeScaler {
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using Output = std::unique_ptr<AVFormatContext, FreeOutput>;
using Encoder = std::unique_ptr<AVCodecContext, FreeByPointer<avcodec_free_context>>;
using Frame = std::unique_ptr<AVFrame, FreeByPointer<av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, FreeByPointer<av_packet_free>>;
using Scaler = std::unique_ptr<SwsContext, FreeScaler>;

/// One MP4 with one H.264 stream.
class ClipWriter {
  public:
    ClipWriter(const std::filesystem::path& path, const EncodeOptions& options)
        : path_(path.string()) {
        AVFormatContext* output = nullptr;
        check(avformat_alloc_output_context2(&output, nullptr, "mp4", path_.c_str()));
        output_.reset(output);
        open_encoder(options);
        stream_ = avformat_new_stream(output_.get(), nullptr);
        check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()));
        stream_->time_base = encoder_->time_base;
        stream_->avg_frame_rate = encoder_->framerate;
        check(avio_open(&output_->pb, path_.c_str(), AVIO_FLAG_WRITE));
        check(avformat_write_header(output_.get(), nullptr));
        frame_.reset(av_frame_alloc());
        frame_->format = encoder_->pix_fmt;
        frame_->width = frame_->height = options.side;
        check(av_frame_get_buffer(frame_.get(), 0));
        packet_.reset(av_packet_alloc());
        scaler_.reset(sws_getContext(options.side, options.side, AV_PIX_FMT_RGB24, options.side,
                                     options.side, encoder_->pix_fmt, SWS_BICUBIC, nullptr, nullptr,
                                     nullptr));
    }

    void write(const cv::Mat& rgb) {
        check(av_frame_make_writable(frame_.get()));
        const std::uint8_t* const planes[] = {rgb.data};
        const int strides[] = {static_cast<int>(rgb.step)};
        sws_scale(scaler_.get(), planes, strides, 0, rgb.rows, frame_->data, frame_->linesize);
        frame_->pts = count_++;
        check(avcodec_send_frame(encoder_.get(), frame_.get()));
        drain();
    }

    void finish() {
        check(avcodec_send_frame(encoder_.get(), nullptr));
        drain();
        check(av_write_trailer(output_.get()));
        check(avio_closep(&output_->pb));
    }

  private:
    void check(int code) const {
        if (code >= 0) return;
        char reason[AV_ERROR_MAX_STRING_SIZE] = {};
        av_strerror(code, reason, sizeof reason);
        throw base::Error(base::ErrorKind::File,
                          "The clip " + path_ + " could not be written: " + reason + ".");
    }

    void open_encoder(const EncodeOptions& options) {
        const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
        if (!codec)
            throw base::Error(base::ErrorKind::Media,
                              "FFmpeg has no encoder libx264, which the demo's clips need.");
        encoder_.reset(avcodec_alloc_context3(codec));
        encoder_->width = encoder_->height = options.side;
        encoder_->time_base = {1, options.fps};
        encoder_->framerate = {options.fps, 1};
        encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
        encoder_->thread_count = 1;  // the same bytes on every machine
        encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
        av_opt_set(encoder_->priv_data, "preset", options.preset, 0);
        av_opt_set_int(encoder_->priv_data, "crf", options.crf, 0);
        output_->flags |= AVFMT_FLAG_BITEXACT;
        check(avcodec_open2(encoder_.get(), codec, nullptr));
    }

    void drain() {
        for (;;) {
            const int code = avcodec_receive_packet(encoder_.get(), packet_.get());
            if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
            check(code);
            packet_->duration = 1;
            av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
            packet_->stream_index = stream_->index;
            check(av_interleaved_write_frame(output_.get(), packet_.get()));
        }
    }

    std::string path_;
    Output output_;
    Encoder encoder_;
    AVStream* stream_ = nullptr;
    Frame frame_;
    Packet packet_;
    Scaler scaler_;
    std::int64_t count_ = 0;
};

}  // namespace

void write_clip(const std::filesystem::path& path, const Clip& clip, const StampLibrary& stamps,
                const EncodeOptions& options) {
    av_log_set_level(AV_LOG_ERROR);
    ClipWriter writer(path, options);
    const int frames = static_cast<int>(std::lround(clip.duration_s * options.fps));
    for (int i = 0; i < frames; ++i)
        writer.write(render_frame(clip, stamps, options.side, double(i) / options.fps));
    writer.finish();
}

}  // namespace univi::training::demo
