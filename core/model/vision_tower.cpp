#include "core/model/vision_tower.h"

#include "core/base/error.h"
#include "core/model/linear.h"

namespace univi::model {
namespace {

/// Takes weights one after the other and keeps their names in checkpoint order.
class Taker {
  public:
    Taker(WeightSource& source, std::string prefix, const PlacementOptions& placement,
          NamedTensors& parameters)
        : source_(source),
          prefix_(std::move(prefix)),
          placement_(placement),
          small_(placement),
          parameters_(parameters) {
        small_.materialize = true;
    }
    /// A matrix: stays mapped in its stored type when the placement says so.
    at::Tensor matrix(const std::string& name, const std::vector<std::int64_t>& shape) {
        return take(name, shape, placement_);
    }
    /// A bias, norm or embedding: a copy in the compute type, as it meets activations directly.
    at::Tensor small(const std::string& name, const std::vector<std::int64_t>& shape) {
        return take(name, shape, small_);
    }

  private:
    at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape,
                    const PlacementOptions& placement) {
        at::Tensor tensor = source_.take(prefix_ + name, shape, placement);
        parameters_.emplace_back(name, tensor);
        return tensor;
    }
    WeightSource& source_;
    std::string prefix_;
    PlacementOptions placement_, small_;
    NamedTensors& parameters_;
};

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps) {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, eps);
}

at::Tensor activation(const at::Tensor& x, bool quick_gelu) {
    return quick_gelu ? x * at::sigmoid(x * 1.702) : at::gelu(x);
}

}  // namespace

VisionTower::VisionTower(const VisionConfig& config, WeightSource& source,
                         const std::string& prefix, const PlacementOptions& placement)
    : config_(config), placement_(placement) {
    const std::int64_t c = config.hidden_size, inner = config.intermediate_size,
                       p = config.patch_size;
    Taker taker(source, prefix, placement, parameters_);
    class_embedding_ = taker.small("embeddings.class_embedding", {c});
    patch_embedding_ = taker.small("embeddings.patch_embedding.weight", {c, 3, p, p});
    position_embedding_ =
        taker.small("embeddings.position_embedding.weight", {config.num_patches() + 1, c});
    pre_norm_weight_ =
        taker.small("pre_layrnorm.weight", {c});  // spelled so in every CLIP checkpoint
    pre_norm_bias_ = taker.small("pre_layrnorm.bias", {c});
    for (int i = 0; i < config.num_layers; ++i) {
        const std::string at = "encoder.layers." + std::to_string(i) + ".";
        const auto pair = [&](const char* name, std::int64_t out, std::int64_t in,
                              at::Tensor& weight, at::Tensor& bias) {
            weight = taker.matrix(at + name + ".weight", {out, in});
            bias = taker.small(at + name + ".bias", {out});
        };
        const auto norm = [&](const char* name, at::Tensor& weight, at::Tensor& bias) {
            weight = taker.small(at + name + ".weight", {c});
            bias = taker.small(at + name + ".bias", {c});
        };
        Layer layer;
        pair("self_attn.k_proj", c, c, layer.k_weight, layer.k_bias);
        pair("self_attn.v_proj", c, c, layer.v_weight, layer.v_bias);
        pair("self_attn.q_proj", c, c, layer.q_weight, layer.q_bias);
        pair("self_attn.out_proj", c, c, layer.out_weight, layer.out_bias);
        norm("layer_norm1", layer.norm1_weight, layer.norm1_bias);
        pair("mlp.fc1", inner, c, layer.fc1_weight, layer.fc1_bias);
        pair("mlp.fc2", c, inner, layer.fc2_weight, layer.fc2_bias);
        norm("layer_norm2", layer.norm2_weight, layer.norm2_bias);
        layers_.push_back(std::move(layer));
    }
    if (source.has(prefix + "post_layernorm.weight") &&
        source.has(prefix + "post_layernorm.bias")) {
        taker.small("post_layernorm.weight", {c});
        taker.small("post_layernorm.bias", {c});
    }
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
