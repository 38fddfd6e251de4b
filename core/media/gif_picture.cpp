#include "core/media/gif_picture.h"

#include <cstring>

#include "core/base/error.h"
#include "core/media/ffmpeg_handles.h"
#include "core/media/frame_converter.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

/// FFmpeg's GIF decoder takes a whole file as one packet and stops after its first picture.
bool decode_first(AVCodecContext& decoder, const std::string& bytes, AVFrame& frame) {
    const PacketHandle packet(av_packet_alloc());
    if (!packet || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) {
        throw Error(ErrorKind::Memory, "not enough memory to read a GIF");
    }
    std::memcpy(packet->data, bytes.data(), bytes.size());
    if (avcodec_send_packet(&decoder, packet.get()) < 0) return false;
    if (avcodec_send_packet(&decoder, nullptr) < 0) return false;
    return avcodec_receive_frame(&decoder, &frame) >= 0;
}

}  // namespace

Image decode_gif_picture(const std::string& bytes, const std::string& name, Reading reading) {
    av_log_set_level(AV_LOG_QUIET);
    constexpr std::size_t kLargestPacket = std::size_t{1}
                                           << 30;  // FFmpeg counts packet bytes in an int
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_GIF);
    const CodecHandle decoder(codec ? avcodec_alloc_context3(codec) : nullptr);
    const FrameHandle frame(av_frame_alloc());
    const bool is_open = decoder && frame && bytes.size() < kLargestPacket &&
                         avcodec_open2(decoder.get(), codec, nullptr) >= 0;
    if (!is_open || !decode_first(*decoder, bytes, *frame)) {
        throw Error(ErrorKind::Media,
                    name + " is damaged and cannot be decoded; save or download it again");
    }
    return FrameConverter(reading).convert(*frame, frame->width, frame->height);
}

}  // namespace univi::media
