#pragma once

extern "C" {
#include <libavdevice/avdevice.h>
}

namespace univi::media {

/// What is called of libavdevice, which is opened when a camera is first asked for: it brings a
/// hundred other libraries.
struct DeviceLibrary {
    decltype(&avdevice_list_input_sources) list_input_sources;
    decltype(&avdevice_free_list_devices) free_list_devices;
};

/// Returns it with its devices registered. Throws base::Error{File} when it cannot be opened. Any
/// thread.
const DeviceLibrary& device_library();

}  // namespace univi::media
