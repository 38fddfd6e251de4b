#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "core/model/quantized_linear.h"

namespace univi::model {

/// Dropout on the input of adapters. The elements that fall away are a function of `key` and the
/// shape, so a layer that is computed again for backward drops the same ones.
struct AdapterDropout {
    double rate = 0;
    std::uint64_t key = 0;
    /// Returns the dropout of the `part`-th thing that uses this one, with a key of its own.
    AdapterDropout of(std::uint64_t part) const;
};

/// Returns a key from several numbers (SplitMix64's finisher over each).
std::uint64_t mix_keys(std::initializer_list<std::uint64_t> numbers);

/// One linear layer of the decoder, without a bias: a matrix as stored, or quantized, and beside it
/// the low-rank update of an adapter where there is one.
struct LinearLayer {
    at::Tensor weight;  ///< [out,in]; undefined when quantized
    std::shared_ptr<const QuantizedWeight> quantized;
    at::Tensor lora_a, lora_b;  ///< [r,in], [out,r] in the compute type; undefined: no adapter
    double lora_scale = 0;      ///< alpha / r
    /// among its decoder layer's, whose adapters share a dropout but not what it drops
    std::uint64_t place = 0;

    c10::Device device() const;

    /// x [..,in] -> x W^T + scale * (dropout(x) A^T) B^T, [..,out] in x's dtype. `dropout`: of the
    /// decoder layer.
    at::Tensor operator()(const at::Tensor& x, const AdapterDropout& dropout = {}) const;
};

}  // namespace univi::model
