#include "core/session/device_rooms.h"

#include <algorithm>
#include <limits>
#include <map>
#include <sstream>

#include "core/base/byte_size.h"
#include "core/base/error.h"
#include "core/model/cuda_driver.h"
#include "core/model/device.h"

namespace univi::session {

using base::Error;
using base::ErrorKind;
using model::DeviceRoom;

namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts;
    std::istringstream text(list);
    for (std::string part; std::getline(text, part, ',');) parts.push_back(part);
    return parts;
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<c10::Device> named_devices(const std::string& list) {
    std::vector<c10::Device> devices;
    std::string type;
    for (const std::string& part : split(list)) {
        // A number alone is of the type before it: "cuda:0,1".
        const std::string name = is_number(part) && !type.empty() ? type + ":" + part : part;
        const c10::Device device = model::open_device(name);
        if (std::ranges::find(devices, device) != devices.end())
            throw Error(ErrorKind::Usage,
                        "--device " + list + " names " + device.str() + " twice.");
        devices.push_back(device);
        type = model::type_name(device);
    }
    if (devices.empty()) devices.push_back(model::open_device(list));
    return devices;
}

std::vector<c10::Device> every_device() {
    const c10::Device first = model::open_device("auto");
    if (first.is_cpu()) return {first};
    std::vector<c10::Device> devices;
    for (int i = 0; i < model::device_count(first.type()); ++i)
        if (!first.is_cuda() || model::why_gpu_too_old(i).empty())
            devices.emplace_back(first.type(), static_cast<c10::DeviceIndex>(i));
    devices.emplace_back(c10::kCPU);
    return devices;
}

/// Bytes by "0", "1", "cpu".
std::map<std::string, std::int64_t> limits_of(const std::string& max_memory) {
    std::map<std::string, std::int64_t> limits;
    for (const std::string& part : split(max_memory)) {
        const std::size_t colon = part.rfind(':');
        const std::string name = part.substr(0, colon);
        const auto bytes = colon == std::string::npos
                               ? std::nullopt
                               : base::parse_byte_size(part.substr(colon + 1));
        if (!bytes || !(name == "cpu" || is_number(name)))
            throw Error(ErrorKind::Usage,
                        "--max-memory takes sizes by device, such as "
                        "0:10GiB,1:20GiB,cpu:16GiB, not \"" +
                            part + "\".");
        limits[name] = *bytes;
    }
    return limits;
}

}  // namespace

std::vector<DeviceRoom> device_rooms(const std::string& devices, const std::string& max_memory) {
    std::map<std::string, std::int64_t> limits = limits_of(max_memory);
    std::vector<c10::Device> list = devices == "auto" ? every_device() : named_devices(devices);
    if (limits.contains("cpu") && std::ranges::none_of(list, &c10::Device::is_cpu))
        list.emplace_back(c10::kCPU);
    std::vector<DeviceRoom> rooms;
    for (const c10::Device device : list) {
        const std::string name = device.is_cpu() ? "cpu" : std::to_string(device.index());
        // What is mapped from files need not lie in the machine's memory.
        std::int64_t free = device.is_cpu() ? std::numeric_limits<std::int64_t>::max()
                                            : model::device_memory(device).free;
        if (const auto limit = limits.find(name); limit != limits.end()) {
            free = std::min(free, limit->second);
            limits.erase(limit);
        }
        rooms.push_back({device, free});
    }
    if (!limits.empty())
        throw Error(ErrorKind::Usage, "--max-memory names the device " + limits.begin()->first +
                                          ", which --device " + devices + " does not.");
    return rooms;
}

}  // namespace univi::session
