#include "core/media/jpeg_clip.h"

#include <string>
#include <system_error>

#include "core/base/error.h"
#include "core/media/ffmpeg_error.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr int kJpegScale = 3;  ///< FFmpeg's, 1 (best) to 31

void check_picture(bool good) {
    if (!good) throw Error(ErrorKind::Media, "The camera's pictures cannot be converted.");
}

}  // namespace

JpegEncoder::JpegEncoder(int width, int height) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    encoder_.reset(avcodec_alloc_context3(codec));
    check_picture(encoder_ && width >= 2 && height >= 2);
    encoder_->width = width & ~1;
    encoder_->height = height & ~1;
    encoder_->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder_->time_base = kMilliseconds;
    encoder_->flags |= AV_CODEC_FLAG_QSCALE;
    encoder_->global_quality = kJpegScale * FF_QP2LAMBDA;
    check_picture(avcodec_open2(encoder_.get(), codec, nullptr) >= 0);
    picture_->format = encoder_->pix_fmt;
    picture_->width = encoder_->width;
    picture_->height = encoder_->height;
    check_picture(av_frame_get_buffer(picture_.get(), 0) >= 0);
}

PacketHandle JpegEncoder::encode(const AVFrame& frame) {
    scaler_.reset(sws_getCachedContext(
        scaler_.release(), frame.width, frame.height, AVPixelFormat(frame.format), picture_->width,
        picture_->height, AV_PIX_FMT_YUVJ420P, SWS_BICUBIC, nullptr, nullptr, nullptr));
    check_picture(scaler_ && av_frame_make_writable(picture_.get()) >= 0);
    sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, picture_->data,
              picture_->linesize);
    ++picture_->pts;
    picture_->quality = encoder_->global_quality;
    PacketHandle packet(av_packet_alloc());
    check_picture(packet && avcodec_send_frame(encoder_.get(), picture_.get()) >= 0 &&
                  avcodec_receive_packet(encoder_.get(), packet.get()) >= 0);
    return packet;
}

JpegClip::JpegClip(const fs::path& file, const JpegEncoder& encoder, AVRational rate)
    : file_(file),
      folder_("recording", file.has_parent_path() ? file.parent_path() : fs::path(".")),
      part_(folder_.path() / "recording.mkv") {
    AVFormatContext* raw = nullptr;
    check_recording(avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr), file_);
    output_.reset(raw);
    AVStream* stream = avformat_new_stream(output_.get(), nullptr);
    check_recording(avcodec_parameters_from_context(stream->codecpar, &encoder.context()), file_);
    stream->time_base = kMilliseconds;
    stream->avg_frame_rate = rate;
    check_recording(avio_open(&output_->pb, ("file:" + part_.string()).c_str(), AVIO_FLAG_WRITE),
                    file_);
    check_recording(avformat_write_header(output_.get(), nullptr), file_);
}

void JpegClip::write(const AVPacket& jpeg, std::int64_t ms) {
    av_packet_unref(packet_.get());
    check_recording(av_packet_ref(packet_.get(), &jpeg), file_);
    packet_->stream_index = 0;
    packet_->pts = packet_->dts = ms;
    packet_->duration = 0;
    av_packet_rescale_ts(packet_.get(), kMilliseconds, output_->streams[0]->time_base);
    check_recording(av_interleaved_write_frame(output_.get(), packet_.get()), file_);
    last_ms_ = ms;
}

void JpegClip::finish() {
    check_recording(av_write_trailer(output_.get()), file_);
    check_recording(avio_closep(&output_->pb), file_);
    std::error_code error;
    fs::rename(part_, file_, error);
    if (error)
        throw Error(ErrorKind::File, "cannot record to " + file_.string() + ": " + error.message());
}

}  // namespace univi::media
