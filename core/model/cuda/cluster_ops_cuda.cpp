// The CUDA side of `univi::dpc_knn`, `univi::merge_tokens` and `univi::mean_token`. Built into
// libunivi_cuda.so, which the model core opens at run time beside LibTorch's CUDA part.
#include <ATen/ATen.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include "core/model/cuda/cluster_kernels.cuh"
#include "core/model/cuda/distance_kernels.cuh"
#include "core/model/cuda/merge_kernels.cuh"
#include "core/model/cuda/tensor_pointers.h"

namespace univi::model::cuda {
namespace {

/// Blocks that a launch may have beside and behind its first side.
constexpr std::int64_t kMostBlocks = 65535;

int as_int(std::int64_t size) {
    TORCH_CHECK(size >= 0 && size <= INT_MAX, "a tensor is too large for our CUDA kernels");
    return static_cast<int>(size);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> dpc_knn(
    const at::Tensor& x, std::int64_t clusters, std::int64_t neighbors) {
    TORCH_CHECK(x.dim() == 3 && x.scalar_type() == at::kFloat && x.is_contiguous() &&
                    x.size(0) <= kMostBlocks,
                "dpc_knn wants contiguous fp32 [B,N,C]");
    TORCH_CHECK(neighbors >= 1 && neighbors <= x.size(1) && clusters >= 1 && clusters <= x.size(1),
                "dpc_knn: cluster count or k out of range");
    const c10::cuda::CUDAGuard guard(x.device());
    const auto stream = c10::cuda::getCurrentCUDAStream().stream();
    const int b = as_int(x.size(0)), n = as_int(x.size(1)), c = as_int(x.size(2)),
              m = as_int(clusters), k = as_int(neighbors);
    as_int(std::int64_t{b} * n);
    const auto integers = x.options().dtype(at::kLong);
    const at::Tensor distances = at::empty({b, n, n}, x.options()),
                     largest = at::zeros({b}, x.options().dtype(at::kInt)),
                     density = at::empty({b, n}, x.options()), delta = at::empty_like(density),
                     score = at::empty_like(density), centers = at::empty({b, m}, integers),
                     idx_cluster = at::empty({b, n}, integers);
    const auto* between = elements<float>(distances);
    launch_scaled_distances(elements<float>(x), mutable_elements<float>(distances), b, n, c,
                            stream);
    launch_knn_density(between, mutable_elements<float>(density), mutable_elements<int>(largest), b,
                       n, k, stream);
    launch_denser_distance(between, elements<float>(density), elements<int>(largest),
                           mutable_elements<float>(delta), mutable_elements<float>(score), b, n,
                           stream);
    launch_select_centers(elements<float>(score), mutable_elements<std::int64_t>(centers), b, n, m,
                          stream);
    launch_assign(between, elements<std::int64_t>(centers),
                  mutable_elements<std::int64_t>(idx_cluster), b, n, m, stream);
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return {idx_cluster, centers, density, delta, score};
}

at::Tensor merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster, std::int64_t clusters) {
    TORCH_CHECK(x.dim() == 3 && x.is_contiguous() && idx_cluster.is_contiguous() &&
                    idx_cluster.sizes() == x.sizes().slice(0, 2) && clusters <= kMostBlocks &&
                    x.size(0) <= kMostBlocks,
                "merge_tokens wants contiguous [B,N,C] and [B,N]");
    const c10::cuda::CUDAGuard guard(x.device());
    const at::Tensor out = at::empty({x.size(0), clusters, x.size(2)}, x.options());
    with_float_type(x.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_merge<T>(elements<T>(x), elements<std::int64_t>(idx_cluster),
                        mutable_elements<T>(out), as_int(x.size(0)), as_int(x.size(1)),
                        as_int(x.size(2)), as_int(clusters),
                        c10::cuda::getCurrentCUDAStream().stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

at::Tensor mean_token(const at::Tensor& x) {
    TORCH_CHECK(x.dim() == 2 && x.size(0) >= 1 && x.is_contiguous(),
                "mean_token wants contiguous [N,C]");
    const c10::cuda::CUDAGuard guard(x.device());
    const at::Tensor out = at::empty({x.size(1)}, x.options());
    with_float_type(x.scalar_type(), [&](auto kind) {
        using T = decltype(kind);
        launch_mean_token<T>(elements<T>(x), mutable_elements<T>(out), as_int(x.size(0)),
                             as_int(x.size(1)), c10::cuda::getCurrentCUDAStream().stream());
    });
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return out;
}

}  // namespace

TORCH_LIBRARY_IMPL(univi, UNIVI_OPERATOR_KEY, library) {
    library.impl("dpc_knn", &dpc_knn);
    library.impl("merge_tokens", &merge_tokens);
    library.impl("mean_token", &mean_token);
}

}  // namespace univi::model::cuda
