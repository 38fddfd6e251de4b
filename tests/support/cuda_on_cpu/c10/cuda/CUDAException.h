#pragma once

// Found in place of LibTorch's header where operators of kernels are tested on tensors of the CPU:
// a kernel that fails throws there.
#define C10_CUDA_KERNEL_LAUNCH_CHECK()
