#include "tests/support/clips.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "core/media/ffmpeg_handles.h"

namespace univi::test {

namespace {

using namespace univi::media;

constexpr int kBars = 10;

void require(bool condition, const char* step) {
    if (!condition) throw std::runtime_error(std::string("making a test clip failed: ") + step);
}

struct OutputDeleter {
    void operator()(AVFormatContext* output) const {
        if (output->pb) avio_closep(&output->pb);
        avformat_free_context(output);
    }
};
using OutputHandle = std::unique_ptr<AVFormatContext, OutputDeleter>;

/// One encoder writing into one container.
class Recorder {
  public:
    Recorder(const std::filesystem::path& path, const std::string& muxer,
             const std::string& codec) {
        av_log_set_level(AV_LOG_QUIET);
        AVFormatContext* made = nullptr;
        avformat_alloc_output_context2(&made, nullptr, muxer.empty() ? nullptr : muxer.c_str(),
                                       path.c_str());
        output.reset(made);
        require(made != nullptr, "container");
        codec_ = avcodec_find_encoder_by_name(codec.c_str());
        require(codec_ != nullptr, "encoder");
        encoder.reset(avcodec_alloc_context3(codec_));
        stream = avformat_new_stream(output.get(), nullptr);
        packet_.reset(av_packet_alloc());
        if (output->oformat->flags & AVFMT_GLOBALHEADER)
            encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }

    void begin(const std::string& codec_options, const std::string& muxer_options) {
        AVDictionary* options = nullptr;
        av_dict_parse_string(&options, codec_options.c_str(), "=", ";", 0);
        require(avcodec_open2(encoder.get(), codec_, &options) >= 0, "encoder options");
        av_dict_free(&options);
        require(avcodec_parameters_from_context(stream->codecpar, encoder.get()) >= 0,
                "parameters");
        stream->time_base = encoder->time_base;
        require(avio_open(&output->pb, output->url, AVIO_FLAG_WRITE) >= 0, "file");
        av_dict_parse_string(&options, muxer_options.c_str(), "=", ";", 0);
        require(avformat_write_header(output.get(), &options) >= 0, "header");
        av_dict_free(&options);
    }

    void encode(const AVFrame* frame) {
        require(avcodec_send_frame(encoder.get(), frame) >= 0, "encode");
        while (avcodec_receive_packet(encoder.get(), packet_.get()) >= 0) {
            packet_->stream_index = stream->index;
            // Without it MP4 takes the last frame for one of no length, and readers drop it.
            if (packet_->duration == 0) packet_->duration = frame_ticks;
            av_packet_rescale_ts(packet_.get(), encoder->time_base, stream->time_base);
            require(av_interleaved_write_frame(output.get(), packet_.get()) >= 0, "write");
        }
    }

    void end() {
        encode(nullptr);
        require(av_write_trailer(output.get()) >= 0, "trailer");
    }

    OutputHandle output;
    CodecHandle encoder;
    AVStream* stream = nullptr;
    std::int64_t frame_ticks = 0;  ///< length of a frame in units of the encoder's time base

  private:
    const AVCodec* codec_ = nullptr;
    PacketHandle packet_;
};

void set_rotation(AVStream& stream, int clockwise_degrees, bool is_mirrored) {
    if (clockwise_degrees == 0 && !is_mirrored) return;
    auto* matrix = reinterpret_cast<std::int32_t*>(
        av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
    // FFmpeg's angle is counterclockwise, its setter takes the opposite sign.
    av_display_rotation_set(matrix, clockwise_degrees);
    if (is_mirrored) av_display_matrix_flip(matrix, 1, 0);
}

FrameHandle to_frame(const Image& picture, AVPixelFormat format) {
    FrameHandle frame(av_frame_alloc());
    frame->format = format;
    frame->width = picture.width;
    frame->height = picture.height;
    require(av_frame_get_buffer(frame.get(), 0) >= 0, "frame");
    const ScalerHandle scaler(sws_getContext(picture.width, picture.height, AV_PIX_FMT_RGB24,
                                             picture.width, picture.height, format, SWS_BICUBIC,
                                             nullptr, nullptr, nullptr));
    const std::uint8_t* source = picture.rgb.data();
    const int stride = picture.width * 3;
    sws_scale(scaler.get(), &source, &stride, 0, picture.height, frame->data, frame->linesize);
    return frame;
}

void fill(Image& picture, int x0, int y0, int x1, int y1, std::uint8_t r, std::uint8_t g,
          std::uint8_t b) {
    for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
            std::uint8_t* pixel = picture.rgb.data() + (std::size_t(y) * picture.width + x) * 3;
            pixel[0] = r, pixel[1] = g, pixel[2] = b;
        }
    }
}

}  // namespace

Image numbered_picture(int number, int width, int height) {
    Image picture{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3)};
    fill(picture, 0, 0, width, height, 90, static_cast<std::uint8_t>(100 + number % 50), 110);
    for (int bar = 0; bar < kBars; ++bar) {
        const std::uint8_t shade = number >> bar & 1 ? 235 : 20;
        fill(picture, width * bar / kBars, 0, width * (bar + 1) / kBars, height / 2, shade, shade,
             shade);
    }
    fill(picture, 0, height * 3 / 4, width / 4, height, 220, 20, 20);
    // Something that moves, so that frames depend on each other.
    const int x = number * 3 % std::max(1, width - width / 8);
    fill(picture, x, height * 9 / 16, x + width / 8, height * 11 / 16, 30, 200, 60);
    return picture;
}

int read_number(const Image& picture) {
    int number = 0;
    for (int bar = 0; bar < kBars; ++bar) {
        const int shade =
            picture.pixel(picture.width * (2 * bar + 1) / (2 * kBars), picture.height / 4)[1];
        if (shade > 80 && shade < 175) return -1;
        if (shade >= 175) number |= 1 << bar;
    }
    return number;
}

void write_clip(const std::filesystem::path& path, const ClipOptions& options) {
    Recorder recorder(path, options.muxer, options.codec);
    AVCodecContext& encoder = *recorder.encoder;
    encoder.width = options.width;
    encoder.height = options.height;
    encoder.time_base = options.variable_rate ? AVRational{1, 1000} : AVRational{1, options.fps};
    if (!options.variable_rate) encoder.framerate = {options.fps, 1};
    encoder.pix_fmt = options.codec == "gif" ? AV_PIX_FMT_RGB8 : AV_PIX_FMT_YUV420P;
    if (options.codec == "mjpeg") encoder.pix_fmt = AV_PIX_FMT_YUVJ420P;
    recorder.frame_ticks = options.variable_rate ? 20 : 1;
    encoder.gop_size = options.gop;
    encoder.max_b_frames = options.b_frames;
    encoder.bit_rate = 2'000'000;
    encoder.thread_count = 1;
    set_rotation(*recorder.stream, options.clockwise_degrees, options.is_mirrored);
    recorder.begin(options.codec_options, options.muxer_options);
    std::int64_t pts = 0;
    for (int i = 0; i < options.num_frames; ++i) {
        const FrameHandle frame =
            to_frame(numbered_picture(i, options.width, options.height), encoder.pix_fmt);
        frame->pts = pts;
        pts += !options.variable_rate ? 1 : i % 2 ? 100 : 20;
        recorder.encode(frame.get());
    }
    recorder.end();
}

void write_sound(const std::filesystem::path& path, const std::string& codec) {
    Recorder recorder(path, "", codec);
    AVCodecContext& encoder = *recorder.encoder;
    encoder.sample_rate = 44100;
    encoder.time_base = {1, 44100};
    encoder.sample_fmt = avcodec_find_encoder_by_name(codec.c_str())->sample_fmts[0];
    av_channel_layout_default(&encoder.ch_layout, 1);
    recorder.begin("", "");
    const int size = encoder.frame_size > 0 ? encoder.frame_size : 1024;
    for (std::int64_t pts = 0; pts < 44100; pts += size) {
        const FrameHandle frame(av_frame_alloc());
        frame->format = encoder.sample_fmt;
        frame->nb_samples = size;
        frame->sample_rate = 44100;
        frame->pts = pts;
        av_channel_layout_copy(&frame->ch_layout, &encoder.ch_layout);
        require(av_frame_get_buffer(frame.get(), 0) >= 0, "sound");
        std::memset(frame->data[0], 0, std::size_t(frame->linesize[0]));
        recorder.encode(frame.get());
    }
    recorder.end();
}

}  // namespace univi::test
