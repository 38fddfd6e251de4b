#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "core/base/stop_token.h"
#include "core/model/decoder_layer.h"
#include "core/model/key_value_cache.h"
#include "core/model/language_config.h"

namespace univi::model {

/// True when decode_position() takes these layers: all weights on the CPU, in types that kernels
/// read, without adapters; and no gradient is asked for.
bool decodes_by_kernels(std::span<const DecoderLayer> layers, const at::Tensor& x);

/// Takes the next position of a cached sequence through all decoder layers, by kernels over plain
/// memory: a token costs five short loops a layer and no operator of LibTorch. Computes in fp32
/// whatever the types of weights and cache. x [1,D] of any float type; cosines and sines
/// [1,head_dim] fp32 of its position -> [1,D] fp32. Keys and values go behind cache.length(); the
/// caller advances it. `attention` [length + 1] fp32 as LanguageModel::forward has it: what the
/// position pays is added, the mean over heads of each layer. Throws Error{Stopped} between layers.
at::Tensor decode_position(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                           const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines,
                           KeyValueCache& cache, at::Tensor* attention,
                           const base::StopToken& stop);

}  // namespace univi::model
