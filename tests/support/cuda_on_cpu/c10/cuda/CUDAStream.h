#pragma once

// Found in place of LibTorch's header where operators of kernels are tested on tensors of the CPU.
#include "tests/support/cuda_on_cpu/cuda_runtime_api.h"

namespace c10::cuda {

struct CUDAStream {
    cudaStream_t stream() const { return nullptr; }
};

inline CUDAStream getCurrentCUDAStream() {
    return {};
}

}  // namespace c10::cuda
