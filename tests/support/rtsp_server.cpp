#include "tests/support/rtsp_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>

#include "tests/support/loopback.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace univi::test {

namespace {

constexpr int kPacketBytes = 1400;

void check(bool is_good) {
    if (!is_good) throw std::runtime_error("the test's camera does not work");
}

/// Takes a clip apart into RTP packets.
class RtpPackets {
  public:
    /// `take` gets every packet, RTCP's too.
    RtpPackets(const std::filesystem::path& clip, std::function<bool(std::string)> take)
        : take_(std::move(take)) {
        check(avformat_open_input(&in_, clip.c_str(), nullptr, nullptr) == 0 &&
              avformat_find_stream_info(in_, nullptr) >= 0);
        check(avformat_alloc_output_context2(&out_, nullptr, "rtp", nullptr) >= 0);
        AVStream* stream = avformat_new_stream(out_, nullptr);
        check(avcodec_parameters_copy(stream->codecpar, in_->streams[0]->codecpar) >= 0);
        stream->codecpar->codec_tag = 0;
        stream->time_base = in_->streams[0]->time_base;
        auto* buffer = static_cast<unsigned char*>(av_malloc(kPacketBytes));
        out_->pb = avio_alloc_context(buffer, kPacketBytes, 1, this, nullptr, &write, nullptr);
        out_->pb->max_packet_size = kPacketBytes;
        check(avformat_write_header(out_, nullptr) >= 0);
    }
    ~RtpPackets() {
        is_taken_ = false;       // the muxer's farewell goes nowhere
        av_write_trailer(out_);  // frees what the header made
        av_free(out_->pb->buffer);
        avio_context_free(&out_->pb);
        avformat_free_context(out_);
        avformat_close_input(&in_);
    }

    std::string description() {
        std::array<char, 4096> text{};
        check(av_sdp_create(&out_, 1, text.data(), int(text.size())) == 0);
        return std::string(text.data()) + "a=control:trackID=0\r\n";
    }
    void play() {
        AVPacket* packet = av_packet_alloc();
        while (is_taken_ && av_read_frame(in_, packet) >= 0) {
            if (packet->stream_index == 0) {
                av_packet_rescale_ts(packet, in_->streams[0]->time_base,
                                     out_->streams[0]->time_base);
                av_write_frame(out_, packet);
                avio_flush(out_->pb);
            }
            av_packet_unref(packet);
        }
        av_packet_free(&packet);
    }

  private:
    static int write(void* self, std::uint8_t* bytes, int size) {
        auto& packets = *static_cast<RtpPackets*>(self);
        if (packets.is_taken_)
            packets.is_taken_ =
                packets.take_(std::string(reinterpret_cast<char*>(bytes), std::size_t(size)));
        return size;
    }

    std::function<bool(std::string)> take_;
    bool is_taken_ = true;
    AVFormatContext *in_ = nullptr, *out_ = nullptr;
};

/// A packet as it stands inside an RTSP connection: channel 0 is RTP, channel 1 RTCP.
std::string interleaved(const std::string& packet) {
    const auto kind = static_cast<unsigned char>(packet[1]);
    std::string framed = "$";
    framed += kind >= 200 && kind <= 204 ? '\1' : '\0';
    framed += static_cast<char>(packet.size() >> 8);
    framed += static_cast<char>(packet.size() & 255);
    return framed + packet;
}

std::string header(const std::string& request, const std::string& name) {
    const std::size_t at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace

RtspServer::RtspServer(std::filesystem::path clip)
    : clip_(std::move(clip)), listener_(listen_on_loopback(port_)) {
    thread_ = std::thread([this] { serve(); });
}

RtspServer::~RtspServer() {
    over_ = true;
    thread_.join();
    ::close(listener_);
}

std::string RtspServer::address() const {
    return "rtsp://127.0.0.1:" + std::to_string(port_) + "/camera";
}

void RtspServer::serve() {
    while (!over_) {
        if (!is_readable(listener_)) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        talk(connection);
        ::close(connection);
    }
}

void RtspServer::talk(int connection) {
    RtpPackets packets(clip_, [&](const std::string& packet) {
        return send_all(connection, interleaved(packet), over_);
    });
    std::string request;
    while (true) {
        const std::string more = receive_some(connection, over_);
        if (more.empty()) return;
        request += more;
        if (!request.ends_with("\r\n\r\n")) continue;
        const std::string start =
            "RTSP/1.0 200 OK\r\nCSeq: " + header(request, "CSeq") + "\r\nSession: 1\r\n";
        std::string rest = "\r\n";
        if (request.starts_with("DESCRIBE")) {
            const std::string text = packets.description();
            rest =
                "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(text.size()) +
                "\r\n\r\n" + text;
        } else if (request.starts_with("SETUP")) {
            rest = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n";
        }
        const bool plays = request.starts_with("PLAY");
        request.clear();
        if (!send_all(connection, start + rest, over_)) return;
        if (plays) packets.play();
        if (plays) return;  // the stream has ended: so does the connection
    }
}

}  // namespace univi::test
