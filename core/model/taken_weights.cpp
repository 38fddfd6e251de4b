#include "core/model/taken_weights.h"

#include <cstdlib>
#include <string_view>

#include "core/base/error.h"

namespace univi::model {

std::optional<Quantization> quantization_of(ParameterKind kind, const PlacementOptions& placement) {
    if (kind == ParameterKind::Linear) return placement.quantize;
    if ((kind == ParameterKind::Tokens && placement.quantize_tokens) ||
        (kind == ParameterKind::Matrix && placement.quantize_tower))
        return Quantization{Quantization::Kind::Int8, false};
    return std::nullopt;
}

c10::Device device_of(const std::string& name, const PlacementOptions& placement) {
    constexpr std::string_view kLayers = "model.layers.";
    if (name.starts_with(kLayers))
        return placement.of_layer(std::atoi(name.c_str() + kLayers.size()));
    const bool is_last = name == "model.norm.weight" || name == "lm_head.weight";
    return is_last ? placement.of_head() : placement.device;
}

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
    const std::string name = prefix + each.name;
    PlacementOptions own = placement;
    own.device = device_of(each.name, placement);
    auto quantized = source.take_quantized(name, each.shape, own);
    // From the mapped file: the matrix never exists as a whole in the compute type.
    if (const auto how = quantization_of(each.kind, placement); how && !quantized)
        quantized =
            std::make_shared<QuantizedWeight>(source.take(name, each.shape, {}), *how, own.device);
    if (quantized) {
        quantized_places_[each.name] = quantized_.size();
        quantized_.emplace_back(each.name, std::move(quantized));
        return;
    }
    own.materialize |= each.kind == ParameterKind::Direct;
    places_[each.name] = parameters_.size();
    parameters_.emplace_back(each.name, source.take(name, each.shape, own));
}

const at::Tensor& TakenWeights::tensor(const std::string& name) const {
    const auto found = places_.find(name);
    if (found == places_.end())
        throw base::Error(base::ErrorKind::Internal, "no weight of the name " + name);
    return parameters_[found->second].second;
}

LinearLayer TakenWeights::linear(const std::string& name) const {
    LinearLayer layer;
    if (const auto found = quantized_places_.find(name); found != quantized_places_.end())
        layer.quantized = quantized_[found->second].second;
    else
        layer.weight = tensor(name);
    return layer;
}

}  // namespace univi::model
