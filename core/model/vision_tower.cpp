#include "core/model/vision_tower.h"

#include "core/base/error.h"
#include "core/model/linear.h"
#include "core/model/taken_weights.h"

namespace univi::model {
namespace {

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps) {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, eps);
}

at::Tensor activation(const at::Tensor& x, bool quick_gelu) {
    return quick_gelu ? x * at::sigmoid(x * 1.702) : at::gelu(x);
}

}  // namespace

const VisionTower::LayerPart VisionTower::kLayerParts[] = {
    {"self_attn.q_proj.weight", &Layer::q_weight},
    {"self_attn.q_proj.bias", &Layer::q_bias},
    {"self_attn.k_proj.weight", &Layer::k_weight},
    {"self_attn.k_proj.bias", &Layer::k_bias},
    {"self_attn.v_proj.weight", &Layer::v_weight},
    {"self_attn.v_proj.bias", &Layer::v_bias},
    {"self_attn.out_proj.weight", &Layer::out_weight},
    {"self_attn.out_proj.bias", &Layer::out_bias},
    {"layer_norm1.weight", &Layer::norm1_weight},
    {"layer_norm1.bias", &Layer::norm1_bias},
    {"mlp.fc1.weight", &Layer::fc1_weight},
    {"mlp.fc1.bias", &Layer::fc1_bias},
    {"mlp.fc2.weight", &Layer::fc2_weight},
    {"mlp.fc2.bias", &Layer::fc2_bias},
    {"layer_norm2.weight", &Layer::norm2_weight},
    {"layer_norm2.bias", &Layer::norm2_bias},
};

VisionTower::VisionTower(const VisionConfig& config, WeightSource& source,
                         const std::string& prefix, const PlacementOptions& placement)
    : config_(config), placement_(placement), layers_(config.num_layers) {
    const TakenWeights weights(tower_parameters(config), source, placement, prefix);
    class_embedding_ = weights.tensor("embeddings.class_embedding");
    patch_embedding_ = weights.tensor("embeddings.patch_embedding.weight");
    position_embedding_ = weights.tensor("embeddings.position_embedding.weight");
    pre_norm_weight_ = weights.tensor("pre_layrnorm.weight");
    pre_norm_bias_ = weights.tensor("pre_layrnorm.bias");
    for (int i = 0; i < config.num_layers; ++i)
        for (const auto& [name, member] : kLayerParts)
            layers_.at(i).*member =
                weights.tensor("encoder.layers." + std::to_string(i) + "." + name);
    parameters_ = weights.parameters();
}

at::Tensor VisionTower::embed(const at::Tensor& pixel_values) const {
    const std::int64_t size = config_.image_size, frames = pixel_values.size(0);
    if (pixel_values.dim() != 4 || pixel_values.size(1) != 3 || pixel_values.size(2) != size ||
        pixel_values.size(3) != size)
        throw base::Error(base::ErrorKind::Internal, "the vision tower takes pictures of " +
                                                         std::to_string(size) + " by " +
                                                         std::to_string(size) + " pixels");
    const at::Tensor pixels = pixel_values.to(placement_.device, placement_.compute_dtype);
    const at::Tensor patches = at::conv2d(pixels, patch_embedding_, {},
                                          at::IntArrayRef{config_.patch_size, config_.patch_size})
                                   .flatten(2)
                                   .transpose(1, 2);  // [T,N,C]
    const at::Tensor cls = class_embedding_.expand({frames, 1, config_.hidden_size});
    const at::Tensor x = at::cat({cls, patches}, 1) + position_embedding_;
    return layer_norm(x, pre_norm_weight_, pre_norm_bias_, config_.layer_norm_eps);
}

at::Tensor VisionTower::run_layer(const Layer& layer, const at::Tensor& input) const {
    const std::int64_t frames = input.size(0), length = input.size(1), heads = config_.num_heads;
    const auto split = [&](const at::Tensor& t) {
        return t.view({frames, length, heads, config_.hidden_size / heads}).transpose(1, 2);
    };
    at::Tensor h = layer_norm(input, layer.norm1_weight, layer.norm1_bias, config_.layer_norm_eps);
    const at::Tensor attended =
        at::scaled_dot_product_attention(split(apply_linear(h, layer.q_weight, layer.q_bias)),
                                         split(apply_linear(h, layer.k_weight, layer.k_bias)),
                                         split(apply_linear(h, layer.v_weight, layer.v_bias)));
    const at::Tensor joined =
        attended.transpose(1, 2).reshape({frames, length, config_.hidden_size});
    const at::Tensor x = input + apply_linear(joined, layer.out_weight, layer.out_bias);
    h = layer_norm(x, layer.norm2_weight, layer.norm2_bias, config_.layer_norm_eps);
    h = activation(apply_linear(h, layer.fc1_weight, layer.fc1_bias), config_.quick_gelu);
    return x + apply_linear(h, layer.fc2_weight, layer.fc2_bias);
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
