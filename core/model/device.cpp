#include "core/model/device.h"

#include <dlfcn.h>

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <charconv>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
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
    if (dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) == nullptr)
        return "there is no NVIDIA driver on this machine";
    const std::filesystem::path library = torch_library_folder() / "libtorch_cuda.so";
    if (!std::filesystem::exists(library))
        return "LibTorch's CUDA part (libtorch_cuda.so) is not installed";
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

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
    throw base::Error(base::ErrorKind::Device,
                      "The device " + name + " cannot be used: " + reason + "; choose cpu.");
}

c10::Device cuda_device(const std::string& name) {
    int index = 0;
    if (name.size() > 4) {
        const char *begin = name.data() + 5, *end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(begin, end, index);
        if (name[4] != ':' || begin == end || error != std::errc() || stop != end || index < 0 ||
            index > 127)
            throw base::Error(base::ErrorKind::Usage,
                              "The device " + name + " is unknown: use auto, cpu, cuda or cuda:N.");
    }
    if (const std::string reason = why_no_cuda(); !reason.empty()) refuse(name, reason);
    const int count = at::detail::getCUDAHooks().deviceCount();
    if (index >= count) refuse(name, "this machine has " + std::to_string(count) + " GPU(s)");
    return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace

std::string why_no_cuda() {
    static const std::string reason = open_cuda();
    return reason;
}

c10::Device open_device(const std::string& name) {
    if (name == "cpu") return c10::kCPU;
    if (name == "auto")
        return why_no_cuda().empty() ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
    if (name.starts_with("cuda")) return cuda_device(name);
    throw base::Error(base::ErrorKind::Usage,
                      "The device " + name + " is unknown: use auto, cpu, cuda or cuda:N.");
}

c10::ScalarType compute_dtype(const std::string& name, c10::Device device) {
    if (name == "auto") return device.is_cpu() ? c10::kFloat : c10::kBFloat16;
    if (const auto type = dtype_named(name)) return *type;
    throw base::Error(
        base::ErrorKind::Usage,
        "The type " + name + " is not known: use auto, fp32, fp16, bf16, int8 or int4.");
}

}  // namespace univi::model
