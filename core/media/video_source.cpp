#include "core/media/video_source.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

extern "C" {
#include <libavutil/display.h>
}

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/media/foreign_format.h"
#include "core/media/picture_header.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

// No playlists (hls, dash, concat, imf), no image sequences, no scripts, nothing that
// names other files.
constexpr char kVideoContainers[] =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,flv,asf,ogg,gif,"
    "ivf,obu,av1,mjpeg,"
    "dv,mxf,nut,rm,wtv,vc1,h263,yuv4mpegpipe,swf";
// Recognised only to say that they have no pictures.
constexpr char kAudioContainers[] =
    "mp3,wav,flac,aac,ac3,eac3,aiff,au,ape,caf,amr,w64,dts,tta,wv,oma,tak";
constexpr char kCodecs[] =
    "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4v1,"
    "msmpeg4v2,msmpeg4,wmv1,"
    "wmv2,wmv3,vc1,mjpeg,mjpegb,theora,vp3,vp5,vp6,vp6a,vp6f,vp7,h261,h263,h263i,h263p,flv,flashsv,"
    "flashsv2,gif,"
    "prores,dnxhd,cfhd,dvvideo,rawvideo,ffv1,huffyuv,ffvhuff,utvideo,magicyuv,lagarith,png,"
    "jpeg2000,svq1,svq3,cinepak,"
    "indeo3,indeo5,msvideo1,msrle,qtrle,rpza,rv10,rv20,rv30,rv40,v210,r210,yuv4,zmbv,camtasia";

constexpr std::size_t kSmallestProbe = 2048, kLargestProbe = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::Media, name + " " + what);
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[noreturn]] void refuse_as_no_video(const std::vector<std::uint8_t>& beginning,
                                     const std::string& name) {
    const std::string format = foreign_format(text_of(beginning));
    if (!format.empty()) refuse(name, "is not a video but " + format);
    const PictureKind kind = picture_kind(text_of(beginning));
    if (kind != PictureKind::Unknown)
        refuse(name, "is not a video but " + std::string(name_of(kind)) + "; add it as a picture");
    refuse(
        name,
        "is not a video this program reads; use MP4, MOV, MKV, WebM, AVI, MPEG or an animated GIF");
}

/// FFmpeg takes HEIC, AVIF and Canon's raw files for videos without frames.
bool is_boxed_picture(const std::vector<std::uint8_t>& beginning) {
    const PictureKind kind = picture_kind(text_of(beginning));
    return kind == PictureKind::Heic || kind == PictureKind::Avif ||
           text_of(beginning).substr(0, 12).ends_with("ftypcrx ");
}

/// True when one of the comma-separated `names` (a demuxer has several) stands in `list`.
bool is_listed(std::string_view names, std::string_view list) {
    while (true) {
        const std::size_t comma = names.find(',');
        const std::string_view name = names.substr(0, comma);
        std::size_t at = list.find(name);
        while (at != std::string_view::npos) {
            const bool begins = at == 0 || list[at - 1] == ',';
            const bool ends = at + name.size() == list.size() || list[at + name.size()] == ',';
            if (begins && ends) return true;
            at = list.find(name, at + 1);
        }
        if (comma == std::string_view::npos) return false;
        names.remove_prefix(comma + 1);
    }
}

std::uintmax_t check_file(const fs::path& path, const std::string& name) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) refuse(path.string(), "was not found; check the path and the name");
    if (fs::is_directory(status))
        refuse(path.string(), "is a folder, not a video; choose a file in it");
    if (!fs::is_regular_file(status))
        refuse(path.string(), "is a device or pipe, not a video file");
    const std::uintmax_t size = fs::file_size(path, error);
    if (error || size == 0) refuse(name, "is empty (0 bytes); record or download it again");
    return size;
}

std::vector<std::uint8_t> read_beginning(const fs::path& path, const std::string& name,
                                         std::uintmax_t size) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uintmax_t>(size, kLargestProbe));
    std::vector<std::uint8_t> bytes(wanted);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(wanted))) {
        refuse(name, "cannot be read; check its permissions");
    }
    return bytes;
}

/// The container by content alone: the name's ending counts for nothing. nullptr when
/// FFmpeg knows none.
const AVInputFormat* probe_container(const std::vector<std::uint8_t>& bytes) {
    std::vector<std::uint8_t> padded;
    const AVInputFormat* found = nullptr;
    for (std::size_t size = std::min(kSmallestProbe, bytes.size());;
         size = std::min(size * 2, bytes.size())) {
        padded.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        padded.resize(size + AVPROBE_PADDING_SIZE, 0);
        AVProbeData probe{"", padded.data(), static_cast<int>(size), nullptr};
        int score = 0;
        found = av_probe_input_format3(&probe, 1, &score);
        if ((found && score > AVPROBE_SCORE_RETRY) || size == bytes.size()) return found;
    }
}

FormatHandle open_container(const fs::path& path, const std::string& name,
                            const AVInputFormat* container) {
    DictHandle options = make_options({{"protocol_whitelist", "file"},
                                       {"format_whitelist", kVideoContainers},
                                       {"codec_whitelist", kCodecs},
                                       {"enable_drefs", "0"}});
    // "file:" keeps a name such as "concat:a" from being taken for a protocol.
    const std::string url = "file:" + path.string();
    AVDictionary* raw_options = options.release();
    AVFormatContext* opened = nullptr;
    const int error = avformat_open_input(&opened, url.c_str(), container, &raw_options);
    options.reset(raw_options);
    FormatHandle format(opened);
    if (error == AVERROR(ENOMEM))
        throw Error(ErrorKind::Memory, "not enough memory to open " + name);
    if (error < 0)
        refuse(name, "is damaged or cut off and cannot be opened; record or download it again");
    return format;
}

void check_frame_size(const AVCodecParameters& codec, const std::string& name) {
    if (codec.width < 1 || codec.height < 1 || codec.width <= kMaxVideoPixels / codec.height)
        return;
    refuse(name,
           "is too large: " + std::to_string(codec.width) + " x " + std::to_string(codec.height) +
               " pixels a frame, at most 64 megapixels are read; convert it to a smaller size");
}

/// Reads the first packets of every stream. The decoders that this starts get the same pixel
/// limit as ours.
void find_stream_info(AVFormatContext& format, const std::string& name) {
    const std::size_t count = format.nb_streams;
    std::vector<DictHandle> owned;
    std::vector<AVDictionary*> raw(count, nullptr);
    const std::string limit = std::to_string(kMaxVideoPixels);
    for (AVDictionary*& options : raw) {
        av_dict_set(&options, "max_pixels", limit.c_str(), 0);
        av_dict_set(&options, "threads", "1", 0);
    }
    const int error = avformat_find_stream_info(&format, count ? raw.data() : nullptr);
    for (AVDictionary* options : raw) owned.emplace_back(options);
    if (error < 0)
        refuse(name, "is damaged or cut off and cannot be read; record or download it again");
}

bool is_picture_stream(const AVStream& stream) {
    return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
           !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC);
}

AVStream* choose_stream(AVFormatContext& format, const std::string& name) {
    bool has_sound = false;
    for (unsigned i = 0; i < format.nb_streams; ++i) {
        has_sound = has_sound || format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    }
    const int best = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (best < 0 || !is_picture_stream(*format.streams[best])) {
        refuse(name, has_sound ? "has sound but no pictures; choose a video"
                               : "has no pictures; choose a video");
    }
    for (unsigned i = 0; i < format.nb_streams; ++i) {
        format.streams[i]->discard =
            static_cast<int>(i) == best ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    return format.streams[best];
}

void check_stream(const AVStream& stream, const std::string& name) {
    const AVCodecParameters& codec = *stream.codecpar;
    const AVCodec* decoder = avcodec_find_decoder(codec.codec_id);
    if (!decoder || !is_listed(decoder->name, kCodecs)) {
        refuse(name, std::string("uses the video codec ") + avcodec_get_name(codec.codec_id) +
                         ", which is not supported; convert it to H.264");
    }
    if (codec.width < 1 || codec.height < 1) {
        refuse(name, "has no frames that can be decoded; record or download it again");
    }
    check_frame_size(codec, name);
}

std::optional<std::array<std::int32_t, 9>> display_matrix(const AVStream& stream) {
    std::size_t size = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    std::array<std::int32_t, 9> matrix{};
    if (!data || size < sizeof(matrix)) return std::nullopt;
    std::memcpy(matrix.data(), data, sizeof(matrix));
    return matrix;
}

/// The tag "rotate" that older programs wrote in place of a matrix, in degrees clockwise.
double rotate_tag(const AVStream& stream) {
    const AVDictionaryEntry* tag = av_dict_get(stream.metadata, "rotate", nullptr, 0);
    return tag ? std::strtod(tag->value, nullptr) : 0;
}

Orientation orientation_of(const AVStream& stream) {
    if (const auto matrix = display_matrix(stream))
        return orientation_from_display_matrix(matrix->data());
    return orientation_from_degrees(rotate_tag(stream));
}

/// decord 0.6.0 takes the angle that FFmpeg 4 writes with six digits, cuts it to whole degrees and
/// turns by quarters only; mirrors and other angles it ignores.
int quarters_of_reference(const AVStream& stream) {
    double degrees = rotate_tag(stream);
    if (const auto matrix = display_matrix(stream); matrix && degrees == 0) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g", -av_display_rotation_get(matrix->data()));
        degrees = std::strtod(text.data(), nullptr);
    }
    degrees = std::fmod(degrees, 360);
    if (!std::isfinite(degrees)) return 0;
    const int whole = static_cast<int>(degrees < 0 ? degrees + 360 : degrees);
    return whole % 90 == 0 ? whole / 90 % 4 : 0;
}

AVStream* prepare_picture_stream(AVFormatContext& format, const std::string& name) {
    if (format.nb_streams > kMaxStreams) {
        refuse(name, "has more than " + std::to_string(kMaxStreams) + " streams and is not opened");
    }
    // Once before decoders touch it, since they forget sizes that they refuse.
    for (unsigned i = 0; i < format.nb_streams; ++i)
        check_frame_size(*format.streams[i]->codecpar, name);
    find_stream_info(format, name);
    AVStream* stream = choose_stream(format, name);
    check_stream(*stream, name);
    return stream;
}

/// One core a megapixel is plenty, and few threads keep the frames in flight of a huge
/// video within memory.
int decoder_threads(const AVCodecParameters& codec) {
    const std::int64_t pixels = std::int64_t(codec.width) * codec.height;
    const auto by_memory = static_cast<int>(
        std::max<std::int64_t>(1, 128'000'000 / std::max<std::int64_t>(pixels, 1)));
    return std::min({base::count_cores(), by_memory, 16});
}

}  // namespace

VideoSource VideoSource::open(const fs::path& path) {
    av_log_set_level(AV_LOG_QUIET);
    const std::string name = path.filename().string();
    const std::vector<std::uint8_t> beginning = read_beginning(path, name, check_file(path, name));
    const AVInputFormat* container =
        is_boxed_picture(beginning) ? nullptr : probe_container(beginning);
    if (!container) refuse_as_no_video(beginning, name);
    if (is_listed(container->name, kAudioContainers))
        refuse(name, "has sound but no pictures; choose a video");
    if (!is_listed(container->name, kVideoContainers)) refuse_as_no_video(beginning, name);
    return of(open_container(path, name, container), name);
}

VideoSource VideoSource::of(FormatHandle format, std::string name) {
    VideoSource source;
    source.format = std::move(format);
    source.name = std::move(name);
    source.stream = prepare_picture_stream(*source.format, source.name);
    source.orientation = orientation_of(*source.stream);
    source.reference_quarters = quarters_of_reference(*source.stream);
    return source;
}

const char* allowed_containers() {
    return kVideoContainers;
}
const char* allowed_codecs() {
    return kCodecs;
}

DictHandle make_options(std::initializer_list<std::pair<const char*, std::string>> values) {
    AVDictionary* options = nullptr;
    for (const auto& [key, value] : values) av_dict_set(&options, key, value.c_str(), 0);
    return DictHandle(options);
}

CodecHandle open_decoder(const VideoSource& source, int threads_for) {
    const AVCodecParameters& parameters = *source.stream->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    CodecHandle decoder(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!decoder || avcodec_parameters_to_context(decoder.get(), &parameters) < 0) {
        throw Error(ErrorKind::Memory, "not enough memory to decode " + source.name);
    }
    decoder->pkt_timebase = source.stream->time_base;
    decoder->max_pixels = kMaxVideoPixels;
    decoder->thread_count = decoder_threads(parameters);
    decoder->thread_type = threads_for;
    if (avcodec_open2(decoder.get(), codec, nullptr) < 0) {
        refuse(source.name, std::string("cannot be decoded as ") +
                                avcodec_get_name(parameters.codec_id) + "; convert it to H.264");
    }
    return decoder;
}

}  // namespace univi::media
