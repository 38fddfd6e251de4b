#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "core/base/stop_token.h"
#include "core/model/decoder_layer.h"
#include "core/model/key_value_cache.h"
#include "core/model/language_config.h"

namespace univi::model {

/// True when decode_positions() takes x [n,D] through these layers: at most kernels::kMostVectors
/// positions, all weights on the CPU, in types that kernels read, without adapters; and no gradient
/// is asked for.
bool decodes_by_kernels(std::span<const DecoderLayer> layers, const at::Tensor& x);

/// Takes the next positions of a cached sequence through all decoder layers, by kernels over plain
/// memory: they cost five short loops a layer and no operator of LibTorch, and every weight is read
/// once for all of them. Computes in fp32 whatever the types of weights and cache. What a position
/// gives has the same bits beside others as alone. x [n,D] of any float type; cosines and sines
/// [n,head_dim] fp32 of the positions -> [n,D] fp32. Keys and values go behind cache.length(); the
/// caller advances it. `first`: the number in the model of the first of these layers. `attention`
/// [n,length + n] fp32: what each position pays to itself and those before is added, the mean over
/// heads of each layer. Throws Error{Stopped} between layers.
at::Tensor decode_positions(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                            const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines,
                            KeyValueCache& cache, at::Tensor* attention,
                            const base::StopToken& stop, int first = 0);

}  // namespace univi::model
