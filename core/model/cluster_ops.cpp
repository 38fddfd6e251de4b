#include "core/model/cluster_ops.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

namespace univi::model {

namespace {
using Results = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;
using DpcKnn = Results(const at::Tensor&, std::int64_t, std::int64_t,
                       const std::optional<at::Tensor>&);
}  // namespace

TORCH_LIBRARY(univi, library) {
    library.def(
        "dpc_knn(Tensor x, int cluster_count, int k, Tensor? noise) -> (Tensor, Tensor, Tensor, "
        "Tensor, Tensor)");
}

bool has_cuda_cluster_kernels() {
    static const auto handle = c10::Dispatcher::singleton().findSchemaOrThrow("univi::dpc_knn", "");
    return handle.hasKernelForDispatchKey(c10::DispatchKey::CUDA);
}

Results call_dpc_knn(const at::Tensor& x, int cluster_count, int k,
                     const std::optional<at::Tensor>& noise) {
    static const auto handle =
        c10::Dispatcher::singleton().findSchemaOrThrow("univi::dpc_knn", "").typed<DpcKnn>();
    return handle.call(x, cluster_count, k, noise);
}

}  // namespace univi::model
