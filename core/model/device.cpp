#include "core/model/device.h"

#include <dlfcn.h>

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>

#include <charconv>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/resident_memory.h"
#include "core/model/cuda_driver.h"
#include "core/model/dtype_names.h"

namespace univi::model {
namespace {

/// Folder of the libtorch_cpu this process runs with.
std::filesystem::path torch_library_folder() {
    Dl_info info{};
    // Any symbol that lives in libtorch_cpu names its file.
    if (dladdr(reinterpret_cast<const void*>(&at::globalContext), &info) == 0 ||
        info.dli_fname == nullptr)
        return {};
    return std::filesystem::path(info.dli_fname).parent_path();
}

/// Our own kernels stand beside the program. Without them LibTorch's operators do the
/// same work slower.
void open_own_kernels() {
    const std::filesystem::path library = base::executable_folder() / "libunivi_cuda.so";
    if (!std::filesystem::exists(library)) return;
    if (dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
        const char* reason = dlerror();
        base::log_warning(std::string("our CUDA kernels could not be opened: ") +
                          (reason ? reason : "no reason given"));
    }
}

std::string open_cuda() {
    if (std::string reason = why_no_driver(); !reason.empty()) return reason;
    const std::filesystem::path library = torch_library_folder() / "libtorch_cuda.so";
    if (!std::filesystem::exists(library))
        return "LibTorch's CUDA part (libtorch_cuda.so) is not installed beside " +
               library.parent_path().string() +
               "/libtorch_cpu.so: packaging/build fetches it "
               "where it finds a driver";
    // Its operators register with the dispatcher when it is opened; this must come before ATen
    // first asks for CUDA.
    if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* reason = dlerror();
        return std::string("LibTorch's CUDA part could not be opened (") +
               (reason ? reason : "no reason given") + ")";
    }
    if (at::detail::getCUDAHooks().deviceCount() < 1)
        return "the NVIDIA driver reports no usable GPU";
    open_own_kernels();
    return {};
}

/// Opens the library that UNIVI_DEVICE_LIBRARY names, once. Returns the name of the device that it
/// registered with LibTorch; empty without a library.
std::string open_device_library() {
    const char* path = std::getenv("UNIVI_DEVICE_LIBRARY");
    if (path && *path && dlopen(path, RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* reason = dlerror();
        throw base::Error(base::ErrorKind::Device,
                          std::string("The library of UNIVI_DEVICE_LIBRARY cannot be opened: ") +
                              (reason ? reason : "no reason given") + ".");
    }
    if (c10::is_privateuse1_backend_registered()) return c10::get_privateuse1_backend();
    if (!path || !*path) return {};
    throw base::Error(base::ErrorKind::Device, std::string("The library ") + path +
                                                   " of UNIVI_DEVICE_LIBRARY brings no device: "
                                                   "name one that registers LibTorch's "
                                                   "PrivateUse1 backend, or unset the variable.");
}

const std::string& library_device() {
    static const std::string name = open_device_library();
    return name;
}

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
    throw base::Error(base::ErrorKind::Device,
                      "The device " + name + " cannot be used: " + reason + "; choose cpu.");
}

[[noreturn]] void refuse_unknown(const std::string& name) {
    throw base::Error(base::ErrorKind::Usage,
                      "The device " + name + " is unknown: use auto, cpu, cuda or cuda:N.");
}

/// The device that "<type>" or "<type>:N" means.
c10::Device numbered(const std::string& name, const std::string& type, c10::DeviceType kind) {
    int index = 0;
    if (name != type) {
        const char *begin = name.data() + type.size() + 1, *end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(begin, end, index);
        if (name[type.size()] != ':' || begin == end || error != std::errc() || stop != end ||
            index < 0 || index > 127)
            refuse_unknown(name);
    }
    if (kind == c10::kCUDA)
        if (const std::string reason = why_no_cuda(); !reason.empty()) refuse(name, reason);
    const int count = device_count(kind);
    const std::string those = kind == c10::kCUDA ? "GPU(s)" : type + " device(s)";
    if (index >= count) refuse(name, "this machine has " + std::to_string(count) + " " + those);
    if (kind == c10::kCUDA)
        if (const std::string reason = why_gpu_too_old(index); !reason.empty())
            refuse(name, reason);
    return {kind, static_cast<c10::DeviceIndex>(index)};
}

c10::Device automatic() {
    for (int gpu = 0; why_no_cuda().empty() && gpu < device_count(c10::kCUDA); ++gpu)
        if (why_gpu_too_old(gpu).empty()) return {c10::kCUDA, static_cast<c10::DeviceIndex>(gpu)};
    return library_device().empty() ? c10::Device(c10::kCPU) : c10::Device(c10::kPrivateUse1, 0);
}

}  // namespace

std::string why_no_cuda() {
    static const std::string reason = open_cuda();
    return reason;
}

int device_count(c10::DeviceType type) {
    if (type == c10::kCPU) return 1;
    return at::globalContext().getAcceleratorHooksInterface(type).deviceCount();
}

c10::Device open_device(const std::string& name) {
    if (name == "cpu") return c10::kCPU;
    if (name == "auto") return automatic();
    if (name.starts_with("cuda")) return numbered(name, "cuda", c10::kCUDA);
    const std::string& own = library_device();
    if (!own.empty() && name.starts_with(own)) return numbered(name, own, c10::kPrivateUse1);
    refuse_unknown(name);
}

std::string type_name(c10::Device device) {
    return c10::DeviceTypeName(device.type(), /*lower_case=*/true);
}

DeviceMemory device_memory(c10::Device device) {
    if (device.is_cpu()) return {base::machine_memory(), base::machine_memory()};
    at::globalContext().lazyInitDevice(device.type());
    const auto [free, total] =
        c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index());
    return {static_cast<std::int64_t>(free), static_cast<std::int64_t>(total)};
}

void release_kept_memory(c10::Device device) {
    if (!device.is_cpu()) c10::getDeviceAllocator(device.type())->emptyCache();
}

c10::ScalarType compute_dtype(const std::string& name, c10::Device device) {
    if (name == "auto") return device.is_cpu() ? c10::kFloat : c10::kBFloat16;
    if (const auto type = dtype_named(name)) return *type;
    throw base::Error(
        base::ErrorKind::Usage,
        "The type " + name + " is not known: use auto, fp32, fp16, bf16, int8 or int4.");
}

}  // namespace univi::model
