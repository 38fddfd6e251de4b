#include "core/model/vision_tower.h"

#include "core/base/error.h"
#include "core/model/linear.h"
#include "core/model/staging.h"

namespace univi::model {
namespace {

at::Tensor activation(const at::Tensor& x, bool quick_gelu) {
    return quick_gelu ? x * at::sigmoid(x * 1.702) : at::gelu(x);
}

}  // namespace

VisionTower::Linear::Linear(const TakenWeights& weights, const std::string& name)
    : matrix(weights.linear(name + ".weight")), bias(weights.tensor(name + ".bias")) {}

at::Tensor VisionTower::Linear::operator()(const at::Tensor& x) const {
    return matrix.quantized ? matrix(x) + bias : apply_linear(x, matrix.weight, bias);
}

VisionTower::Norm::Norm(const TakenWeights& weights, const std::string& name, double eps)
    : weight(weights.tensor(name + ".weight")), bias(weights.tensor(name + ".bias")), eps(eps) {}

at::Tensor VisionTower::Norm::operator()(const at::Tensor& x) const {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, eps);
}

VisionTower::Layer::Layer(const TakenWeights& weights, const std::string& at, double eps)
    : q(weights, at + "self_attn.q_proj"),
      k(weights, at + "self_attn.k_proj"),
      v(weights, at + "self_attn.v_proj"),
      out(weights, at + "self_attn.out_proj"),
      fc1(weights, at + "mlp.fc1"),
      fc2(weights, at + "mlp.fc2"),
      norm1(weights, at + "layer_norm1", eps),
      norm2(weights, at + "layer_norm2", eps) {}

VisionTower::VisionTower(const VisionConfig& config, WeightSource& source,
                         const std::string& prefix, const PlacementOptions& placement)
    : config_(config), placement_(placement) {
    const TakenWeights weights(tower_parameters(config), source, placement, prefix);
    class_embedding_ = weights.tensor("embeddings.class_embedding");
    patch_embedding_ = weights.tensor("embeddings.patch_embedding.weight");
    position_embedding_ = weights.tensor("embeddings.position_embedding.weight");
    pre_norm_ = Norm(weights, "pre_layrnorm", config.layer_norm_eps);
    for (int i = 0; i < config.num_layers; ++i)
        layers_.emplace_back(weights, "encoder.layers." + std::to_string(i) + ".",
                             config.layer_norm_eps);
    parameters_ = weights.parameters();
    quantized_ = weights.quantized();
}

at::Tensor VisionTower::embed(const at::Tensor& pixel_values) const {
    const std::int64_t size = config_.image_size, frames = pixel_values.size(0);
    if (pixel_values.dim() != 4 || pixel_values.size(1) != 3 || pixel_values.size(2) != size ||
        pixel_values.size(3) != size)
        throw base::Error(base::ErrorKind::Internal, "the vision tower takes pictures of " +
                                                         std::to_string(size) + " by " +
                                                         std::to_string(size) + " pixels");
    const at::Tensor pixels = to_device(pixel_values, placement_.device, placement_.compute_dtype);
    const at::Tensor patches = at::conv2d(pixels, patch_embedding_, {},
                                          at::IntArrayRef{config_.patch_size, config_.patch_size})
                                   .flatten(2)
                                   .transpose(1, 2);  // [T,N,C]
    const at::Tensor cls = class_embedding_.expand({frames, 1, config_.hidden_size});
    const at::Tensor x = at::cat({cls, patches}, 1) + position_embedding_;
    return pre_norm_(x);
}

at::Tensor VisionTower::run_layer(const Layer& layer, const at::Tensor& input) const {
    const std::int64_t frames = input.size(0), length = input.size(1), heads = config_.num_heads;
    const auto split = [&](const at::Tensor& t) {
        return t.view({frames, length, heads, config_.hidden_size / heads}).transpose(1, 2);
    };
    at::Tensor h = layer.norm1(input);
    const at::Tensor attended =
        at::scaled_dot_product_attention(split(layer.q(h)), split(layer.k(h)), split(layer.v(h)));
    const at::Tensor joined =
        attended.transpose(1, 2).reshape({frames, length, config_.hidden_size});
    const at::Tensor x = input + layer.out(joined);
    h = activation(layer.fc1(layer.norm2(x)), config_.quick_gelu);
    return x + layer.fc2(h);
}

at::Tensor VisionTower::forward(const at::Tensor& pixel_values, int select_layer,
                                bool patch_only) const {
    const int states = config_.num_layers + 1;
    const int wanted = select_layer < 0 ? states + select_layer : select_layer;
    if (wanted < 0 || wanted >= states)
        throw base::Error(base::ErrorKind::Model,
                          "mm_vision_select_layer " + std::to_string(select_layer) +
                              " is outside the vision tower's " +
                              std::to_string(config_.num_layers) + " layers.");
    at::Tensor x = embed(pixel_values);
    for (int i = 0; i < wanted; ++i) x = run_layer(layers_[i], x);
    return patch_only ? x.narrow(1, 1, x.size(1) - 1) : x;
}

std::vector<at::Tensor> VisionTower::hidden_states(const at::Tensor& pixel_values) const {
    std::vector<at::Tensor> states{embed(pixel_values)};
    for (const Layer& layer : layers_) states.push_back(run_layer(layer, states.back()));
    return states;
}

}  // namespace univi::model
