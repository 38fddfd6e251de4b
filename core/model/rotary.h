#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <utility>

#include "core/model/model_config.h"

namespace univi::model {

/// Angle that every pair of dimensions turns by from one position to the next, [head_dim/2] fp32,
/// in a sequence of `length` positions. As transformers computes it: linear scaling divides the
/// angles; dynamic NTK raises the base once `length` exceeds max_position_embeddings; Llama3
/// divides slow angles, keeps fast ones and blends between; YaRN blends over the dimensions between
/// beta_fast and beta_slow turns.
at::Tensor rotary_frequencies(const LanguageConfig& config, std::int64_t length,
                              c10::Device device);

/// cos and sin of the rotary angles of positions begin..end-1, each [end-begin, head_dim] fp32
/// (both halves alike, as transformers' LlamaRotaryEmbedding), times YaRN's attention factor. The
/// sequence is `end` long.
std::pair<at::Tensor, at::Tensor> rotary_tables(const LanguageConfig& config, std::int64_t begin,
                                                std::int64_t end, c10::Device device);

/// Rotates x [.., L, head_dim] by tables [L, head_dim]; computed in fp32, returned in x's dtype.
at::Tensor apply_rotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

}  // namespace univi::model
