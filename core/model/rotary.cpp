#include "core/model/rotary.h"

namespace univi::model {
namespace {

double rotary_base(const LanguageConfig& config, std::int64_t length) {
    const double limit = config.max_position_embeddings, factor = config.rope_scaling_factor;
    if (config.rope_scaling != LanguageConfig::RopeScaling::Dynamic ||
        static_cast<double>(length) <= limit)
        return config.rope_theta;
    const double dim = config.head_dim;
    const double growth = factor * static_cast<double>(length) / limit - (factor - 1);
    return config.rope_theta * std::pow(growth, dim / (dim - 2));
}

}  // namespace

std::pair<at::Tensor, at::Tensor> rotary_tables(const LanguageConfig& config, std::int64_t begin,
                                                std::int64_t end, c10::Device device) {
    const auto options = at::TensorOptions().dtype(c10::kFloat).device(device);
    const at::Tensor exponent = at::arange(0, config.head_dim, 2, options) / config.head_dim;
    const at::Tensor frequency = at::pow(rotary_base(config, end), exponent).reciprocal();
    at::Tensor position = at::arange(begin, end, options);
    if (config.rope_scaling == LanguageConfig::RopeScaling::Linear)
        position = position / config.rope_scaling_factor;
    const at::Tensor half = position.unsqueeze(1) * frequency;
    const at::Tensor angle = at::cat({half, half}, -1);
    return {angle.cos(), angle.sin()};
}

at::Tensor apply_rotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const at::Tensor wide = x.to(c10::kFloat);
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor rotated =
        at::cat({wide.narrow(-1, half, half).neg(), wide.narrow(-1, 0, half)}, -1);
    return (wide * cos + rotated * sin).to(x.scalar_type());
}

}  // namespace univi::model
