#pragma once

// Found in place of the CUDA toolkit's header where kernels are compiled for the CPU.

using cudaStream_t = struct CUstream_st*;
