#include "core/model/attention.h"

#include <limits>

namespace univi::model {
namespace {

/// Key or value heads repeated for grouped queries: [.., heads_kv, L, d] -> [.., heads, L, d].
at::Tensor repeat_heads(const at::Tensor& x, std::int64_t heads) {
    const std::int64_t groups = heads / x.size(-3);
    return groups == 1 ? x : x.repeat_interleave(groups, -3);
}

/// softmax(q K^T / sqrt(d)) of query rows q [heads,L,d] over keys [heads_kv,T,d], fp32:
/// [heads,L,T]. No mask: for a last position, which sees everything.
at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& keys) {
    const std::int64_t kv_heads = keys.size(0), length = keys.size(1), dim = keys.size(2);
    const at::Tensor grouped =
        q.reshape({kv_heads, -1, dim});  // query heads of a group are neighbours
    const at::Tensor scores = at::matmul(grouped, keys.transpose(1, 2)).to(c10::kFloat);
    return at::softmax(scores * (1.0 / std::sqrt(static_cast<double>(dim))), -1)
        .view({q.size(0), q.size(1), length});
}

/// What each of the last positions sees: [count,length], true for itself and what comes before.
at::Tensor causal_mask(std::int64_t count, std::int64_t length, const at::Tensor& like) {
    return at::ones({count, length}, like.options().dtype(c10::kBool)).tril(length - count);
}

/// The same with a causal mask, for positions of which the last is the last cached one.
at::Tensor masked_weights(const at::Tensor& q, const at::Tensor& keys) {
    const std::int64_t count = q.size(1), length = keys.size(1);
    const at::Tensor scores =
        at::matmul(q, repeat_heads(keys, q.size(0)).transpose(1, 2)).to(c10::kFloat) *
        (1.0 / std::sqrt(static_cast<double>(q.size(2))));
    return at::softmax(scores.masked_fill(causal_mask(count, length, q).logical_not(),
                                          -std::numeric_limits<float>::infinity()),
                       -1);
}

/// One query per head: q [heads,1,d] over cached keys and values [heads_kv,T,d] -> [heads,1,d].
at::Tensor attend_one(const at::Tensor& q, const KeyValueCache::Held& held, at::Tensor* sums) {
    const at::Tensor weights = attention_weights(q, held.keys);
    if (sums) sums->add_(weights.mean(at::IntArrayRef{0, 1}));
    const at::Tensor grouped =
        weights.to(held.values.scalar_type()).view({held.keys.size(0), -1, held.keys.size(1)});
    return at::matmul(grouped, held.values).view(q.sizes());
}

/// Several queries, the last of which is the last cached position: causal.
at::Tensor attend_many(const at::Tensor& q, const KeyValueCache::Held& held, at::Tensor* sums) {
    const std::int64_t count = q.size(1), length = held.keys.size(1), heads = q.size(0);
    if (sums)
        sums->add_(
            attention_weights(q.narrow(1, count - 1, 1), held.keys).mean(at::IntArrayRef{0, 1}));
    std::optional<at::Tensor> mask;
    if (length > count) mask = causal_mask(count, length, q);
    return at::scaled_dot_product_attention(
               q.unsqueeze(0), repeat_heads(held.keys, heads).unsqueeze(0),
               repeat_heads(held.values, heads).unsqueeze(0), mask, 0.0, !mask.has_value())
        .squeeze(0);
}

}  // namespace

at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
    return x.unflatten(-1, {heads, x.size(-1) / heads}).transpose(-2, -3);
}

at::Tensor join_heads(const at::Tensor& x) {
    return x.transpose(-2, -3).flatten(-2);
}

at::Tensor CausalAttend::operator()(const at::Tensor& q, const at::Tensor& k,
                                    const at::Tensor& v) const {
    const std::int64_t length = q.size(-2), heads = q.size(-3);
    const at::Tensor keys = repeat_heads(k, heads), values = repeat_heads(v, heads);
    const bool write_out =
        q.is_cpu() && q.scalar_type() == c10::kBFloat16 && length <= kWrittenOutLength;
    if (!write_out)
        return at::scaled_dot_product_attention(q, keys, values, {}, 0.0, /*is_causal=*/true);
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
    const at::Tensor future =
        at::full({length, length}, -std::numeric_limits<float>::infinity(), q.options()).triu(1);
    const at::Tensor scores = at::matmul(q * scale, keys.transpose(-2, -1)) + future;
    return at::matmul(at::softmax(scores, -1), values);
}

at::Tensor CachedAttend::operator()(const at::Tensor& q, const at::Tensor& k,
                                    const at::Tensor& v) const {
    KeyValueCache::Held held = cache_.put(layer_, k, v);
    held = {held.keys.to(q.scalar_type()), held.values.to(q.scalar_type())};
    return q.size(1) == 1 ? attend_one(q, held, weights_) : attend_many(q, held, weights_);
}

at::Tensor WatchedAttend::operator()(const at::Tensor& q, const at::Tensor& k,
                                     const at::Tensor& v) const {
    KeyValueCache::Held held = cache_.put(layer_, k, v);
    held = {held.keys.to(q.scalar_type()), held.values.to(q.scalar_type())};
    const at::Tensor weights = masked_weights(q, held.keys);  // [heads,n,length]
    rows_.add_(head_ ? weights.select(0, *head_) : weights.mean(0));
    return attend_many(q, held, nullptr);
}

}  // namespace univi::model
