#include "core/media/pipewire_reader.h"

#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/media/ffmpeg_error.h"
#include "core/media/jpeg_clip.h"
#include "core/media/shared_picture.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr auto kBetweenPictures = std::chrono::milliseconds(100);
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);
/// For so long a stream may stand still while the two sides agree on another size.
constexpr auto kPause = std::chrono::seconds(3);
constexpr std::uint32_t kMostSide = 16384;

struct Formats {
    std::uint32_t theirs;
    AVPixelFormat ours;
};
constexpr std::array<Formats, 4> kFormats{{{SPA_VIDEO_FORMAT_BGRx, AV_PIX_FMT_BGR0},
                                           {SPA_VIDEO_FORMAT_RGBx, AV_PIX_FMT_RGB0},
                                           {SPA_VIDEO_FORMAT_BGRA, AV_PIX_FMT_BGRA},
                                           {SPA_VIDEO_FORMAT_RGBA, AV_PIX_FMT_RGBA}}};

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* handle) const {
        Free(handle);
    }
};
using LoopHandle = std::unique_ptr<pw_loop, Deleter<pw_loop_destroy>>;
using ContextHandle = std::unique_ptr<pw_context, Deleter<pw_context_destroy>>;
using CoreHandle = std::unique_ptr<pw_core, Deleter<pw_core_disconnect>>;
using StreamHandle = std::unique_ptr<pw_stream, Deleter<pw_stream_destroy>>;

std::uint32_t node_of(const std::string& text) {
    std::uint32_t node = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), node);
    if (error != std::errc() || end != text.data() + text.size())
        throw Error(ErrorKind::Usage, "A node of PipeWire is a number, not " + text + ".");
    return node;
}

/// What we take: any size, any rate, colours of four bytes.
const spa_pod* wanted_format(spa_pod_builder& builder) {
    const spa_rectangle usual{1280, 720}, least{1, 1}, most{kMostSide, kMostSide};
    const spa_fraction usual_rate{10, 1}, least_rate{0, 1}, most_rate{1000, 1};
    return static_cast<const spa_pod*>(spa_pod_builder_add_object(
        &builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat, SPA_FORMAT_mediaType,
        SPA_POD_Id(SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
        SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_VIDEO_format,
        SPA_POD_CHOICE_ENUM_Id(5, kFormats[0].theirs, kFormats[0].theirs, kFormats[1].theirs,
                               kFormats[2].theirs, kFormats[3].theirs),
        SPA_FORMAT_VIDEO_size, SPA_POD_CHOICE_RANGE_Rectangle(&usual, &least, &most),
        SPA_FORMAT_VIDEO_framerate,
        SPA_POD_CHOICE_RANGE_Fraction(&usual_rate, &least_rate, &most_rate)));
}

/// Buffers in memory that we can look into, and which part of them shows something.
void accept_buffers(pw_stream* stream) {
    std::array<std::uint8_t, 1024> space{};
    spa_pod_builder builder = SPA_POD_BUILDER_INIT(space.data(), space.size());
    std::array<const spa_pod*, 2> params{
        static_cast<const spa_pod*>(spa_pod_builder_add_object(
            &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_dataType,
            SPA_POD_CHOICE_FLAGS_Int((1 << SPA_DATA_MemFd) | (1 << SPA_DATA_MemPtr)))),
        static_cast<const spa_pod*>(
            spa_pod_builder_add_object(&builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                       SPA_PARAM_META_type, SPA_POD_Id(SPA_META_VideoCrop),
                                       SPA_PARAM_META_size, SPA_POD_Int(sizeof(spa_meta_region))))};
    pw_stream_update_params(stream, params.data(), params.size());
}

SharedPicture::Part part_of(const spa_buffer& buffer) {
    const auto* crop = static_cast<const spa_meta_region*>(
        spa_buffer_find_meta_data(&buffer, SPA_META_VideoCrop, sizeof(spa_meta_region)));
    if (!crop || !spa_meta_region_is_valid(crop)) return {};
    const auto& [position, size] = crop->region;
    return {position.x, position.y, int(size.width), int(size.height)};
}

/// The picture that lies in the buffer; null where it holds none (a moved pointer only).
FrameHandle frame_in(const spa_buffer& buffer, const spa_video_info_raw& info) {
    if (buffer.n_datas < 1 || !buffer.datas[0].data || !buffer.datas[0].chunk) return nullptr;
    const spa_data& data = buffer.datas[0];
    const spa_chunk chunk = *data.chunk;
    const bool is_readable = data.type == SPA_DATA_MemFd || data.type == SPA_DATA_MemPtr;
    if (!is_readable || chunk.size == 0 || (chunk.flags & SPA_CHUNK_FLAG_CORRUPTED) ||
        chunk.offset > data.maxsize)
        return nullptr;
    SharedPicture picture;
    for (const Formats& format : kFormats)
        if (format.theirs == info.format) picture.format = format.ours;
    picture.width = int(info.size.width);
    picture.height = int(info.size.height);
    picture.stride = chunk.stride;
    picture.bytes = {static_cast<const std::uint8_t*>(data.data) + chunk.offset,
                     data.maxsize - chunk.offset};
    picture.part = part_of(buffer);
    return copy_of(picture);
}

}  // namespace

struct PipeWireReader::Impl {
    Impl(std::uint32_t node, int descriptor, const CameraOptions& options,
         const base::StopToken& stop)
        : stop(stop), patience(options.patience_s) {
        av_log_set_level(AV_LOG_QUIET);
        pw_init(nullptr, nullptr);
        pw_log_set_level(SPA_LOG_LEVEL_NONE);
        loop.reset(pw_loop_new(nullptr));
        context.reset(loop ? pw_context_new(loop.get(), nullptr, 0) : nullptr);
        if (!context) {
            if (descriptor >= 0) ::close(descriptor);
            refuse_by(errno);
        }
        core.reset(descriptor >= 0 ? pw_context_connect_fd(context.get(), descriptor, nullptr, 0)
                                   : pw_context_connect(context.get(), nullptr, 0));
        if (!core) refuse_by(errno);
        pw_core_add_listener(core.get(), &core_hook, &kCoreEvents, this);
        open_stream(node);
    }

    void open_stream(std::uint32_t node) {
        stream.reset(
            pw_stream_new(core.get(), "UniVi Studio",
                          pw_properties_new(PW_KEY_MEDIA_TYPE, "Video", PW_KEY_MEDIA_CATEGORY,
                                            "Capture", PW_KEY_MEDIA_ROLE, "Screen",
                                            PW_KEY_NODE_DONT_RECONNECT, "true", nullptr)));
        if (!stream) refuse_by(errno);
        pw_stream_add_listener(stream.get(), &hook, &kEvents, this);
        std::array<std::uint8_t, 1024> space{};
        spa_pod_builder builder = SPA_POD_BUILDER_INIT(space.data(), space.size());
        const spa_pod* format = wanted_format(builder);
        const int code = pw_stream_connect(
            stream.get(), PW_DIRECTION_INPUT, node,
            static_cast<pw_stream_flags>(PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS),
            &format, 1);
        if (code < 0) refuse_by(-code);
    }

    const AVFrame* next() {
        const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
        while (true) {
            base::throw_if_stopped(stop, "looking at a shared screen");
            const auto now = Clock::now();
            if (!failure.empty()) refuse(" cannot be seen (" + failure + "); share it again.");
            if (paused_since && now - *paused_since > kPause)
                refuse(" is not shared any more; share it again.");
            if (picture && now >= due) return give(now);
            if (!picture && now >= until) refuse(" sends no pictures; share it again.");
            pw_loop_enter(loop.get());
            pw_loop_iterate(loop.get(), int(kBetweenLooks.count()));
            pw_loop_leave(loop.get());
        }
    }

    const AVFrame* give(Clock::time_point now) {
        if (!begin) begin = now;
        due = now + kBetweenPictures;
        picture->best_effort_timestamp =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - *begin).count();
        given.reset(av_frame_clone(picture.get()));
        if (!given) throw Error(ErrorKind::Memory, "not enough memory for a picture of the screen");
        return given.get();
    }

    /// What goes wrong with one object is told to that object, too.
    static void on_error(void* self, std::uint32_t object, int, int code, const char*) {
        if (object == PW_ID_CORE && code == -EPIPE)
            static_cast<Impl*>(self)->failure = "PipeWire is gone";
    }
    static void on_state(void* self, pw_stream_state old, pw_stream_state state,
                         const char* error) {
        auto& reader = *static_cast<Impl*>(self);
        if (state == PW_STREAM_STATE_ERROR) reader.failure = error ? error : "PipeWire gave up";
        if (state == PW_STREAM_STATE_UNCONNECTED && old != PW_STREAM_STATE_CONNECTING)
            reader.failure = "PipeWire ended";
        if (state == PW_STREAM_STATE_STREAMING)
            reader.paused_since.reset();
        else if (old == PW_STREAM_STATE_STREAMING)
            reader.paused_since = Clock::now();
    }
    static void on_param(void* self, std::uint32_t id, const spa_pod* param) {
        auto& reader = *static_cast<Impl*>(self);
        if (!param || id != SPA_PARAM_Format || spa_format_video_raw_parse(param, &reader.info) < 0)
            return;
        accept_buffers(reader.stream.get());
    }
    /// Of several buffers that wait the last one counts.
    static void on_process(void* self) {
        auto& reader = *static_cast<Impl*>(self);
        while (pw_buffer* buffer = pw_stream_dequeue_buffer(reader.stream.get())) {
            if (FrameHandle frame = frame_in(*buffer->buffer, reader.info))
                reader.picture = std::move(frame);
            pw_stream_queue_buffer(reader.stream.get(), buffer);
        }
    }

    [[noreturn]] static void refuse(const std::string& what) {
        throw Error(ErrorKind::Media, "The shared screen" + what);
    }
    [[noreturn]] static void refuse_by(int error) {
        refuse(" cannot be seen (PipeWire: " + reason_of(AVERROR(error)) + "); share it again.");
    }

    static const pw_core_events kCoreEvents;
    static const pw_stream_events kEvents;

    base::StopToken stop;
    std::chrono::duration<double> patience;
    spa_video_info_raw info{};
    FrameHandle picture, given;  ///< the newest one; the one that next() returned
    std::string failure;
    std::optional<Clock::time_point> begin, paused_since;
    Clock::time_point due{};
    spa_hook hook{}, core_hook{};
    LoopHandle loop;  // in this order: each lives on the one before it
    ContextHandle context;
    CoreHandle core;
    StreamHandle stream;
};

const pw_core_events PipeWireReader::Impl::kCoreEvents = [] {
    pw_core_events events{};
    events.version = PW_VERSION_CORE_EVENTS;
    events.error = &Impl::on_error;
    return events;
}();

const pw_stream_events PipeWireReader::Impl::kEvents = [] {
    pw_stream_events events{};
    events.version = PW_VERSION_STREAM_EVENTS;
    events.state_changed = &Impl::on_state;
    events.param_changed = &Impl::on_param;
    events.process = &Impl::on_process;
    return events;
}();

PipeWireReader::PipeWireReader(const CameraSource& source, const CameraOptions& options,
                               const base::StopToken& stop)
    : impl_(std::make_unique<Impl>(node_of(source.device), source.descriptor, options, stop)) {}

PipeWireReader::~PipeWireReader() = default;

const AVFrame* PipeWireReader::next() {
    return impl_->next();
}

AVRational PipeWireReader::time_base() const {
    return kMilliseconds;
}

AVRational PipeWireReader::rate() const {
    return {1000, int(kBetweenPictures.count())};
}

void PipeWireReader::refuse(const std::string& what) const {
    Impl::refuse(what);
}

}  // namespace univi::media
