#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "core/model/key_value_cache.h"

namespace univi::model {

/// [.., L, heads*head_dim] -> [.., heads, L, head_dim].
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads);
/// The inverse of split_heads.
at::Tensor join_heads(const at::Tensor& x);

/// What the queries of a decoder layer see.
class Attend {
  public:
    virtual ~Attend() = default;
    /// q [.., heads, L, d], k and v [.., heads_kv, L, d] of the same L positions, rotated ->
    /// [.., heads, L, d].
    virtual at::Tensor operator()(const at::Tensor& q, const at::Tensor& k,
                                  const at::Tensor& v) const = 0;
};

/// Up to this length CausalAttend writes the scores of a bf16 step on the CPU out: matrix products
/// in bf16 run several times as fast there as the fused operator with its backward pass, and the
/// scores still fit the cache.
inline constexpr std::int64_t kWrittenOutLength = 640;

/// Whole sequences: a position sees itself and what comes before. Differentiable.
class CausalAttend : public Attend {
  public:
    at::Tensor operator()(const at::Tensor& q, const at::Tensor& k,
                          const at::Tensor& v) const override;
};

/// The next positions of one cached sequence: keys and values go into the cache, and a position
/// sees everything cached up to itself.
class CachedAttend : public Attend {
  public:
    /// Borrows both. `weights`: if given, the fp32 mean over heads of what the last position pays
    /// to each cached one [length] is added to it.
    CachedAttend(KeyValueCache& cache, int layer, at::Tensor* weights)
        : cache_(cache), layer_(layer), weights_(weights) {}
    at::Tensor operator()(const at::Tensor& q, const at::Tensor& k,
                          const at::Tensor& v) const override;

  private:
    KeyValueCache& cache_;
    int layer_;
    at::Tensor* weights_;
};

/// The same, and what every one of these positions pays to each cached one [n,length] is added to
/// `rows`, fp32: the mean over heads, or what one head pays.
class WatchedAttend : public Attend {
  public:
    /// Borrows the cache and `rows`.
    WatchedAttend(KeyValueCache& cache, int layer, std::optional<int> head, at::Tensor& rows)
        : cache_(cache), layer_(layer), head_(head), rows_(rows) {}
    at::Tensor operator()(const at::Tensor& q, const at::Tensor& k,
                          const at::Tensor& v) const override;

  private:
    KeyValueCache& cache_;
    int layer_;
    std::optional<int> head_;
    at::Tensor& rows_;
};

}  // namespace univi::model
