#pragma once

#include <cstdint>

namespace univi::kernels {

/// out = x / sqrt(mean(x^2) + eps) * weight, all [size]. `out` may be `x`.
void rms_norm(const float* x, const float* weight, double eps, std::int64_t size, float* out);

/// values = exp(values - max) / sum of these, in place.
void softmax(float* values, std::int64_t size);

/// ln of the sum of exp(values): what softmax divides by. size >= 1.
double log_sum_of_exponentials(const float* values, std::int64_t size);

/// gate = gate / (1 + exp(-gate)) * up, in place (SwiGLU, arXiv 2002.05202).
void swiglu(float* gate, const float* up, std::int64_t size);

/// Sums words and forgets what is beyond 32 bits: reads memory and does next to nothing else.
std::uint32_t sum_words(const std::uint32_t* words, std::int64_t size);

/// Rotates pairs (i, i + dim / 2) of every head [heads, dim] by the angles whose cosines and sines
/// [dim] are given, both halves alike (RoPE as transformers' LLaMA has it).
void rotate_heads(float* x, const float* cosines, const float* sines, std::int64_t heads,
                  std::int64_t dim);

}  // namespace univi::kernels
