// The CUDA side of the operators of decode_ops.h. Built into libunivi_cuda.so, which the model core
// opens at run time beside LibTorch's CUDA part.
#include <ATen/ATen.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include "core/model/cuda/attention_kernels.cuh"
#include "core/model/cuda/layer_kernels.cuh"
#include "core/model/cuda/product_kernels.cuh"
#include "core/model/cuda/tensor_pointers.h"

namespace univi::model::cuda {
namespace {

cudaStream_t stream() {
    return c10::cuda::getCurrentCUDAStream().stream();
}

void check_same(const at::Tensor& x, std::initializer_list<const at::Tensor*> others) {
    for (const at::Tensor* other : others)
        TORCH_CHECK(other->device() == x.device() && other->scalar_type() == x.scalar_type() &&
                        other->is_contiguous(),
                    "our CUDA kernels want contiguous tensors of one type on one device");
}

at::Tensor quantized_product(const at::Tensor& x, const at::Tensor& codes,
                             const at::Tensor& scales) {
    const bool int4 = codes.scalar_type() == at::kByte;
    const std::int64_t rows = codes.size(0), columns = codes.size(1) * (int4 ? 2 : 1);
    TORCH_CHECK(x.dim() == 2 && x.size(1) == columns && x.size(0) >= 1 &&
                    x.size(0) <= kMostVectors && x.is_contiguous() && codes.is_contiguous() &&
                    scales.is_contiguous() && columns % (int4 ? 32 : 8) == 0 &&
                    columns <= INT_MAX && rows <= INT_MAX && codes.device() == x.device(),
                "quantized_product: shapes that do not fit");
    const c10::cuda::CUDAGuard guard(x.device());
    const at::Tensor out = at::empty({x.size(0), rows}, x.options());
    const int r = static_cast<int>(rows), c = static_cast<int>(columns),
              n = static_cast<int>(x.size(0));
    with_float_type(x.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        if (int4)
            launch_int4_product<T>(elements<std::uint8_t>(codes), elements<__half>(scales),
                                   elements<T>(x), mutable_elements<T>(out), r, c, n, stream());
        else
            launch_int8_product<T>(elements<std::int8_t>(codes), elements<float>(scales),
                                   elements<T>(x), mutable_elements<T>(out), r, c, n, stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

at::Tensor add_rms_norm(const at::Tensor& x, const std::optional<at::Tensor>& added,
                        const at::Tensor& weight, double eps) {
    check_same(x, {&x, &weight});
    if (added) check_same(x, {&*added});
    TORCH_CHECK(x.dim() == 2 && weight.numel() == x.size(1) &&
                    (!added || added->sizes() == x.sizes()) && x.size(1) <= INT_MAX,
                "add_rms_norm: shapes that do not fit");
    const c10::cuda::CUDAGuard guard(x.device());
    const at::Tensor out = at::empty_like(x);
    with_float_type(x.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_add_rms_norm<T>(mutable_elements<T>(x), added ? elements<T>(*added) : nullptr,
                               elements<T>(weight), mutable_elements<T>(out),
                               static_cast<int>(x.size(0)), static_cast<int>(x.size(1)),
                               static_cast<float>(eps), stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    check_same(gate, {&gate, &up});
    TORCH_CHECK(gate.sizes() == up.sizes() && gate.numel() <= INT_MAX,
                "swiglu: shapes that do not fit");
    const c10::cuda::CUDAGuard guard(gate.device());
    const at::Tensor out = at::empty_like(gate);
    with_float_type(gate.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_swiglu<T>(elements<T>(gate), elements<T>(up), mutable_elements<T>(out),
                         static_cast<int>(gate.numel()), stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

/// Sizes of a layer's cache [kv_heads,capacity,dim] and the heads that a query [1,heads*dim] has.
struct Heads {
    Heads(const at::Tensor& query, const at::Tensor& keys)
        : kv_heads(static_cast<int>(keys.size(0))),
          capacity(static_cast<int>(keys.size(1))),
          dim(static_cast<int>(keys.size(2))),
          heads(static_cast<int>(query.numel() / keys.size(2))) {
        TORCH_CHECK(
            keys.numel() <= INT_MAX && heads * dim == query.numel() && heads % kv_heads == 0,
            "a query that does not fit its keys");
    }
    int kv_heads, capacity, dim, heads;
};

at::Tensor rotary_to_cache(const at::Tensor& query, const at::Tensor& keys,
                           const at::Tensor& values, const at::Tensor& cosines,
                           const at::Tensor& sines, const at::Tensor& position,
                           const at::Tensor& key_cache, const at::Tensor& value_cache) {
    check_same(query, {&query, &keys, &values, &key_cache, &value_cache});
    check_same(cosines, {&cosines, &sines});
    const Heads h(query, key_cache);
    TORCH_CHECK(h.dim % 2 == 0 && keys.numel() == std::int64_t{h.kv_heads} * h.dim &&
                    values.numel() == keys.numel() &&
                    cosines.numel() >= std::int64_t{h.capacity} * h.dim &&
                    sines.numel() == cosines.numel() && value_cache.sizes() == key_cache.sizes(),
                "rotary_to_cache: shapes that do not fit");
    const c10::cuda::CUDAGuard guard(query.device());
    const at::Tensor out = at::empty_like(query);
    with_float_type(query.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_rotary_to_cache<T>(
            {elements<T>(query), elements<T>(keys), elements<T>(values), h.heads, h.kv_heads,
             h.dim},
            elements<float>(cosines), elements<float>(sines), elements<int>(position),
            mutable_elements<T>(out),
            {mutable_elements<T>(key_cache), mutable_elements<T>(value_cache), h.capacity},
            stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

at::Tensor attend_one(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                      const at::Tensor& position, const std::optional<at::Tensor>& shares) {
    check_same(query, {&query, &keys, &values});
    const Heads h(query, keys);
    TORCH_CHECK(attends_dim(h.dim) && values.sizes() == keys.sizes() &&
                    (!shares || shares->numel() >= h.capacity),
                "attend_one: shapes that do not fit");
    const c10::cuda::CUDAGuard guard(query.device());
    const auto floats = query.options().dtype(at::kFloat);
    const int parts = attention_parts(h.capacity);
    const at::Tensor sums = at::empty({h.heads, parts, h.dim}, floats),
                     extents = at::empty({h.heads, parts, 2}, floats), out = at::empty_like(query);
    at::Tensor scores;
    if (shares) scores = at::empty({h.heads, h.capacity}, floats);
    const AttendMemory memory{mutable_elements<float>(sums), mutable_elements<float>(extents),
                              shares ? mutable_elements<float>(scores) : nullptr};
    with_float_type(query.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_attend_one<T>({elements<T>(query), elements<T>(keys), elements<T>(values),
                              elements<int>(position), h.heads, h.kv_heads, h.dim, h.capacity},
                             memory, mutable_elements<T>(out), stream());
    });
    if (shares)
        launch_attention_shares(memory, elements<int>(position), mutable_elements<float>(*shares),
                                h.heads, h.capacity, stream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

}  // namespace

TORCH_LIBRARY_IMPL(univi, UNIVI_OPERATOR_KEY, library) {
    library.impl("quantized_product", &quantized_product);
    library.impl("add_rms_norm", &add_rms_norm);
    library.impl("swiglu", &swiglu);
    library.impl("rotary_to_cache", &rotary_to_cache);
    library.impl("attend_one", &attend_one);
}

}  // namespace univi::model::cuda
