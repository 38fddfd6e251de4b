#include "core/media/device_library.h"

#include "core/media/late_library.h"

namespace univi::media {
namespace {

constexpr char kLibrary[] = "libavdevice.so." AV_STRINGIFY(LIBAVDEVICE_VERSION_MAJOR);

DeviceLibrary open_devices() {
    const LateLibrary library(kLibrary, "FFmpeg's library of cameras");
    library.function<decltype(avdevice_register_all)>("avdevice_register_all")();
    return {library.function<decltype(avdevice_list_input_sources)>("avdevice_list_input_sources"),
            library.function<decltype(avdevice_free_list_devices)>("avdevice_free_list_devices")};
}

}  // namespace

const DeviceLibrary& device_library() {
    static const DeviceLibrary devices = open_devices();
    return devices;
}

}  // namespace univi::media
