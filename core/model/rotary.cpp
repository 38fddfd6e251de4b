#include "core/model/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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

/// Llama 3.1: a pair that turns seldom within the original context is slowed by the factor.
at::Tensor llama3_frequencies(const LanguageConfig& config, const at::Tensor& frequency) {
    const double context = config.rope_original_positions, factor = config.rope_scaling_factor;
    const double low = config.rope_low_freq_factor, high = config.rope_high_freq_factor;
    const at::Tensor turns = frequency * (context / (2 * std::numbers::pi));
    const at::Tensor smooth = ((turns - low) / (high - low)).clamp(0, 1);
    return frequency * (smooth + (1 - smooth) / factor);
}

/// The dimension whose pair turns `rotations` times within the original context.
double yarn_dimension(const LanguageConfig& config, double rotations) {
    return config.head_dim *
           std::log(config.rope_original_positions / (rotations * 2 * std::numbers::pi)) /
           (2 * std::log(config.rope_theta));
}

at::Tensor yarn_frequencies(const LanguageConfig& config, const at::Tensor& frequency) {
    double low = yarn_dimension(config, config.rope_beta_fast),
           high = yarn_dimension(config, config.rope_beta_slow);
    if (config.rope_truncate) low = std::floor(low), high = std::ceil(high);
    low = std::max(low, 0.0);
    high = std::min(high, config.head_dim - 1.0);
    if (low == high) high += 0.001;
    const at::Tensor pair = at::arange(0, config.head_dim / 2, frequency.options());
    const at::Tensor slowed = ((pair - low) / (high - low)).clamp(0, 1);
    return frequency / config.rope_scaling_factor * slowed + frequency * (1 - slowed);
}

}  // namespace

at::Tensor rotary_frequencies(const LanguageConfig& config, std::int64_t length,
                              c10::Device device) {
    const auto options = at::TensorOptions().dtype(c10::kFloat).device(device);
    const at::Tensor exponent = at::arange(0, config.head_dim, 2, options) / config.head_dim;
    const at::Tensor frequency = at::pow(rotary_base(config, length), exponent).reciprocal();
    switch (config.rope_scaling) {
        case LanguageConfig::RopeScaling::None:
        case LanguageConfig::RopeScaling::Dynamic:
            break;
        case LanguageConfig::RopeScaling::Linear:
            return frequency / config.rope_scaling_factor;
        case LanguageConfig::RopeScaling::Llama3:
            return llama3_frequencies(config, frequency);
        case LanguageConfig::RopeScaling::Yarn:
            return yarn_frequencies(config, frequency);
    }
    return frequency;
}

std::pair<at::Tensor, at::Tensor> rotary_tables(const LanguageConfig& config, std::int64_t begin,
                                                std::int64_t end, c10::Device device) {
    const at::Tensor frequency = rotary_frequencies(config, end, device);
    const at::Tensor half = at::arange(begin, end, frequency.options()).unsqueeze(1) * frequency;
    const at::Tensor angle = at::cat({half, half}, -1);
    if (config.rope_attention_factor == 1) return {angle.cos(), angle.sin()};
    return {angle.cos() * config.rope_attention_factor, angle.sin() * config.rope_attention_factor};
}

at::Tensor apply_rotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const at::Tensor wide = x.to(c10::kFloat);
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor rotated =
        at::cat({wide.narrow(-1, half, half).neg(), wide.narrow(-1, 0, half)}, -1);
    return (wide * cos + rotated * sin).to(x.scalar_type());
}

}  // namespace univi::model
