#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/model/quantized_weight.h"
#include "core/model/tensor_table.h"

namespace univi::model {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;
using NamedQuantized = std::vector<std::pair<std::string, std::shared_ptr<const QuantizedWeight>>>;

/// Where weights go and in which type the model computes. Weights on the CPU stay mapped in their
/// stored type (no copy) unless `materialize` (training: own, fp32 or bf16 copies).
struct PlacementOptions {
    c10::Device device{c10::kCPU};
    c10::ScalarType compute_dtype = c10::kFloat;
    bool materialize = false;
    /// of the decoder's linear layers, which are frozen then
    std::optional<Quantization> quantize;
    bool quantize_tokens = false;  ///< embedding and head in 8 bits
    bool quantize_tower = false;   ///< the vision tower's matrices in 8 bits
    /// of keys and values; unset: the compute type
    std::optional<c10::ScalarType> cache_dtype;
    /// where each decoder layer and its keys and values lie; empty: all on `device`
    std::vector<c10::Device> layers;
    /// of the final norm and the head; unset: `device`
    std::optional<c10::Device> head;

    c10::Device of_layer(int layer) const {
        return layers.empty() ? device : layers.at(static_cast<std::size_t>(layer));
    }
    c10::Device of_head() const { return head.value_or(device); }
};

/// Zero-copy at::Tensor over a mapped view; keeps the map alive.
at::Tensor to_tensor(const TensorView& view);
/// Contiguous CPU view of a tensor for the writers (copies when needed).
TensorView to_view(const at::Tensor& tensor);

/// Hands out weights by name and remembers what was asked for, missing, of the wrong shape and
/// never used, so that a wrong checkpoint is answered with one list of names.
class WeightSource {
  public:
    WeightSource(TensorTable table, std::string origin);
    /// Returns the tensor, placed; an empty tensor of that shape (noted) when missing or of another
    /// shape.
    at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape,
                    const PlacementOptions& placement);
    bool has(const std::string& name) const;
    /// Returns a matrix that the checkpoint itself holds in 8 or 4 bits (quantized_names.h), on the
    /// placement's device; nothing where it holds `name` as usual, or not at all. Throws
    /// Error{Format} when its parts do not fit the shape.
    std::shared_ptr<const QuantizedWeight> take_quantized(const std::string& name,
                                                          const std::vector<std::int64_t>& shape,
                                                          const PlacementOptions& placement);
    const TensorTable& table() const { return table_; }
    /// Called with each name before it is taken (progress; may throw Error{Stopped}).
    void set_observer(std::function<void(const std::string&)> observer);
    /// Replaces or adds tensors (LoRA merge, mm_projector.bin over a base).
    void override_tensor(const std::string& name, TensorView view);
    const std::vector<std::string>& missing() const { return missing_; }
    /// Returns the names nobody asked for (rotary inv_freq excluded).
    std::vector<std::string> unused() const;
    /// Throws Error{Model} listing up to 8 missing names and names of the wrong shape, and the
    /// counts.
    void check_complete() const;

  private:
    TensorTable table_;
    std::string origin_;
    std::function<void(const std::string&)> observer_;
    std::set<std::string> used_;
    std::vector<std::string> missing_, wrong_shape_;
};

}  // namespace univi::model
