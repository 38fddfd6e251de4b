#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <utility>

#include "core/model/model_config.h"

namespace univi::model {

/// cos and sin of the rotary angles of positions begin..end-1, each [end-begin, head_dim] fp32
/// (both halves alike, as transformers' LlamaRotaryEmbedding). Linear scaling divides positions;
/// dynamic NTK raises the base once the sequence (end) is longer than max_position_embeddings.
std::pair<at::Tensor, at::Tensor> rotary_tables(const LanguageConfig& config, std::int64_t begin,
                                                std::int64_t end, c10::Device device);

/// Rotates x [.., L, head_dim] by tables [L, head_dim]; computed in fp32, returned in x's dtype.
at::Tensor apply_rotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

}  // namespace univi::model
