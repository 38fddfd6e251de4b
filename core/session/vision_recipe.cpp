#include "core/session/vision_recipe.h"

#include <ATen/Parallel.h>

#include <limits>
#include <sstream>
#include <vector>

#include "core/base/sha256.h"

namespace univi::session {

namespace {

std::string values_digest(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.to(at::kCPU).contiguous();
    return base::sha256_hex({static_cast<const std::byte*>(flat.const_data_ptr()), flat.nbytes()});
}

/// A number with all its digits, behind a sign that no number has.
class Text {
  public:
    Text() { out_.precision(std::numeric_limits<double>::max_digits10); }
    template <typename... Values>
    Text& add(const Values&... values) {
        ((out_ << '|' << values), ...);
        return *this;
    }
    std::string str() const { return out_.str(); }

  private:
    std::ostringstream out_;
};

}  // namespace

model::NamedTensors all_tensors(const model::NamedTensors& weights,
                                const model::NamedQuantized& quantized) {
    model::NamedTensors out = weights;
    for (const auto& [name, matrix] : quantized) {
        const auto parts = matrix->parts();
        out.emplace_back(name + " codes", parts.codes);
        out.emplace_back(name + " scales", parts.scales);
    }
    return out;
}

std::string weights_digest(const model::NamedTensors& given,
                           const model::NamedQuantized& quantized) {
    const model::NamedTensors weights = all_tensors(given, quantized);
    std::vector<std::string> digests(weights.size());
    const auto hash = [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference;  // which is a thread's own
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
            digests[i] = values_digest(weights[i].second);
    };
    at::parallel_for(0, static_cast<std::int64_t>(weights.size()), 1, hash);
    std::string text;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto& [name, tensor] = weights[i];
        text += name + ' ' + c10::toString(tensor.scalar_type()) + ' ' + digests[i] + '\n';
    }
    return base::text_sha256_hex(text);
}

std::string vision_recipe(const model::UniviModel& model, int select_layer,
                          const media::PreprocessOptions& preprocess) {
    Text text;
    text.add("v2", weights_digest(model.vision()->parameters(), model.vision()->quantized()));
    const model::VisionConfig& tower = model.vision()->config();
    text.add(tower.hidden_size, tower.intermediate_size, tower.num_layers, tower.num_heads,
             tower.image_size, tower.patch_size, tower.layer_norm_eps, tower.quick_gelu);
    const auto& cluster = model.config().cluster;
    text.add(select_layer, model.config().select_patch, cluster.use_cluster, cluster.temporal_rate);
    for (const double rate : cluster.spatial_rate) text.add(rate);
    text.add(preprocess.shortest_edge, preprocess.crop_size, preprocess.pad_to_square);
    for (std::size_t i = 0; i < 3; ++i) text.add(preprocess.mean[i], preprocess.std[i]);
    text.add(c10::toString(model.language().placement().compute_dtype));
    return text.str();
}

}  // namespace univi::session
