#include "core/media/stream_recording.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/base/error.h"
#include "core/base/temporary_folder.h"
#include "core/media/ffmpeg_error.h"
#include "core/media/network_stream.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

/// Streams that refresh their pictures bit by bit have no key frames: then from here on.
constexpr int kMostPacketsWithoutKey = 600;
/// Beyond the seconds asked for: connecting, and streams slower than their own clock.
constexpr double kSlack_s = 30;

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// Returns the path that the finished recording gets: where `file` is a link, the file that it
/// names.
fs::path final_place(const fs::path& file) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (fs::exists(status) && !fs::is_regular_file(status))
        throw Error(ErrorKind::File, "cannot record to " + file.string() + ": it is no file");
    return fs::is_symlink(file, error) ? fs::weakly_canonical(file) : file;
}

/// The file that the packets go to. It lies in a temporary folder beside its place, which the next
/// recording there removes if this process is killed, until finish() gives it its name.
class Recording {
  public:
    /// Matroska; QuickTime keeps the turn of the pictures; AVI needs no times: without any, the
    /// decoder gives the frames their order.
    Recording(const fs::path& file, const AVStream& source, bool has_times)
        : place_(final_place(file)),
          folder_("recording", folder_of(place_)),
          file_(folder_.path() / place_.filename()) {
        std::size_t size = 0;
        const std::uint8_t* matrix =
            av_stream_get_side_data(&source, AV_PKT_DATA_DISPLAYMATRIX, &size);
        const char* container = !has_times ? "avi" : matrix ? "mov" : "matroska";
        AVFormatContext* raw = nullptr;
        if (avformat_alloc_output_context2(&raw, nullptr, container, nullptr) < 0)
            throw Error(ErrorKind::Memory, "not enough memory to record a stream");
        output_.reset(raw);
        begin(source, has_times, matrix, size);
    }

    /// Takes the packet's content. Broken clocks are mended: times rise with every packet.
    void write(AVPacket& packet, AVRational time_base) {
        if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
        if (packet.dts == AV_NOPTS_VALUE) packet.dts = last_ ? *last_ + packet_step_ : 0;
        if (last_ && packet.dts <= *last_) packet.dts = *last_ + 1;
        if (packet.pts == AV_NOPTS_VALUE || packet.pts < packet.dts) packet.pts = packet.dts;
        last_ = packet.dts;
        packet_step_ = std::max<std::int64_t>(packet.duration, 1);
        av_packet_rescale_ts(&packet, time_base, output_->streams[0]->time_base);
        packet.stream_index = 0;
        packet.pos = -1;
        check(av_interleaved_write_frame(output_.get(), &packet));
    }
    void finish() {
        check(av_write_trailer(output_.get()));
        check(avio_closep(&output_->pb));
        std::error_code error;
        fs::rename(file_, place_, error);
        if (error)
            throw Error(ErrorKind::File,
                        "cannot record to " + place_.string() + ": " + error.message());
    }

  private:
    void begin(const AVStream& source, bool has_times, const std::uint8_t* matrix,
               std::size_t size) {
        AVStream* stream = avformat_new_stream(output_.get(), nullptr);
        if (!stream || avcodec_parameters_copy(stream->codecpar, source.codecpar) < 0)
            throw Error(ErrorKind::Memory, "not enough memory to record a stream");
        stream->codecpar->codec_tag = 0;  // the other container's
        stream->time_base = source.time_base;
        stream->avg_frame_rate = source.avg_frame_rate;
        // AVI counts frames.
        if (!has_times && source.avg_frame_rate.num > 0 && source.avg_frame_rate.den > 0)
            stream->time_base = av_inv_q(source.avg_frame_rate);
        if (matrix) {
            std::uint8_t* copy = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, size);
            if (!copy) throw Error(ErrorKind::Memory, "not enough memory to record a stream");
            std::memcpy(copy, matrix, size);
        }
        output_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_MAKE_ZERO;
        check(avio_open(&output_->pb, ("file:" + file_.string()).c_str(), AVIO_FLAG_WRITE));
        check(avformat_write_header(output_.get(), nullptr));
    }
    void check(int code) const { check_recording(code, place_); }

    fs::path place_;
    base::TemporaryFolder folder_;
    fs::path file_;
    OutputFormatHandle output_;  // closed before its folder is removed
    std::optional<std::int64_t> last_;
    std::int64_t packet_step_ = 1;
};

/// Seconds of each packet in decoding order; counted where the stream says nothing.
class PacketClock {
  public:
    explicit PacketClock(const VideoSource& source) : time_base_(av_q2d(source.stream->time_base)) {
        const AVRational rate = av_guess_frame_rate(source.format.get(), source.stream, nullptr);
        step_s_ = rate.num > 0 && rate.den > 0 ? 1 / av_q2d(rate) : 0.04;
    }
    /// Returns the seconds from the first packet that it was asked about to this one. They never
    /// fall.
    double begin_of(const AVPacket& packet) {
        const std::int64_t time = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
        if (time == AV_NOPTS_VALUE) return now_ = is_begun_ ? now_ + step_s_ : now_;
        const double said = double(time) * time_base_;
        if (!is_anchored_) start_ = said - now_;
        is_anchored_ = true;
        return now_ = std::max(now_, said - start_);
    }
    double end_of(const AVPacket& packet) {
        is_begun_ = true;
        return now_ + (packet.duration > 0 ? double(packet.duration) * time_base_ : step_s_);
    }

  private:
    double time_base_, step_s_, now_ = 0, start_ = 0;
    bool is_begun_ = false, is_anchored_ = false;
};

/// Seconds that were written; nothing was when the stream gave no pictures.
std::optional<double> copy_packets(NetworkStream& network, const fs::path& file,
                                   const RecordingOptions& options) {
    const PacketHandle packet(av_packet_alloc());
    if (!packet) throw Error(ErrorKind::Memory, "not enough memory to record a stream");
    const AVStream& stream = *network.source().stream;
    PacketClock clock(network.source());
    std::optional<Recording> recording;
    std::optional<double> seconds;
    std::uint64_t bytes = 0;
    int skipped = 0;
    while (network.read(*packet) >= 0) {
        const bool is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
        if (!recording && !is_key && ++skipped < kMostPacketsWithoutKey) continue;
        bytes += std::uint64_t(packet->size);
        if (clock.begin_of(*packet) >= options.seconds || bytes > options.max_bytes) break;
        if (!recording) recording.emplace(file, stream, packet->pts != AV_NOPTS_VALUE);
        seconds = clock.end_of(*packet);
        recording->write(*packet, stream.time_base);
    }
    if (recording) recording->finish();
    return seconds;
}

}  // namespace

double record_stream(const std::string& address, const fs::path& file,
                     const RecordingOptions& options, const base::StopToken& stop) {
    if (!(options.seconds > 0) || options.seconds > 3600)
        throw Error(ErrorKind::Usage,
                    "A stream is recorded for more than 0 and at most 3600 seconds.");
    using Seconds = NetworkStream::Seconds;
    NetworkStream network(address, Seconds(options.patience_s), Seconds(options.seconds + kSlack_s),
                          stop);
    const auto seconds = copy_packets(network, file, options);
    if (!seconds) network.refuse("sends no pictures; check that the stream is running");
    return *seconds;
}

}  // namespace univi::media
