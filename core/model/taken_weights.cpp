#include "core/model/taken_weights.h"

#include "core/base/error.h"

namespace univi::model {

TakenWeights::TakenWeights(const std::vector<ParameterShape>& list, WeightSource& source,
                           const PlacementOptions& placement, const std::string& prefix) {
    const bool has_optional =
        std::all_of(list.begin(), list.end(), [&](const ParameterShape& each) {
            return !each.is_optional || source.has(prefix + each.name);
        });
    for (const ParameterShape& each : list)
        if (!each.is_optional || has_optional) take(each, source, placement, prefix);
}

void TakenWeights::take(const ParameterShape& each, WeightSource& source,
                        const PlacementOptions& placement, const std::string& prefix) {
    if (each.kind == ParameterKind::Linear && placement.quantize) {
        // From the mapped file: the matrix never exists as a whole in the compute type.
        const at::Tensor stored = source.take(prefix + each.name, each.shape, {});
        quantized_[each.name] =
            std::make_shared<QuantizedWeight>(stored, *placement.quantize, placement.device);
        return;
    }
    PlacementOptions own = placement;
    own.materialize |= each.kind == ParameterKind::Direct;
    places_[each.name] = parameters_.size();
    parameters_.emplace_back(each.name, source.take(prefix + each.name, each.shape, own));
}

const at::Tensor& TakenWeights::tensor(const std::string& name) const {
    const auto found = places_.find(name);
    if (found == places_.end())
        throw base::Error(base::ErrorKind::Internal, "no weight of the name " + name);
    return parameters_[found->second].second;
}

LinearLayer TakenWeights::linear(const std::string& name) const {
    LinearLayer layer;
    if (const auto found = quantized_.find(name); found != quantized_.end())
        layer.quantized = found->second;
    else
        layer.weight = tensor(name);
    return layer;
}

}  // namespace univi::model
