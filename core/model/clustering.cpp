#include "core/model/clustering.h"

#include <ATen/Parallel.h>

#include <numeric>

#include "core/base/error.h"
#include "core/model/cluster_ops.h"
#include "core/model/distance_kernel.h"

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

/// One sample's results; the pointers are rows of the ClusterResult's tensors.
struct Sample {
    const float* distances;  // [n,n]
    std::int64_t n;
    int clusters, k;
    float *density, *delta, *score;
    std::int64_t *centers, *idx_cluster;
};

/// exp in double, rounded once: the same float on every C library that is good to half a
/// unit in double.
void densities(const Sample& s) {
    std::vector<float> row(s.n);
    for (std::int64_t i = 0; i < s.n; ++i) {
        std::copy_n(s.distances + i * s.n, s.n, row.begin());
        std::nth_element(row.begin(), row.begin() + (s.k - 1), row.end());
        std::sort(row.begin(), row.begin() + s.k);
        float sum = 0;
        for (int j = 0; j < s.k; ++j) sum += row[j] * row[j];
        s.density[i] =
            static_cast<float>(std::exp(-static_cast<double>(sum / static_cast<float>(s.k))));
    }
}

/// Token indices, best value first; of equal values the lower index.
std::vector<std::int64_t> descending(const float* values, std::int64_t n) {
    std::vector<std::int64_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return values[a] > values[b]; });
    return order;
}

void deltas(const Sample& s) {
    const float largest = *std::max_element(s.distances, s.distances + s.n * s.n);
    // In this order every token before the i-th counts as denser, which is the tie rule as well.
    const auto order = descending(s.density, s.n);
    for (std::int64_t rank = 0; rank < s.n; ++rank) {
        const float* row = s.distances + order[rank] * s.n;
        float nearest = largest;
        for (std::int64_t higher = 0; higher < rank; ++higher)
            nearest = std::min(nearest, row[order[higher]]);
        s.delta[order[rank]] = nearest;
        s.score[order[rank]] = s.density[order[rank]] * nearest;
    }
}

void assign(const Sample& s) {
    const auto order = descending(s.score, s.n);
    std::copy_n(order.begin(), s.clusters, s.centers);
    for (std::int64_t i = 0; i < s.n; ++i) {
        const float* row = s.distances + i * s.n;
        int best = 0;
        for (int c = 1; c < s.clusters; ++c)
            if (row[s.centers[c]] < row[s.centers[best]]) best = c;
        s.idx_cluster[i] = best;
    }
    for (int c = 0; c < s.clusters; ++c) s.idx_cluster[s.centers[c]] = c;
}

ClusterResult empty_result(const at::Tensor& x, int clusters) {
    const auto integers = x.options().dtype(c10::kLong).requires_grad(false);
    const auto floats = x.options().dtype(c10::kFloat).requires_grad(false);
    const std::int64_t b = x.size(0), n = x.size(1);
    return {at::empty({b, n}, integers), at::empty({b, clusters}, integers),
            at::empty({b, n}, floats), at::empty({b, n}, floats), at::empty({b, n}, floats)};
}

ClusterResult cluster_cpu(const at::Tensor& x, int clusters, int k) {
    ClusterResult result = empty_result(x, clusters);
    const std::int64_t n = x.size(1);
    std::vector<at::Tensor> distances(x.size(0));
    const auto one = [&](std::int64_t b) {
        distances[b] = scaled_distances(x[b]);
        const Sample s{distances[b].const_data_ptr<float>(),
                       n,
                       clusters,
                       k,
                       result.density.mutable_data_ptr<float>() + b * n,
                       result.distance.mutable_data_ptr<float>() + b * n,
                       result.score.mutable_data_ptr<float>() + b * n,
                       result.centers.mutable_data_ptr<std::int64_t>() + b * clusters,
                       result.idx_cluster.mutable_data_ptr<std::int64_t>() + b * n};
        densities(s);
        deltas(s);
        assign(s);
        distances[b].reset();
    };
    // Samples are independent: several share the threads, a single one shares its distance matrix.
    if (x.size(0) == 1) {
        one(0);
        return result;
    }
    at::parallel_for(0, x.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        const at::NoGradGuard guard;  // thread-local: not inherited by the pool
        for (std::int64_t b = begin; b < end; ++b) one(b);
    });
    return result;
}

/// Position of the smallest value along the last dimension, the first of equals.
at::Tensor first_argmin(const at::Tensor& values) {
    const at::Tensor is_least = values == values.amin(-1, /*keepdim=*/true);
    const at::Tensor index = at::arange(values.size(-1), values.options().dtype(c10::kLong));
    return at::where(is_least, index, values.size(-1)).amin(-1);
}

/// Adds each row of `tokens` [count,C] to row target[i] of `out`, in token order (so the sum never
/// depends on threads).
void add_rows(const float* tokens, const std::int64_t* target, std::int64_t count, std::int64_t c,
              float* out) {
    for (std::int64_t i = 0; i < count; ++i) {
        float* row = out + target[i] * c;
        for (std::int64_t j = 0; j < c; ++j) row[j] += tokens[i * c + j];
    }
}

at::Tensor merge_on_cpu(const at::Tensor& x, const at::Tensor& idx_cluster, int clusters) {
    const std::int64_t b = x.size(0), n = x.size(1), c = x.size(2);
    const at::Tensor offset = at::arange(b, idx_cluster.options()).view({b, 1}) * clusters;
    const at::Tensor target = (idx_cluster + offset).reshape({b * n}).contiguous();
    const at::Tensor count = at::bincount(target, {}, b * clusters).to(c10::kFloat);
    const at::Tensor weight = (count + 1e-6).reciprocal().index_select(0, target).unsqueeze(1);
    const at::Tensor weighted = x.reshape({b * n, c}).to(c10::kFloat) * weight;
    at::Tensor sums = at::zeros({b * clusters, c}, weighted.options());
    if (at::GradMode::is_enabled() && weighted.requires_grad())
        sums = sums.index_add(0, target, weighted);
    else
        add_rows(weighted.const_data_ptr<float>(), target.const_data_ptr<std::int64_t>(), b * n, c,
                 sums.mutable_data_ptr<float>());
    return sums.view({b, clusters, c}).to(x.scalar_type());
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
    if (x.is_cuda() && k <= 32 && has_cuda_cluster_kernels()) {
        auto [idx_cluster, centers, density, delta, score] =
            call_dpc_knn(x.detach().to(c10::kFloat).contiguous(), cluster_count, k, noise);
        return {idx_cluster, centers, density, delta, score};
    }
    if (!x.is_cpu()) return cluster_dpc_knn_generic(x, cluster_count, k);
    const at::NoGradGuard guard;
    return cluster_cpu(x.detach().to(c10::kFloat).contiguous(), cluster_count, k);
}

at::Tensor merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster, int cluster_count) {
    if (x.is_cpu()) return merge_on_cpu(x, idx_cluster, cluster_count);
    // A product with the weighted membership matrix: unlike a scatter it sums in a fixed order on
    // a GPU too.
    const at::Tensor index = at::arange(cluster_count, idx_cluster.options()).view({1, -1, 1});
    const at::Tensor member = (idx_cluster.unsqueeze(1) == index).to(c10::kFloat);  // [B,m,N]
    const at::Tensor weight = (member.sum(-1, /*keepdim=*/true) + 1e-6).reciprocal();
    return at::matmul(member * weight, x.to(c10::kFloat)).to(x.scalar_type());
}

}  // namespace univi::model
