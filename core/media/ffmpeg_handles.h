#pragma once

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

namespace univi::media {

/// Owns an FFmpeg handle whose free function takes a pointer to the handle.
template <auto Free>
struct FfmpegDeleter {
    template <class T>
    void operator()(T* handle) const {
        Free(&handle);
    }
};

struct ScalerDeleter {
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

/// Closes the file of a muxer, too, which avformat_free_context() leaves open.
struct OutputFormatDeleter {
    void operator()(AVFormatContext* output) const {
        avio_closep(&output->pb);
        avformat_free_context(output);
    }
};

using OutputFormatHandle = std::unique_ptr<AVFormatContext, OutputFormatDeleter>;
using FormatHandle = std::unique_ptr<AVFormatContext, FfmpegDeleter<avformat_close_input>>;
using CodecHandle = std::unique_ptr<AVCodecContext, FfmpegDeleter<avcodec_free_context>>;
using FrameHandle = std::unique_ptr<AVFrame, FfmpegDeleter<av_frame_free>>;
using PacketHandle = std::unique_ptr<AVPacket, FfmpegDeleter<av_packet_free>>;
using DictHandle = std::unique_ptr<AVDictionary, FfmpegDeleter<av_dict_free>>;
using ScalerHandle = std::unique_ptr<SwsContext, ScalerDeleter>;

}  // namespace univi::media
