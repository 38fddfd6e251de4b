#include "ui/training/devices/nvml_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>

#include "ui/text/translate.h"

namespace univi::ui {

namespace {

// The few types of NVML's stable C interface that are used here (nvml.h of CUDA 12).
using Device = struct NvmlDevice*;
struct Memory {
    unsigned long long total, free, used;
};
struct Utilization {
    unsigned gpu, memory;
};
struct ProcessInfo {  // of the _v2 and _v3 calls
    unsigned pid;
    unsigned long long used_memory;
    unsigned gpu_instance, compute_instance;
};
constexpr int kSuccess = 0, kInsufficientSize = 7, kTemperatureGpu = 0;
constexpr unsigned long long kNotAvailable = ~0ULL;
constexpr unsigned kMostProcesses = 1024;

std::string process_name(unsigned pid) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
    return name;
}

std::string noAnswer(const std::string& why) {
    return tr("The NVIDIA driver does not answer (%1): restart it, or the machine.")
        .arg(QString::fromStdString(why))
        .toStdString();
}

}  // namespace

struct NvmlLibrary::Calls {
    void* handle = nullptr;
    bool is_initialized = false;
    int (*init)() = nullptr;
    int (*shutdown)() = nullptr;
    const char* (*error_string)(int) = nullptr;
    int (*count)(unsigned*) = nullptr;
    int (*by_index)(unsigned, Device*) = nullptr;
    int (*name)(Device, char*, unsigned) = nullptr;
    int (*uuid)(Device, char*, unsigned) = nullptr;
    int (*memory)(Device, Memory*) = nullptr;
    int (*utilization)(Device, Utilization*) = nullptr;
    int (*temperature)(Device, int, unsigned*) = nullptr;
    int (*power)(Device, unsigned*) = nullptr;
    int (*power_limit)(Device, unsigned*) = nullptr;
    int (*compute_capability)(Device, int*, int*) = nullptr;
    int (*compute_processes)(Device, unsigned*, ProcessInfo*) = nullptr;
    int (*graphics_processes)(Device, unsigned*, ProcessInfo*) = nullptr;

    ~Calls() {
        if (is_initialized) shutdown();
        if (handle) ::dlclose(handle);
    }

    template <typename Function>
    bool find(Function& function, const char* first, const char* second = nullptr) {
        function = reinterpret_cast<Function>(::dlsym(handle, first));
        if (!function && second) function = reinterpret_cast<Function>(::dlsym(handle, second));
        return function != nullptr;
    }

    /// Without these there is nothing to show; the others may be missing in an old driver.
    bool find_all() {
        find(utilization, "nvmlDeviceGetUtilizationRates");
        find(temperature, "nvmlDeviceGetTemperature");
        find(power, "nvmlDeviceGetPowerUsage");
        find(power_limit, "nvmlDeviceGetEnforcedPowerLimit");
        find(compute_capability, "nvmlDeviceGetCudaComputeCapability");
        find(compute_processes, "nvmlDeviceGetComputeRunningProcesses_v3",
             "nvmlDeviceGetComputeRunningProcesses_v2");
        find(graphics_processes, "nvmlDeviceGetGraphicsRunningProcesses_v3",
             "nvmlDeviceGetGraphicsRunningProcesses_v2");
        find(error_string, "nvmlErrorString");
        return find(init, "nvmlInit_v2") && find(shutdown, "nvmlShutdown") &&
               find(count, "nvmlDeviceGetCount_v2") &&
               find(by_index, "nvmlDeviceGetHandleByIndex_v2") && find(name, "nvmlDeviceGetName") &&
               find(uuid, "nvmlDeviceGetUUID") && find(memory, "nvmlDeviceGetMemoryInfo");
    }

    std::string why(int code) const {
        const char* text = error_string ? error_string(code) : nullptr;
        return text ? text : "error " + std::to_string(code);
    }

    void add_users(int (*list)(Device, unsigned*, ProcessInfo*), Device device,
                   std::map<unsigned, std::int64_t>& users) const {
        if (!list) return;
        std::vector<ProcessInfo> processes(32);
        auto found = static_cast<unsigned>(processes.size());
        int code = list(device, &found, processes.data());
        if (code == kInsufficientSize) {
            processes.resize(std::min(found + 8, kMostProcesses));
            found = static_cast<unsigned>(processes.size());
            code = list(device, &found, processes.data());
        }
        if (code != kSuccess) return;
        for (unsigned i = 0; i < std::min<std::size_t>(found, processes.size()); ++i) {
            const auto bytes = processes[i].used_memory == kNotAvailable
                                   ? -1
                                   : static_cast<std::int64_t>(processes[i].used_memory);
            auto [known, is_new] = users.emplace(processes[i].pid, bytes);
            // one process may compute and draw
            if (!is_new) known->second = std::max(known->second, bytes);
        }
    }

    void read_users(Device device, GpuState& gpu) const {
        std::map<unsigned, std::int64_t> users;
        add_users(compute_processes, device, users);
        add_users(graphics_processes, device, users);
        for (const auto& [pid, bytes] : users) gpu.users.push_back({pid, process_name(pid), bytes});
        std::stable_sort(gpu.users.begin(), gpu.users.end(),
                         [](const auto& a, const auto& b) { return a.memory > b.memory; });
    }

    void read_numbers(Device device, GpuState& gpu) const {
        Utilization rates{};
        unsigned value = 0;
        if (utilization && utilization(device, &rates) == kSuccess)
            gpu.load = static_cast<int>(rates.gpu);
        if (temperature && temperature(device, kTemperatureGpu, &value) == kSuccess)
            gpu.temperature = static_cast<int>(value);
        if (power && power(device, &value) == kSuccess) gpu.power = value / 1000.0;
        if (power_limit && power_limit(device, &value) == kSuccess)
            gpu.power_limit = value / 1000.0;
        int major = 0, minor = 0;
        if (compute_capability && compute_capability(device, &major, &minor) == kSuccess)
            gpu.compute_major = major, gpu.compute_minor = minor;
    }

    /// NVML's code.
    int read(unsigned index, GpuState& gpu) const {
        Device device = nullptr;
        gpu.index = static_cast<int>(index);
        if (const int code = by_index(index, &device)) return code;
        std::array<char, 128> text{};
        if (name(device, text.data(), text.size()) == kSuccess) gpu.name = text.data();
        if (uuid(device, text.data(), text.size()) == kSuccess) gpu.uuid = text.data();
        Memory bytes{};
        if (const int code = memory(device, &bytes)) return code;
        gpu.memory_total = static_cast<std::int64_t>(bytes.total);
        gpu.memory_free = static_cast<std::int64_t>(bytes.free);
        read_numbers(device, gpu);
        read_users(device, gpu);
        return kSuccess;
    }
};

NvmlLibrary::NvmlLibrary() : calls_(std::make_unique<Calls>()) {}
NvmlLibrary::NvmlLibrary(NvmlLibrary&&) noexcept = default;
NvmlLibrary& NvmlLibrary::operator=(NvmlLibrary&&) noexcept = default;
NvmlLibrary::~NvmlLibrary() = default;

NvmlLibrary NvmlLibrary::open() {
    NvmlLibrary library;
    Calls& calls = *library.calls_;
    const char* path = std::getenv("UNIVI_NVML");
    calls.handle = ::dlopen(path && *path ? path : "libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!calls.handle) {
        library.problem_ =
            tr("No NVIDIA driver was found, so training runs on the processor.").toStdString();
        return library;
    }
    if (!calls.find_all()) {
        library.problem_ =
            tr("The NVIDIA driver's library lacks calls that are needed: update the driver.")
                .toStdString();
        return library;
    }
    if (const int code = calls.init()) {
        library.problem_ = noAnswer(calls.why(code));
        return library;
    }
    calls.is_initialized = true;
    return library;
}

std::vector<GpuState> NvmlLibrary::read() {
    std::vector<GpuState> gpus;
    if (!calls_ || !calls_->is_initialized) return gpus;
    unsigned count = 0;
    if (const int code = calls_->count(&count)) {
        problem_ = noAnswer(calls_->why(code));
        return gpus;
    }
    problem_ =
        count == 0
            ? tr("This machine has an NVIDIA driver but no GPU, so training runs on the processor.")
                  .toStdString()
            : "";
    for (unsigned i = 0; i < count; ++i) {
        GpuState gpu;
        if (const int code = calls_->read(i, gpu))
            problem_ = tr("GPU %1 does not answer (%2): leave it out, or restart the machine.")
                           .arg(i)
                           .arg(QString::fromStdString(calls_->why(code)))
                           .toStdString();
        else
            gpus.push_back(std::move(gpu));
    }
    return gpus;
}

}  // namespace univi::ui
