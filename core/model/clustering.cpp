#include "core/model/clustering.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/huge_pages.h"
#include "core/kernels/token_clusters.h"
#include "core/kernels/worker_threads.h"
#include "core/model/cluster_ops.h"
#include "core/model/matrix_views.h"

namespace univi::model {
namespace {

void check_input(const at::Tensor& x, int cluster_count, int k,
                 const std::optional<at::Tensor>& noise) {
    const bool fits = x.dim() == 3 && x.size(1) >= 1 && x.size(2) >= 1 && cluster_count >= 1 &&
                      cluster_count <= x.size(1) && k >= 1 && k <= x.size(1);
    const bool noise_fits =
        !noise || (noise->dim() == 2 && noise->size(0) == x.size(0) && noise->size(1) == x.size(1));
    if (!fits || !noise_fits)
        throw base::Error(base::ErrorKind::Internal,
                          "token clustering was called with sizes that do not fit together");
}

ClusterResult empty_result(const at::Tensor& x, int clusters) {
    const auto integers = x.options().dtype(c10::kLong).requires_grad(false);
    const auto floats = x.options().dtype(c10::kFloat).requires_grad(false);
    const std::int64_t b = x.size(0), n = x.size(1);
    return {at::empty({b, n}, integers), at::empty({b, clusters}, integers),
            at::empty({b, n}, floats), at::empty({b, n}, floats), at::empty({b, n}, floats)};
}

/// Memory that is kept from one clustering to the next, as that of other tensors.
at::Tensor workspace_for(const kernels::TokenRows& tokens) {
    at::Tensor workspace = at::empty({kernels::workspace_size(tokens)}, c10::kFloat);
    base::use_huge_pages(workspace.mutable_data_ptr(), workspace.nbytes());
    return workspace;
}

/// x [B,N,C] fp32, contiguous.
ClusterResult cluster_cpu(const at::Tensor& x, int clusters, int k) {
    ClusterResult result = empty_result(x, clusters);
    const std::int64_t n = x.size(1), c = x.size(2);
    const auto* values = x.const_data_ptr<float>();
    const kernels::TokenClusters first{
        result.density.mutable_data_ptr<float>(), result.distance.mutable_data_ptr<float>(),
        result.score.mutable_data_ptr<float>(), result.centers.mutable_data_ptr<std::int64_t>(),
        result.idx_cluster.mutable_data_ptr<std::int64_t>()};
    const auto cluster = [&](std::int64_t b) {
        const kernels::TokenRows tokens{values + b * n * c, n, c};
        at::Tensor workspace = workspace_for(tokens);
        kernels::cluster_tokens(tokens, clusters, k, workspace.mutable_data_ptr<float>(),
                                {first.density + b * n, first.delta + b * n, first.score + b * n,
                                 first.centers + b * clusters, first.idx_cluster + b * n});
    };
    follow_torch_threads();
    // Samples are independent: several share the threads, a single one shares its loops.
    kernels::WorkerThreads::shared().run(x.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t b = begin; b < end; ++b) cluster(b);
    });
    return result;
}

/// Position of the smallest value along the last dimension, the first of equals.
at::Tensor first_argmin(const at::Tensor& values) {
    const at::Tensor is_least = values == values.amin(-1, /*keepdim=*/true);
    const at::Tensor index = at::arange(values.size(-1), values.options().dtype(c10::kLong));
    return at::where(is_least, index, values.size(-1)).amin(-1);
}

/// The same sums in the same order as merge_by_loops, with operations that have a gradient.
at::Tensor merge_differentiably(const at::Tensor& x, const at::Tensor& idx_cluster, int clusters) {
    const std::int64_t b = x.size(0), n = x.size(1), c = x.size(2);
    const at::Tensor offset = at::arange(b, idx_cluster.options()).view({b, 1}) * clusters;
    const at::Tensor target = (idx_cluster + offset).reshape({b * n}).contiguous();
    const at::Tensor count = at::bincount(target, {}, b * clusters).to(c10::kFloat);
    const at::Tensor weight = (count + 1e-6).reciprocal().index_select(0, target).unsqueeze(1);
    const at::Tensor weighted = x.reshape({b * n, c}).to(c10::kFloat) * weight;
    return at::zeros({b * clusters, c}, weighted.options())
        .index_add(0, target, weighted)
        .view({b, clusters, c})
        .to(x.scalar_type());
}

at::Tensor merge_by_loops(const at::Tensor& input, const at::Tensor& idx_cluster, int clusters) {
    const at::Tensor x = input.detach().to(c10::kFloat).contiguous(),
                     index = idx_cluster.contiguous();
    const std::int64_t b = x.size(0), n = x.size(1), c = x.size(2);
    const auto* of_token = index.const_data_ptr<std::int64_t>();
    if (index.numel() != b * n ||
        std::any_of(of_token, of_token + b * n,
                    [&](std::int64_t cluster) { return cluster < 0 || cluster >= clusters; }))
        throw base::Error(base::ErrorKind::Internal,
                          "tokens were to be merged into clusters that do not exist");
    at::Tensor out = at::empty({b, clusters, c}, x.options());
    follow_torch_threads();
    for (std::int64_t sample = 0; sample < b; ++sample)
        kernels::merge_clusters({x.const_data_ptr<float>() + sample * n * c, n, c},
                                of_token + sample * n, clusters,
                                out.mutable_data_ptr<float>() + sample * clusters * c);
    return out.to(input.scalar_type());
}

}  // namespace

ClusterResult cluster_dpc_knn_generic(const at::Tensor& input, int clusters, int k) {
    const at::NoGradGuard guard;
    const at::Tensor x = input.detach().to(c10::kFloat);
    const std::int64_t n = x.size(1);
    // compute_mode 2: differences, never the matrix product, so equal tokens are at distance 0.
    at::Tensor d = at::cdist(x, x, 2.0, 2) / std::sqrt(static_cast<double>(x.size(2)));
    const at::Tensor nearest = std::get<0>(at::topk(d, k, -1, /*largest=*/false));
    const at::Tensor density = at::exp(-nearest.square().mean(-1));
    const at::Tensor mine = density.unsqueeze(2), other = density.unsqueeze(1);
    const at::Tensor earlier = at::ones({n, n}, d.options().dtype(c10::kBool)).tril(-1);
    const at::Tensor higher = (other > mine).logical_or((other == mine).logical_and(earlier));
    const at::Tensor largest = d.flatten(1).amax(1).view({-1, 1, 1});
    const at::Tensor delta = at::where(higher, d, largest).amin(-1);
    const at::Tensor score = density * delta;
    const at::Tensor centers =
        at::argsort(score, /*stable=*/true, -1, /*descending=*/true).narrow(1, 0, clusters);
    const at::Tensor to_centers = d.gather(2, centers.unsqueeze(1).expand({-1, n, -1}));
    at::Tensor idx_cluster = first_argmin(to_centers);
    idx_cluster.scatter_(1, centers, at::arange(clusters, centers.options()).expand_as(centers));
    return {idx_cluster, centers.contiguous(), density, delta, score};
}

ClusterResult cluster_dpc_knn_reference(const at::Tensor& input, int clusters, int k,
                                        const at::Tensor& noise) {
    const at::NoGradGuard guard;
    const at::Tensor x = input.detach().to(c10::kFloat);
    const at::Tensor d = at::cdist(x, x) / std::sqrt(static_cast<double>(x.size(2)));
    const at::Tensor nearest = std::get<0>(at::topk(d, k, -1, /*largest=*/false));
    const at::Tensor density = at::exp(-nearest.square().mean(-1)) + noise.to(d.options()) * 1e-6;
    const at::Tensor higher = (density.unsqueeze(1) > density.unsqueeze(2)).to(c10::kFloat);
    const at::Tensor largest = d.flatten(1).amax(1).view({-1, 1, 1});
    const at::Tensor delta = (d * higher + largest * (1 - higher)).amin(-1);
    const at::Tensor score = density * delta;
    const at::Tensor centers = std::get<1>(at::topk(score, clusters, -1));
    const at::Tensor to_centers = d.gather(2, centers.unsqueeze(1).expand({-1, x.size(1), -1}));
    at::Tensor idx_cluster = first_argmin(to_centers);
    idx_cluster.scatter_(1, centers, at::arange(clusters, centers.options()).expand_as(centers));
    return {idx_cluster, centers, density, delta, score};
}

int resolve_cluster_count(double rate, int num_tokens) {
    const double count = rate > 1 ? std::ceil(rate) : std::ceil(num_tokens * rate);
    return static_cast<int>(std::clamp(count, 1.0, std::max(1.0, static_cast<double>(num_tokens))));
}

int resolve_neighbors(int k, int cluster_count) {
    return k > cluster_count ? std::min(3, std::max(cluster_count / 2, 1)) : k;
}

ClusterResult cluster_dpc_knn(const at::Tensor& x, int cluster_count, int k,
                              const std::optional<at::Tensor>& noise) {
    check_input(x, cluster_count, k, noise);
    if (noise) return cluster_dpc_knn_reference(x, cluster_count, k, *noise);
    if (!x.is_cpu() && has_cluster_kernels(x)) {
        auto [idx_cluster, centers, density, delta, score] =
            call_dpc_knn(x.detach().to(c10::kFloat).contiguous(), cluster_count, k);
        return {idx_cluster, centers, density, delta, score};
    }
    if (!x.is_cpu()) return cluster_dpc_knn_generic(x, cluster_count, k);
    const at::NoGradGuard guard;
    return cluster_cpu(x.detach().to(c10::kFloat).contiguous(), cluster_count, k);
}

at::Tensor merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster, int cluster_count) {
    const bool differentiably = at::GradMode::is_enabled() && x.requires_grad();
    if (x.is_cpu())
        return differentiably ? merge_differentiably(x, idx_cluster, cluster_count)
                              : merge_by_loops(x, idx_cluster, cluster_count);
    if (!differentiably && has_cluster_kernels(x))
        return call_merge_tokens(x.detach().contiguous(), idx_cluster.contiguous(), cluster_count);
    // A product with the weighted membership matrix: unlike a scatter it sums in a fixed order on
    // a GPU too.
    const at::Tensor index = at::arange(cluster_count, idx_cluster.options()).view({1, -1, 1});
    const at::Tensor member = (idx_cluster.unsqueeze(1) == index).to(c10::kFloat);  // [B,m,N]
    const at::Tensor weight = (member.sum(-1, /*keepdim=*/true) + 1e-6).reciprocal();
    return at::matmul(member * weight, x.to(c10::kFloat)).to(x.scalar_type());
}

at::Tensor mean_token(const at::Tensor& input) {
    const at::Tensor x = input.detach();
    if (!x.is_cpu() && has_cluster_kernels(x)) return call_mean_token(x.contiguous());
    if (!x.is_cpu() || x.scalar_type() != c10::kFloat || !x.is_contiguous()) return x.mean(0);
    at::Tensor out = at::empty({x.size(1)}, x.options());
    follow_torch_threads();
    kernels::mean_token({x.const_data_ptr<float>(), x.size(0), x.size(1)},
                        out.mutable_data_ptr<float>());
    return out;
}

}  // namespace univi::model
