#pragma once

#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace univi::model::cuda {

/// Most vectors that one pass over a matrix serves.
constexpr int kMostVectors = 8;

// Products of a few vectors with a quantized matrix, its values as QuantizedWeight holds them: the
// matrix is read once, as it is stored. T is float, __half or __nv_bfloat16; sums are fp32, in an
// order that depends on the number of columns alone. x [count,columns], out [count,rows], 1 to
// kMostVectors vectors. Contiguous device memory at 16 bytes; asynchronous on `stream`.

/// codes int8 [rows,columns], scales [rows]; columns a multiple of 8.
template <class T>
void launch_int8_product(const std::int8_t* codes, const float* scales, const T* x, T* out,
                         int rows, int columns, int count, cudaStream_t stream);

/// codes [rows,columns/2], scales [rows,columns/32] in the order of kernels::MatrixView; columns a
/// multiple of 32.
template <class T>
void launch_int4_product(const std::uint8_t* codes, const __half* scales, const T* x, T* out,
                         int rows, int columns, int count, cudaStream_t stream);

}  // namespace univi::model::cuda
