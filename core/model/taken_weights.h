#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/model/linear_layer.h"
#include "core/model/parameter_shapes.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// Returns how matrices of this kind are quantized; nothing for those that are not.
std::optional<Quantization> quantization_of(ParameterKind kind, const PlacementOptions& placement);

/// Returns where a weight of the decoder lies, by its name in checkpoints. Every other weight lies
/// on the placement's device.
c10::Device device_of(const std::string& name, const PlacementOptions& placement);

/// The weights of a list, taken out of a checkpoint in the list's order and held as their kinds and
/// the placement say.
class TakenWeights {
  public:
    /// The source has the names behind `prefix`. Optional weights are taken only where it has all
    /// of them.
    TakenWeights(const std::vector<ParameterShape>& list, WeightSource& source,
                 const PlacementOptions& placement, const std::string& prefix = "");

    /// Throws Error{Internal} for a name that was not taken, or that is quantized.
    const at::Tensor& tensor(const std::string& name) const;
    /// Returns the linear layer whose matrix has this name, quantized or not.
    LinearLayer linear(const std::string& name) const;
    /// Everything but quantized matrices, by the list's names and in its order.
    const NamedTensors& parameters() const { return parameters_; }
    /// The quantized matrices by the list's names and in its order.
    const NamedQuantized& quantized() const { return quantized_; }

  private:
    void take(const ParameterShape& each, WeightSource& source, const PlacementOptions& placement,
              const std::string& prefix);

    NamedTensors parameters_;
    std::unordered_map<std::string, std::size_t> places_;  ///< in parameters_
    NamedQuantized quantized_;
    std::unordered_map<std::string, std::size_t> quantized_places_;  ///< in quantized_
};

}  // namespace univi::model
