// Stands in for NVIDIA's management library: the same calls, two GPUs. $UNIVI_FAKE_NVML: "lost"
// (the second GPU does not answer), "none" (no GPU), "dead" (the driver does not start).
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kSuccess = 0, kNotSupported = 3, kInsufficientSize = 7, kDriverNotLoaded = 9,
              kGpuIsLost = 15;
constexpr unsigned long long kGigabyte = 1'000'000'000;

bool mode(const char* name) {
    const char* value = std::getenv("UNIVI_FAKE_NVML");
    return value && std::strcmp(value, name) == 0;
}

long index_of(const void* device) {
    return reinterpret_cast<long>(device) - 1;
}

}  // namespace

extern "C" {

struct Memory {
    unsigned long long total, free, used;
};
struct Utilization {
    unsigned gpu, memory;
};
struct ProcessInfo {
    unsigned pid;
    unsigned long long used;
    unsigned gpu_instance, compute_instance;
};

int nvmlInit_v2() {
    return mode("dead") ? kDriverNotLoaded : kSuccess;
}
int nvmlShutdown() {
    return kSuccess;
}
const char* nvmlErrorString(int code) {
    return code == kDriverNotLoaded ? "Driver Not Loaded"
           : code == kGpuIsLost     ? "GPU is lost"
                                    : "Unknown Error";
}
int nvmlDeviceGetCount_v2(unsigned* count) {
    *count = mode("none") ? 0 : 2;
    return kSuccess;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (index == 1 && mode("lost")) return kGpuIsLost;
    *device = reinterpret_cast<void*>(static_cast<long>(index) + 1);
    return kSuccess;
}
int nvmlDeviceGetName(void* device, char* text, unsigned size) {
    std::snprintf(text, size, "%s", index_of(device) == 0 ? "Fake A100 80GB" : "Fake V100 16GB");
    return kSuccess;
}
int nvmlDeviceGetUUID(void* device, char* text, unsigned size) {
    std::snprintf(text, size, "GPU-0000000%ld-1111-2222-3333-444444444444", index_of(device));
    return kSuccess;
}
int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
    memory->total = (index_of(device) == 0 ? 80 : 16) * kGigabyte;
    memory->used = (index_of(device) == 0 ? 10 : 12) * kGigabyte;
    memory->free = memory->total - memory->used;
    return kSuccess;
}
int nvmlDeviceGetUtilizationRates(void* device, Utilization* rates) {
    *rates = {index_of(device) == 0 ? 37U : 91U, 5};
    return kSuccess;
}
int nvmlDeviceGetTemperature(void* device, int, unsigned* degrees) {
    *degrees = index_of(device) == 0 ? 46 : 71;
    return kSuccess;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
    if (index_of(device) == 1) return kNotSupported;
    *milliwatts = 123'400;
    return kSuccess;
}
int nvmlDeviceGetEnforcedPowerLimit(void*, unsigned* milliwatts) {
    *milliwatts = 400'000;
    return kSuccess;
}
int nvmlDeviceGetCudaComputeCapability(void* device, int* major, int* minor) {
    *major = index_of(device) == 0 ? 8 : 7;
    *minor = 0;
    return kSuccess;
}
/// On the first GPU 40 processes, more than a first guess of the list's size; the caller
/// itself uses most.
int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, ProcessInfo* list) {
    const unsigned there = index_of(device) == 0 ? 40 : 1;
    const unsigned room = *count;
    *count = there;
    if (room < there) return kInsufficientSize;
    for (unsigned i = 0; i < there; ++i)
        list[i] = {i == 5 ? static_cast<unsigned>(getpid()) : 4'000'000'000U + i,
                   i == 5 ? 9 * kGigabyte : 1'000'000ULL, ~0U, ~0U};
    return kSuccess;
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(void*, unsigned* count, ProcessInfo*) {
    *count = 0;
    return kSuccess;
}

}  // extern "C"
