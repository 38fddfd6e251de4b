#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/decoder_layer.h"

namespace univi::model {

/// layer.forward over whole sequences x [B,L,D] that keeps only its input and runs the layer again
/// in backward (activation checkpointing); the gradients are the same.
at::Tensor forward_recomputed(const DecoderLayer& layer, const at::Tensor& x, const at::Tensor& cos,
                              const at::Tensor& sin, const AdapterDropout& dropout = {});

}  // namespace univi::model
