#include "core/model/univi_model.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/model/checkpoint_assembly.h"
#include "core/model/linear.h"
#include "core/model/parameter_shapes.h"
#include "core/model/taken_weights.h"
#include "core/model/vision_lookup.h"

namespace univi::model {
namespace {

constexpr std::uint64_t kFreshProjectorSeed = 42;

std::vector<ParameterShape> projector_of(const ModelConfig& config, const WeightSource& source) {
    return projector_parameters(config, config.mm_hidden_size, source.has(kLinearProjector));
}

/// Makes weights as torch's Linear layers begin: uniform within 1/sqrt(inputs), from a seed.
/// `list`: weight and bias in turns.
NamedTensors fresh_projector(const std::vector<ParameterShape>& list,
                             const PlacementOptions& placement) {
    at::Generator generator = at::detail::createCPUGenerator(kFreshProjectorSeed);
    NamedTensors projector;
    double bound = 0;
    for (const ParameterShape& each : list) {
        if (each.shape.size() == 2) bound = 1.0 / std::sqrt(static_cast<double>(each.shape[1]));
        at::Tensor values = at::empty(each.shape, c10::kFloat);
        values.uniform_(-bound, bound, generator);
        projector.emplace_back(each.name, values.to(placement.device, placement.compute_dtype));
    }
    return projector;
}

NamedTensors take_projector(const ModelConfig& config, const LoadOptions& options,
                            const PlacementOptions& placement, WeightSource& source,
                            std::vector<std::string>& missing) {
    const auto list = projector_of(config, source);
    if (!options.allow_missing_projector || source.has(list[0].name))
        return TakenWeights(list, source, placement).parameters();
    for (const ParameterShape& each : list) missing.push_back(each.name);
    return fresh_projector(list, placement);
}

/// Lays the model out over the devices that were given, if any.
std::vector<DeviceShare> plan(const ModelConfig& config, const VisionConfig* vision,
                              bool has_projector, const LoadOptions& options,
                              const WeightSource& source, PlacementOptions& placement) {
    if (options.rooms.empty()) return {};
    PlannedModel planned{config, vision, {}, {}};
    if (vision) planned.tower = tower_parameters(*vision);
    if (has_projector) planned.projector = projector_of(config, source);
    return plan_devices(planned, options.rooms, placement);
}

/// Names nobody asked for; the tower's copy inside the checkpoint counts as one entry.
std::vector<std::string> unused_names(const WeightSource& source) {
    std::vector<std::string> names;
    int tower = 0;
    for (std::string& name : source.unused()) {
        if (name.starts_with("model.vision_tower."))
            ++tower;
        else
            names.push_back(std::move(name));
    }
    if (tower > 0) names.push_back("model.vision_tower.* (" + std::to_string(tower) + " tensors)");
    return names;
}

/// Progress from 0.4 to 1 over the weights; sees a stop before every tensor.
void watch(WeightSource& source, const LoadOptions& options) {
    const double total = std::max<double>(1, static_cast<double>(source.table().size()));
    source.set_observer([&options, total, count = 0](const std::string& name) mutable {
        base::throw_if_stopped(options.stop, "loading the model");
        if (options.progress && ++count % 16 == 0)
            options.progress(std::min(1.0, 0.4 + 0.6 * count / total), "placing the weights");
    });
}

bool has_projector(const ModelConfig& config, const WeightSource& source) {
    return source.has(projector_of(config, source)[0].name);
}

/// What the checkpoint can be asked about. A configuration that names a vision tower promises a
/// projector too: without one the checkpoint is incomplete, not plain. Throws Error{Model}.
Sight sight_of(const ModelConfig& config, const LoadOptions& options, const WeightSource& source) {
    if (options.allow_missing_projector || has_projector(config, source)) return Sight::Pictures;
    if (options.allow_text_only && config.vision_tower.empty()) return Sight::NoProjector;
    throw base::Error(base::ErrorKind::Model,
                      options.model.string() +
                          " is not a Chat-UniVi model: it has no model.mm_projector.weight (a "
                          "plain language model needs a projector, stage 1 trains one).");
}

/// The tower's channels must be the projector's.
void fit_projector(ModelConfig& config, const VisionConfig& vision) {
    // A plain language model as base says nothing about the tower it gets.
    if (config.vision_tower.empty()) config.mm_hidden_size = vision.hidden_size;
    if (config.mm_hidden_size != vision.hidden_size)
        throw base::Error(base::ErrorKind::Model,
                          "The vision tower gives " + std::to_string(vision.hidden_size) +
                              " channels a patch, but the model's projector takes " +
                              std::to_string(config.mm_hidden_size) +
                              ": give the tower the model was trained with.");
}

}  // namespace

std::unique_ptr<UniviModel> UniviModel::load(const LoadOptions& options) {
    const base::TraceSpan span("load the model");
    AssembledCheckpoint checkpoint = assemble_checkpoint(options);
    auto model = std::make_unique<UniviModel>();
    WeightSource& source = checkpoint.source;
    watch(source, options);
    model->config_ = checkpoint.config;
    model->sight_ = sight_of(model->config_, options, source);
    std::optional<FoundVisionTower> tower;
    if (options.load_vision_tower && model->sight_ == Sight::Pictures) {
        tower = options.allow_text_only ? look_for_vision_tower(options, checkpoint)
                                        : find_vision_tower(options, checkpoint);
        if (tower) {
            model->vision_tower_folder_ = tower->folder;
            fit_projector(model->config_, tower->config);
        } else {
            model->sight_ = Sight::NoVisionTower;
        }
    }
    const bool has_projector = model->sight_ != Sight::NoProjector;
    PlacementOptions placement = options.placement;
    model->shares_ = plan(model->config_, tower ? &tower->config : nullptr, has_projector, options,
                          source, placement);
    if (tower) model->vision_ = load_vision_tower(*tower, source, placement);
    if (has_projector)
        model->projector_ =
            take_projector(model->config_, options, placement, source, model->missing_);
    model->language_ = std::make_unique<LanguageModel>(model->config_.language, source, placement);
    source.check_complete();
    source.set_observer({});
    model->unused_ = unused_names(source);
    if (options.progress) options.progress(1.0, "loaded");
    return model;
}

at::Tensor UniviModel::features(const at::Tensor& pixel_values) const {
    if (!vision_)
        throw base::Error(
            base::ErrorKind::Model,
            "The model was loaded without its vision tower, so it cannot see pictures.");
    return vision_->forward(pixel_values, config_.select_layer, config_.select_patch);
}

at::Tensor UniviModel::project(const at::Tensor& tokens) const {
    const PlacementOptions& placement = language_->placement();
    at::Tensor x = tokens.to(placement.device, placement.compute_dtype);
    for (std::size_t i = 0; i + 1 < projector_.size(); i += 2) {
        if (i > 0) x = at::gelu(x);
        x = apply_linear(x, projector_[i].second, projector_[i + 1].second);
    }
    return x;
}

}  // namespace univi::model
