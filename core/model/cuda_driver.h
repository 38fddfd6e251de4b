#pragma once

#include <string>

namespace univi::model {

/// The file that NVIDIA's driver is opened by.
inline constexpr const char* kCudaDriver = "libcuda.so.1";

/// Empty when the driver in `library` can run LibTorch's CUDA part on some GPU, else why not: there
/// is none, it does not start, it is too old, it shows no GPU, or every GPU is too old.
std::string why_no_driver(const std::string& library = kCudaDriver);

/// Empty when LibTorch's CUDA part runs on this GPU, else why not. After why_no_driver().
std::string why_gpu_too_old(int gpu, const std::string& library = kCudaDriver);

}  // namespace univi::model
