#include "core/model/cuda_driver.h"

#include <dlfcn.h>

#include <cstdlib>

namespace univi::model {
namespace {

/// What LibTorch's wheel (packaging/libtorch.txt) was made for: CUDA 13, whose compilers know GPUs
/// from Turing on.
constexpr int kLeastVersion = 13000;  ///< as the driver counts: 1000 * major + 10 * minor
constexpr int kLeastCapability = 75;  ///< 10 * major + minor
constexpr int kErrorNoDevice = 100;   ///< CUDA_ERROR_NO_DEVICE
constexpr int kCapabilityMajor = 75;  ///< CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
constexpr int kCapabilityMinor = 76;

/// The few calls of the driver's C interface that are needed; stable since CUDA 2.
struct Driver {
    int (*init)(unsigned) = nullptr;
    int (*version)(int*) = nullptr;
    int (*count)(int*) = nullptr;
    int (*get)(int*, int) = nullptr;
    int (*name)(char*, int, int) = nullptr;
    int (*attribute)(int*, int, int) = nullptr;

    explicit Driver(const std::string& library) {
        void* opened = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);  // stays open
        if (!opened) return;
        take(opened, "cuInit", init);
        take(opened, "cuDriverGetVersion", version);
        take(opened, "cuDeviceGetCount", count);
        take(opened, "cuDeviceGet", get);
        take(opened, "cuDeviceGetName", name);
        take(opened, "cuDeviceGetAttribute", attribute);
    }
    bool is_there() const { return init && version && count && get && name && attribute; }

  private:
    template <typename Function>
    static void take(void* library, const char* symbol, Function& target) {
        target = reinterpret_cast<Function>(dlsym(library, symbol));
    }
};

/// "12.4"
std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string capability_text(int capability) {
    return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
}

std::string no_gpu() {
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    return "the NVIDIA driver reports no usable GPU" +
           (visible ? " (CUDA_VISIBLE_DEVICES is \"" + std::string(visible) + "\")"
                    : std::string());
}

std::string why_too_old(const Driver& driver, int gpu) {
    int device = 0, major = 0, minor = 0;
    if (driver.get(&device, gpu) != 0 || driver.attribute(&major, kCapabilityMajor, device) != 0 ||
        driver.attribute(&minor, kCapabilityMinor, device) != 0)
        return "the NVIDIA driver does not tell what the GPU is";
    const int capability = 10 * major + minor;
    if (capability >= kLeastCapability) return {};
    char name[128] = "";
    driver.name(name, sizeof name - 1, device);
    return std::string("the GPU ") + name + " has compute capability " +
           capability_text(capability) + ", and LibTorch's CUDA part needs " +
           capability_text(kLeastCapability) + " or higher";
}

}  // namespace

std::string why_no_driver(const std::string& library) {
    const Driver driver(library);
    if (!driver.is_there()) return "there is no NVIDIA driver on this machine";
    if (const int code = driver.init(0); code == kErrorNoDevice)
        return no_gpu();
    else if (code != 0)
        return "the NVIDIA driver does not start (error " + std::to_string(code) +
               "; nvidia-smi may say more)";
    int version = 0, count = 0;
    driver.version(&version);
    if (version < kLeastVersion)
        return "the NVIDIA driver is made for CUDA " + version_text(version) +
               ", and LibTorch's CUDA part needs one for " + version_text(kLeastVersion) +
               " or newer: install a newer driver";
    if (driver.count(&count) != 0 || count < 1) return no_gpu();
    std::string reason;
    for (int gpu = count - 1; gpu >= 0; --gpu) {
        reason = why_too_old(driver, gpu);
        if (reason.empty()) return {};
    }
    return reason;
}

std::string why_gpu_too_old(int gpu, const std::string& library) {
    const Driver driver(library);
    return driver.is_there() ? why_too_old(driver, gpu) : std::string();
}

}  // namespace univi::model
