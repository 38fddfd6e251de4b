#pragma once

#include <ATen/core/Tensor.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace univi::model::cuda {

/// LibTorch's name of a type of kernels.
template <class T>
struct TensorElement {
    using Type = T;
};
template <>
struct TensorElement<__half> {
    using Type = c10::Half;
};
template <>
struct TensorElement<__nv_bfloat16> {
    using Type = c10::BFloat16;
};

/// Tests run the operators on tensors of the CPU, whose memory kernels must know.
inline void know(const at::Tensor& tensor) {
#ifdef UNIVI_CUDA_ON_CPU
    // Of a view that a kernel may go beyond all of its storage is known.
    const auto& storage = tensor.storage();
    cuda_on_cpu::add_device_memory("a tensor", storage.mutable_data(), storage.nbytes(),
                                   tensor.element_size(), true);
#endif
}

/// Returns a contiguous tensor's elements as kernels read or write them; throws on another type.
template <class T>
const T* elements(const at::Tensor& tensor) {
    know(tensor);
    return reinterpret_cast<const T*>(tensor.const_data_ptr<typename TensorElement<T>::Type>());
}
template <class T>
T* mutable_elements(const at::Tensor& tensor) {
    know(tensor);
    return reinterpret_cast<T*>(tensor.mutable_data_ptr<typename TensorElement<T>::Type>());
}

/// Calls `run` with a value of the type that kernels have for fp32, fp16 or bf16.
template <class Run>
void with_float_type(c10::ScalarType type, Run run) {
    switch (type) {
        case c10::kFloat:
            return run(float{});
        case c10::kHalf:
            return run(__half{});
        case c10::kBFloat16:
            return run(__nv_bfloat16{});
        default:
            TORCH_CHECK(false, "our CUDA kernels compute in fp32, fp16 and bf16");
    }
}

/// Dispatch key that the operators are registered for.
#ifndef UNIVI_OPERATOR_KEY
#define UNIVI_OPERATOR_KEY CUDA
#endif

}  // namespace univi::model::cuda
