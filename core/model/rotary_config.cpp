#include "core/model/rotary_config.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace univi::model {

namespace {

using base::Json;
using Scaling = LanguageConfig::RopeScaling;

constexpr int kMaxPositions = 1 << 24;
constexpr double kMaxTheta = 1e12, kMaxFactor = 1000;
constexpr double kLargest = 1e6;  ///< of any other factor
constexpr const char* kComputed = "default, linear, dynamic, llama3 or yarn";

/// The kind's name: `rope_type`, formerly `type`. "default" where neither is given.
std::string rope_type(const ConfigFields& rope) {
    std::string old_name, name;
    rope.read("type", old_name);
    rope.read("rope_type", name);
    if (!name.empty() && !old_name.empty() && name != old_name)
        rope.refuse("type", "the same as rope_type (" + name + ")");
    if (name.empty()) name = old_name;
    if (!name.empty()) return name;
    for (const char* scaled : {"factor", "low_freq_factor", "beta_fast", "long_factor"})
        if (rope.has(scaled)) rope.refuse("rope_type", kComputed);
    return "default";
}

/// Angles that this decoder does not compute, whatever the kind.
void refuse_parts(const ConfigFields& rope) {
    double share = 1;
    rope.read_above("partial_rotary_factor", share, 0, 1);
    if (share != 1) rope.refuse("partial_rotary_factor", "1: LLaMA turns whole heads");
    if (rope.has("mrope_section"))
        rope.refuse("mrope_section", "nothing: positions of this decoder have one axis");
}

void read_factor(const ConfigFields& rope, double& factor) {
    rope.read_above("factor", factor, 0, kMaxFactor);
    if (factor < 1) rope.refuse("factor", "a number from 1 to 1000");
}

/// Where a model was trained before its context was extended. transformers lets the top level of
/// config.json count more than the rotary entry.
int original_positions(const ConfigFields& top, const ConfigFields& rope,
                       const LanguageConfig& config) {
    int positions = config.max_position_embeddings;
    const char* name = "original_max_position_embeddings";
    (top.has(name) ? top : rope).read(name, positions, 1, kMaxPositions);
    return positions;
}

void read_llama3(const ConfigFields& top, const ConfigFields& rope, LanguageConfig& config) {
    for (const char* name : {"factor", "low_freq_factor", "high_freq_factor"}) rope.required(name);
    read_factor(rope, config.rope_scaling_factor);
    rope.read_above("low_freq_factor", config.rope_low_freq_factor, 0, kLargest);
    rope.read_above("high_freq_factor", config.rope_high_freq_factor, 0, kLargest);
    if (config.rope_high_freq_factor <= config.rope_low_freq_factor)
        rope.refuse("high_freq_factor", "a number above low_freq_factor");
    config.rope_original_positions = original_positions(top, rope, config);
}

/// YaRN's 0.1 m ln(s) + 1 (arXiv 2309.00071, section 3.4).
double mscale(double factor, double scale) {
    return factor <= 1 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0;
}

void read_yarn(const ConfigFields& top, const ConfigFields& rope, LanguageConfig& config) {
    config.rope_original_positions = original_positions(top, rope, config);
    if (rope.has("factor")) {
        read_factor(rope, config.rope_scaling_factor);
    } else {
        config.rope_scaling_factor =
            static_cast<double>(config.max_position_embeddings) / config.rope_original_positions;
        const char* original = "original_max_position_embeddings";
        if (config.rope_scaling_factor < 1 || (!rope.has(original) && !top.has(original)))
            rope.refuse("factor", "a number from 1 to 1000");
    }
    const auto read_positive = [&](const char* name, double& value) {
        const Json* given = rope.find(name);
        const bool zero = given && given->is_number() && given->get<double>() == 0;
        if (!zero) rope.read_above(name, value, 0, kLargest);  // 0 stands for the default
    };
    read_positive("beta_fast", config.rope_beta_fast);
    read_positive("beta_slow", config.rope_beta_slow);
    if (config.rope_beta_fast < config.rope_beta_slow)
        rope.refuse("beta_fast", "a number that is at least beta_slow");
    rope.read("truncate", config.rope_truncate);
    double scale = 0, scale_all = 0;
    read_positive("mscale", scale);
    read_positive("mscale_all_dim", scale_all);
    const double factor = config.rope_scaling_factor;
    config.rope_attention_factor = scale > 0 && scale_all > 0
                                       ? mscale(factor, scale) / mscale(factor, scale_all)
                                       : mscale(factor, 1);
    rope.read_above("attention_factor", config.rope_attention_factor, 0, kLargest);
    if (config.rope_theta <= 1) rope.refuse("rope_theta", "a number above 1");
}

/// One rotary entry: an object with its kind and numbers, no layer types.
void read_entry(const ConfigFields& top, const ConfigFields& rope, LanguageConfig& config) {
    rope.read_above("rope_theta", config.rope_theta, 0, kMaxTheta);
    refuse_parts(rope);
    const std::string type = rope_type(rope);
    if (type == "default") return;
    if (type == "linear" || type == "dynamic") {
        config.rope_scaling = type == "linear" ? Scaling::Linear : Scaling::Dynamic;
        rope.required("factor");
        read_factor(rope, config.rope_scaling_factor);
    } else if (type == "llama3") {
        config.rope_scaling = Scaling::Llama3;
        read_llama3(top, rope, config);
    } else if (type == "yarn") {
        config.rope_scaling = Scaling::Yarn;
        read_yarn(top, rope, config);
    } else {
        rope.refuse(rope.has("rope_type") ? "rope_type" : "type", kComputed);
    }
}

/// Names of the layer types an entry is nested by; empty for a flat one.
std::vector<std::string> layer_types(const Json& entry) {
    std::vector<std::string> names;
    for (const auto& [name, value] : entry.items())
        if (value.is_object()) names.push_back(name);
    return names;
}

/// `rope_scaling` or `rope_parameters`, flat or nested by layer type. Every layer of this decoder
/// attends to everything before it, so of several types the one "full_attention" counts.
void read_object(const ConfigFields& top, const std::string& name, LanguageConfig& config) {
    const auto rope = top.object(name);
    if (!rope) return;
    const std::vector<std::string> types = layer_types(*top.find(name));
    if (types.empty()) return read_entry(top, *rope, config);
    const std::string chosen = rope->has("full_attention") ? "full_attention" : types.front();
    if (types.size() > 1 && chosen != "full_attention")
        rope->refuse(types.front(), "one rotary setting for all layers");
    read_entry(top, *rope->object(chosen), config);
}

bool same_rotary(const LanguageConfig& a, const LanguageConfig& b) {
    const auto values = [](const LanguageConfig& c) {
        return std::tuple(c.rope_theta, c.rope_scaling, c.rope_scaling_factor,
                          c.rope_original_positions, c.rope_low_freq_factor,
                          c.rope_high_freq_factor, c.rope_beta_fast, c.rope_beta_slow,
                          c.rope_truncate, c.rope_attention_factor);
    };
    return values(a) == values(b);
}

bool is_given(const ConfigFields& top, const std::string& name) {
    const Json* value = top.find(name);
    return value && !(value->is_object() && value->empty());
}

/// Layers that see only a window, or none at all, are another decoder.
void check_layer_types(const ConfigFields& top) {
    const Json* types = top.find("layer_types");
    if (!types) return;
    const bool full =
        types->is_array() && std::ranges::all_of(*types, [](const Json& type) {
            return type.is_string() && type.get_ref<const std::string&>() == "full_attention";
        });
    if (!full) top.refuse("layer_types", "full_attention for every layer");
}

}  // namespace

void read_rotary(const ConfigFields& fields, LanguageConfig& config) {
    check_layer_types(fields);
    fields.read_above("rope_theta", config.rope_theta, 0, kMaxTheta);
    refuse_parts(fields);
    LanguageConfig scaled = config, parameterised = config;
    read_object(fields, "rope_scaling", scaled);
    read_object(fields, "rope_parameters", parameterised);
    const bool old_form = is_given(fields, "rope_scaling");
    if (old_form && is_given(fields, "rope_parameters") && !same_rotary(scaled, parameterised))
        fields.refuse("rope_scaling", "the same as rope_parameters, which contradict it");
    config = old_form ? scaled : parameterised;
}

}  // namespace univi::model
