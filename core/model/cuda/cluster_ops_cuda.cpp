// The CUDA side of `univi::dpc_knn`. Built into libunivi_cuda.so, which the model core opens at run
// time beside LibTorch's CUDA part.
#include <ATen/ATen.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include "core/model/cuda/cluster_kernels.cuh"

namespace univi::model::cuda {
namespace {

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> dpc_knn(
    const at::Tensor& x, std::int64_t clusters, std::int64_t k,
    const std::optional<at::Tensor>& noise) {
    TORCH_CHECK(x.dim() == 3 && x.scalar_type() == at::kFloat && x.is_contiguous(),
                "dpc_knn wants contiguous fp32 [B,N,C]");
    TORCH_CHECK(k >= 1 && k <= 32 && clusters >= 1 && clusters <= x.size(1),
                "dpc_knn: cluster count or k out of range");
    const c10::cuda::CUDAGuard guard(x.device());
    const auto stream = c10::cuda::getCurrentCUDAStream().stream();
    const int b = static_cast<int>(x.size(0)), n = static_cast<int>(x.size(1)),
              c = static_cast<int>(x.size(2));

    at::Tensor distances = at::empty({b, n, n}, x.options());
    launch_scaled_distances(x.const_data_ptr<float>(), distances.mutable_data_ptr<float>(), b, n, c,
                            stream);
    at::Tensor density = at::empty({b, n}, x.options());
    launch_knn_density(distances.const_data_ptr<float>(), density.mutable_data_ptr<float>(), b, n,
                       static_cast<int>(k), stream);
    if (noise) density = (density + noise->to(density.options()) * 1e-6).contiguous();
    const at::Tensor largest = distances.flatten(1).amax(1);
    at::Tensor delta = at::empty({b, n}, x.options());
    launch_denser_distance(distances.const_data_ptr<float>(), density.const_data_ptr<float>(),
                           largest.const_data_ptr<float>(), delta.mutable_data_ptr<float>(), b, n,
                           stream);
    const at::Tensor score = density * delta;
    const at::Tensor centers = at::argsort(score, /*stable=*/true, -1, /*descending=*/true)
                                   .narrow(1, 0, clusters)
                                   .contiguous();
    at::Tensor idx_cluster = at::empty({b, n}, centers.options());
    launch_assign(distances.const_data_ptr<float>(), centers.const_data_ptr<std::int64_t>(),
                  idx_cluster.mutable_data_ptr<std::int64_t>(), b, n, static_cast<int>(clusters),
                  stream);
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return {idx_cluster, centers, density, delta, score};
}

}  // namespace

TORCH_LIBRARY_IMPL(univi, CUDA, library) {
    library.impl("dpc_knn", &dpc_knn);
}

}  // namespace univi::model::cuda
