#include "training/engine/trained_parameters.h"

#include <fnmatch.h>

#include <cstdlib>
#include <cstring>
#include <sstream>

#include "core/base/error.h"
#include "core/model/adapter_folder.h"
#include "core/model/parameter_shapes.h"

namespace univi::training {

namespace {

/// `globs`: shell patterns joined with ','.
bool matches_any(const std::string& globs, const std::string& name) {
    std::istringstream list(globs);
    for (std::string glob; std::getline(list, glob, ',');)
        if (::fnmatch(glob.c_str(), name.c_str(), 0) == 0) return true;
    return false;
}

/// The tower's layers behind the hidden state that is used get no gradient.
bool shapes_features(const TrainOptions& options, const model::VisionConfig& tower,
                     const std::string& name) {
    if (name.find("post_layernorm") != std::string::npos) return false;
    const std::size_t at = name.find("encoder.layers.");
    if (at == std::string::npos) return true;
    const int states = tower.num_layers + 1,
              chosen = static_cast<int>(options.mm_vision_select_layer);
    return std::atoi(name.c_str() + at + std::strlen("encoder.layers.")) <
           (chosen < 0 ? states + chosen : chosen);
}

}  // namespace

bool is_trained_parameter(const TrainOptions& options, const std::string& name) {
    if (matches_any(options.freeze_parameters, name)) return false;
    if (model::is_adapter_parameter(name)) return true;
    const bool is_projector = name.starts_with("model.mm_projector.");
    if (options.tune_mm_mlp_adapter) return is_projector;
    if (is_projector) return !options.freeze_mm_mlp_adapter;
    if (name.starts_with("model.vision_tower.")) return options.vision_tune;
    if (options.lora_enable || options.bits != 16) return false;
    return !options.freeze_backbone || name.starts_with("lm_head.");
}

bool is_trained_tower_parameter(const TrainOptions& options, const model::VisionConfig& tower,
                                const std::string& name) {
    return options.vision_tune && is_trained_parameter(options, name) &&
           shapes_features(options, tower, name);
}

model::NamedTensors tower_parameters(const model::UniviModel& model) {
    model::NamedTensors result;
    for (const auto& [name, tensor] : model.vision()->parameters())
        result.emplace_back(model::kEmbeddedTower + name, tensor);
    return result;
}

model::NamedTensors trained_parameters(const TrainOptions& options,
                                       const model::UniviModel& model) {
    model::NamedTensors result;
    for (const auto* list : {&model.language().parameters(), &model.language().adapter_parameters(),
                             &model.projector_parameters()})
        for (const auto& [name, tensor] : *list)
            if (is_trained_parameter(options, name)) result.emplace_back(name, tensor);
    if (options.vision_tune)
        for (const auto& [name, tensor] : tower_parameters(model))
            if (is_trained_tower_parameter(options, model.vision()->config(), name))
                result.emplace_back(name, tensor);
    if (result.empty())
        throw base::Error(base::ErrorKind::Usage,
                          "Every part of the model is frozen: there is nothing to train.");
    return result;
}

}  // namespace univi::training
