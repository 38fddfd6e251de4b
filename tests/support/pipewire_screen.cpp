#include "tests/support/pipewire_screen.h"

#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/support/clips.h"
#include "tests/support/process.h"

namespace univi::test {

namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = "/usr/bin/pipewire";
constexpr char kSettings[] = R"(
context.properties = { core.daemon = true  core.name = pipewire-0 }
context.spa-libs = { support.* = support/libspa-support }
context.modules = [
    { name = libpipewire-module-protocol-native }
    { name = libpipewire-module-spa-node-factory }
    { name = libpipewire-module-client-node }
    { name = libpipewire-module-access }
    { name = libpipewire-module-adapter }
    { name = libpipewire-module-link-factory }
]
)";
constexpr long kBetweenPictures = 100'000'000;  ///< ns

void require(bool is_good, const char* what) {
    if (!is_good) throw std::runtime_error(std::string("the test's screen: ") + what);
}

}  // namespace

struct PipeWireScreen::Impl {
    Impl(const fs::path& folder, const ScreenForm& form)
        : form(form), socket(folder / "pipewire-0") {
        std::ofstream(folder / "screen.conf") << kSettings;
        daemon = std::make_unique<Process>(ProcessOptions{
            {kProgram, "-c", (folder / "screen.conf").string()},
            {},
            {{"PIPEWIRE_RUNTIME_DIR", folder.string()}, {"XDG_RUNTIME_DIR", folder.string()}}});
        for (int i = 0; i < 600 && !fs::exists(socket); ++i) std::this_thread::sleep_for(50ms);
        pw_init(nullptr, nullptr);
        loop = pw_thread_loop_new("screen", nullptr);
        context = pw_context_new(pw_thread_loop_get_loop(loop), nullptr, 0);
        require(context != nullptr, "no context");
        core = pw_context_connect_fd(context, connect(), nullptr, 0);
        require(core != nullptr, "no connection");
        share();
        pw_thread_loop_start(loop);
        for (int i = 0; i < 600 && node_id() == SPA_ID_INVALID; ++i)
            std::this_thread::sleep_for(50ms);
        require(node_id() != SPA_ID_INVALID, "no node");
    }
    ~Impl() {
        pw_thread_loop_stop(loop);
        if (stream) pw_stream_destroy(stream);
        pw_proxy_destroy(reinterpret_cast<pw_proxy*>(registry));
        pw_core_disconnect(core);
        pw_context_destroy(context);
        pw_thread_loop_destroy(loop);
    }

    int connect() const {
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un place{};
        place.sun_family = AF_UNIX;
        std::strncpy(place.sun_path, socket.c_str(), sizeof place.sun_path - 1);
        require(::connect(descriptor, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0,
                "the daemon does not answer");
        return descriptor;
    }
    std::uint32_t node_id() const {
        pw_thread_loop_lock(loop);
        const std::uint32_t id = stream ? pw_stream_get_node_id(stream) : SPA_ID_INVALID;
        pw_thread_loop_unlock(loop);
        return id;
    }

    void share() {
        registry = pw_core_get_registry(core, PW_VERSION_REGISTRY, 0);
        registry_events.version = PW_VERSION_REGISTRY_EVENTS;
        registry_events.global = &Impl::on_global;
        pw_registry_add_listener(registry, &registry_hook, &registry_events, this);
        stream = pw_stream_new(core, "screen",
                               pw_properties_new(PW_KEY_MEDIA_CLASS, "Stream/Output/Video",
                                                 PW_KEY_MEDIA_TYPE, "Video", nullptr));
        stream_events.version = PW_VERSION_STREAM_EVENTS;
        stream_events.param_changed = &Impl::on_param;
        stream_events.process = &Impl::on_process;
        stream_events.state_changed = &Impl::on_state;
        pw_stream_add_listener(stream, &stream_hook, &stream_events, this);
        std::array<std::uint8_t, 1024> space{};
        spa_pod_builder builder = SPA_POD_BUILDER_INIT(space.data(), space.size());
        const spa_rectangle size{std::uint32_t(form.width), std::uint32_t(form.height)};
        const spa_fraction rate{0, 1};
        const auto* format = static_cast<const spa_pod*>(spa_pod_builder_add_object(
            &builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat, SPA_FORMAT_mediaType,
            SPA_POD_Id(SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
            SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_VIDEO_format,
            SPA_POD_Id(form.is_rgb ? SPA_VIDEO_FORMAT_RGBA : SPA_VIDEO_FORMAT_BGRx),
            SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle(&size), SPA_FORMAT_VIDEO_framerate,
            SPA_POD_Fraction(&rate)));
        require(pw_stream_connect(stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                                  static_cast<pw_stream_flags>(PW_STREAM_FLAG_DRIVER |
                                                               PW_STREAM_FLAG_MAP_BUFFERS),
                                  &format, 1) >= 0,
                "no stream");
        timer = pw_loop_add_timer(pw_thread_loop_get_loop(loop), &Impl::on_timer, this);
        timespec first{0, kBetweenPictures}, each{0, kBetweenPictures};
        pw_loop_update_timer(pw_thread_loop_get_loop(loop), timer, &first, &each, false);
    }

    /// In place of a session manager: whoever wants to see something sees this.
    static void on_global(void* self, std::uint32_t id, std::uint32_t, const char* type,
                          std::uint32_t, const spa_dict* properties) {
        auto& screen = *static_cast<Impl*>(self);
        const char* kind = properties ? spa_dict_lookup(properties, PW_KEY_MEDIA_CLASS) : nullptr;
        if (std::strcmp(type, PW_TYPE_INTERFACE_Node) != 0 || !kind ||
            std::strcmp(kind, "Stream/Input/Video") != 0 || !screen.stream)
            return;
        const std::string from = std::to_string(pw_stream_get_node_id(screen.stream)),
                          to = std::to_string(id);
        std::array<spa_dict_item, 2> items{
            {{PW_KEY_LINK_OUTPUT_NODE, from.c_str()}, {PW_KEY_LINK_INPUT_NODE, to.c_str()}}};
        const spa_dict link = SPA_DICT_INIT(items.data(), items.size());
        pw_core_create_object(screen.core, "link-factory", PW_TYPE_INTERFACE_Link, PW_VERSION_LINK,
                              &link, 0);
    }
    static void on_state(void* self, pw_stream_state, pw_stream_state state, const char* error) {
        static_cast<Impl*>(self)->is_seen = state == PW_STREAM_STATE_STREAMING;
    }
    static void on_param(void* self, std::uint32_t id, const spa_pod* param) {
        if (param && id == SPA_PARAM_Format) static_cast<Impl*>(self)->offer_buffers();
    }
    void offer_buffers() {
        std::array<std::uint8_t, 1024> space{};
        spa_pod_builder builder = SPA_POD_BUILDER_INIT(space.data(), space.size());
        std::array<const spa_pod*, 2> params{
            static_cast<const spa_pod*>(spa_pod_builder_add_object(
                &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers,
                SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(4, 2, 8),
                SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1), SPA_PARAM_BUFFERS_size,
                SPA_POD_Int(stride() * form.height), SPA_PARAM_BUFFERS_stride,
                SPA_POD_Int(stride()), SPA_PARAM_BUFFERS_dataType,
                SPA_POD_CHOICE_FLAGS_Int((1 << SPA_DATA_MemFd) | (1 << SPA_DATA_MemPtr)))),
            static_cast<const spa_pod*>(spa_pod_builder_add_object(
                &builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta, SPA_PARAM_META_type,
                SPA_POD_Id(SPA_META_VideoCrop), SPA_PARAM_META_size,
                SPA_POD_Int(sizeof(spa_meta_region))))};
        pw_stream_update_params(stream, params.data(), params.size());
    }
    static void on_timer(void* self, std::uint64_t) {
        auto& screen = *static_cast<Impl*>(self);
        if (screen.stream && screen.is_seen && !screen.is_still)
            pw_stream_trigger_process(screen.stream);
    }
    static void on_process(void* self) {
        auto& screen = *static_cast<Impl*>(self);
        pw_buffer* buffer = pw_stream_dequeue_buffer(screen.stream);
        if (!buffer) return;
        screen.paint(*buffer->buffer);
        pw_stream_queue_buffer(screen.stream, buffer);
    }

    /// What lies outside of the part that shows something is white.
    void paint(spa_buffer& buffer) {
        const int width = form.part_width ? form.part_width : form.width;
        const int height = form.part_height ? form.part_height : form.height;
        const media::Image picture = numbered_picture(painted, width, height);
        spa_data& data = buffer.datas[0];
        auto* bytes = static_cast<std::uint8_t*>(data.data);
        std::memset(bytes, 255, std::size_t(stride()) * std::size_t(form.height));
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const auto* pixel = picture.pixel(x, y);
                std::uint8_t* to = bytes + (form.y + y) * stride() + (form.x + x) * 4;
                for (int c = 0; c < 3; ++c) to[form.is_rgb ? c : 2 - c] = pixel[c];
                to[3] = 0;
            }
        *data.chunk = {0, std::uint32_t(stride() * form.height), stride(), 0};
        auto* crop = static_cast<spa_meta_region*>(
            spa_buffer_find_meta_data(&buffer, SPA_META_VideoCrop, sizeof(spa_meta_region)));
        if (crop) crop->region = {{form.x, form.y}, {std::uint32_t(width), std::uint32_t(height)}};
        ++painted;
    }
    int stride() const { return form.width * 4 + form.gap; }

    ScreenForm form;
    fs::path socket;
    std::unique_ptr<Process> daemon;
    std::atomic<int> painted = 0;
    std::atomic<bool> is_seen = false, is_still = false;
    pw_thread_loop* loop = nullptr;
    pw_context* context = nullptr;
    pw_core* core = nullptr;
    pw_registry* registry = nullptr;
    pw_stream* stream = nullptr;
    spa_source* timer = nullptr;
    spa_hook registry_hook{}, stream_hook{};
    pw_registry_events registry_events{};
    pw_stream_events stream_events{};
};

bool PipeWireScreen::is_installed() {
    return fs::exists(kProgram);
}

PipeWireScreen::PipeWireScreen(const fs::path& folder, const ScreenForm& form)
    : impl_(std::make_unique<Impl>(folder, form)) {}

PipeWireScreen::~PipeWireScreen() = default;

std::uint32_t PipeWireScreen::node() const {
    return impl_->node_id();
}

int PipeWireScreen::connection() const {
    return impl_->connect();
}

int PipeWireScreen::painted() const {
    return impl_->painted;
}

void PipeWireScreen::stand_still() {
    impl_->is_still = true;
}

void PipeWireScreen::end() {
    pw_thread_loop_lock(impl_->loop);
    pw_stream_destroy(impl_->stream);
    impl_->stream = nullptr;
    pw_thread_loop_unlock(impl_->loop);
}

}  // namespace univi::test
