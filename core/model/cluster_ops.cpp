#include "core/model/cluster_ops.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include "core/model/device_kernels.h"

namespace univi::model {

namespace {

using Results = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

template <class Signature>
c10::TypedOperatorHandle<Signature> find(const char* name) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(univi, library) {
    library.def(
        "dpc_knn(Tensor x, int cluster_count, int k) -> (Tensor, Tensor, Tensor, Tensor, Tensor)");
    library.def("merge_tokens(Tensor x, Tensor idx_cluster, int cluster_count) -> Tensor");
    library.def("mean_token(Tensor x) -> Tensor");
}

bool has_cluster_kernels(const at::Tensor& x) {
    return has_device_kernel("univi::dpc_knn", x.device());
}

Results call_dpc_knn(const at::Tensor& x, int cluster_count, int k) {
    static const auto op =
        find<Results(const at::Tensor&, std::int64_t, std::int64_t)>("univi::dpc_knn");
    return op.call(x, cluster_count, k);
}

at::Tensor call_merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster,
                             int cluster_count) {
    static const auto op =
        find<at::Tensor(const at::Tensor&, const at::Tensor&, std::int64_t)>("univi::merge_tokens");
    return op.call(x, idx_cluster, cluster_count);
}

at::Tensor call_mean_token(const at::Tensor& x) {
    static const auto op = find<at::Tensor(const at::Tensor&)>("univi::mean_token");
    return op.call(x);
}

}  // namespace univi::model
