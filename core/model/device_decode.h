#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <vector>

#include "core/model/decode_ops.h"
#include "core/model/decoder_layer.h"
#include "core/model/key_value_cache.h"
#include "core/model/language_config.h"

namespace univi::model {

/// Takes one position of a cached sequence after the other through the decoder on a device that has
/// our kernels (decode_ops.h). Every position asks the same of the device, on the same memory; what
/// differs, its number, lies there too. So the second position is recorded and those behind it are
/// one launch each, where the device records (a CUDA graph a token).
class DeviceDecode {
  public:
    /// True when pass() takes x [1,D]: in inference mode, our kernels are there for its device and
    /// type, the cache is of that type, all layers lie on the device without adapters, and angles
    /// do not depend on how long the sequence gets.
    static bool takes(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                      const at::Tensor& x, const KeyValueCache& cache);

    /// For sequences in `cache`, through layers of the type and device of x. Makes the angles of
    /// all its positions.
    DeviceDecode(const LanguageConfig& config, const KeyValueCache& cache, const at::Tensor& x);

    /// The decoder that pass() runs: borrowed for the call.
    struct Decoder {
        std::span<const DecoderLayer> layers;
        const at::Tensor& norm;  ///< of the hidden states, behind the last layer
        double rms_norm_eps;
    };
    /// x [1,D] behind cache.length() positions -> normed hidden state [1,D]. Keys and values go
    /// into the cache; the caller advances it. `attention` [length + 1] fp32: what the position
    /// pays is added, the mean over heads of each layer.
    at::Tensor pass(const Decoder& decoder, const at::Tensor& x, KeyValueCache& cache,
                    at::Tensor* attention);

  private:
    at::Tensor ask(const Decoder& decoder, KeyValueCache& cache, bool with_shares);
    bool records(const Decoder& decoder, KeyValueCache& cache, bool with_shares);

    RotaryAngles angles_;
    at::Tensor x_, shares_;           ///< [1,D], [capacity]: what every position begins with
    std::vector<const void*> known_;  ///< where what was asked for last lies
    std::unique_ptr<DeviceGraph> graph_;
    at::Tensor recorded_;  ///< the graph's result
    bool can_record_;
};

}  // namespace univi::model
