#include "core/media/device_library.h"

#include <dlfcn.h>

#include <string>

#include "core/base/error.h"

namespace univi::media {
namespace {

constexpr char kLibrary[] = "libavdevice.so." AV_STRINGIFY(LIBAVDEVICE_VERSION_MAJOR);

template <typename Function>
Function* find(void* library, const char* name) {
    return reinterpret_cast<Function*>(library ? ::dlsym(library, name) : nullptr);
}

DeviceLibrary open_devices() {
    void* library = ::dlopen(kLibrary, RTLD_LAZY | RTLD_LOCAL);  // stays open
    auto* register_all = find<decltype(avdevice_register_all)>(library, "avdevice_register_all");
    const DeviceLibrary devices{
        find<decltype(avdevice_list_input_sources)>(library, "avdevice_list_input_sources"),
        find<decltype(avdevice_free_list_devices)>(library, "avdevice_free_list_devices")};
    if (!register_all || !devices.list_input_sources || !devices.free_list_devices) {
        const char* reason = ::dlerror();
        throw base::Error(base::ErrorKind::File, std::string("FFmpeg's library of cameras, ") +
                                                     kLibrary + ", cannot be opened (" +
                                                     (reason ? reason : "no reason given") +
                                                     "): install it again.");
    }
    register_all();
    return devices;
}

}  // namespace

const DeviceLibrary& device_library() {
    static const DeviceLibrary devices = open_devices();
    return devices;
}

}  // namespace univi::media
