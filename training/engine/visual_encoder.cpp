#include "training/engine/visual_encoder.h"

#include <cstring>

#include "core/model/staging.h"
#include "core/model/visual_merger.h"
#include "core/session/vision_recipe.h"

namespace univi::training {

namespace {

VisualTokens to_values(const at::Tensor& tokens, std::int32_t placeholders) {
    const at::Tensor flat = tokens.to(at::kCPU, at::kFloat).contiguous();
    const float* data = flat.const_data_ptr<float>();
    return {placeholders, static_cast<std::int32_t>(flat.size(0)),
            static_cast<std::int32_t>(flat.size(1)), std::vector<float>(data, data + flat.numel())};
}

at::Tensor from_values(const VisualTokens& tokens) {
    at::Tensor result = at::empty({tokens.rows, tokens.width}, at::kFloat);
    std::memcpy(result.data_ptr<float>(), tokens.values.data(),
                tokens.values.size() * sizeof(float));
    return result;
}

}  // namespace

VisualEncoder::VisualEncoder(const model::UniviModel& model, int select_layer,
                             media::PreprocessOptions preprocess, const VisualTokenCache* cache,
                             bool is_trained)
    : model_(model),
      select_layer_(select_layer),
      preprocess_(preprocess),
      cache_(cache),
      is_trained_(is_trained) {}

at::Tensor VisualEncoder::encode(SampleMedium& medium) const {
    const at::AutoGradMode gradients(is_trained_ && at::GradMode::is_enabled());
    const auto& placement = model_.language().placement();
    if (medium.is_blank) return blank();
    if (!medium.tokens) {
        const at::Tensor merged = merge(medium.crops);
        if (!cache_) return merged;
        medium.tokens = to_values(merged, medium.placeholders);
        cache_->store(medium.file, *medium.tokens);
    }
    return from_values(*medium.tokens)
        .to(placement.device, placement.compute_dtype, /*non_blocking=*/true);
}

at::Tensor VisualEncoder::pixels(const std::vector<media::Image>& crops, std::size_t begin,
                                 std::size_t end) const {
    const std::int64_t side = preprocess_.crop_size;
    const auto& placement = model_.language().placement();
    at::Tensor result = model::staging_memory(
        {static_cast<std::int64_t>(end - begin), 3, side, side}, placement.device);
    const auto plane = static_cast<std::size_t>(3 * side * side);
    for (std::size_t i = begin; i < end; ++i)
        media::normalize(crops[i], preprocess_,
                         {result.data_ptr<float>() + (i - begin) * plane, plane});
    return model::to_device(result, placement.device, placement.compute_dtype);
}

at::Tensor VisualEncoder::features(const at::Tensor& pixel_values) const {
    return model_.vision()->forward(pixel_values, select_layer_, model_.config().select_patch);
}

at::Tensor VisualEncoder::merge(const std::vector<media::Image>& crops) const {
    constexpr auto kAtOnce = static_cast<std::size_t>(model::kFramesAtOnce);
    model::VisualMerger merger(model_.config().cluster);
    for (std::size_t begin = 0; begin < crops.size(); begin += kAtOnce) {
        merger.add_frames(features(pixels(crops, begin, std::min(begin + kAtOnce, crops.size()))));
    }
    return merger.finish().tokens;
}

at::Tensor VisualEncoder::blank() const {
    if (!blank_.defined() || is_trained_) {
        const std::int64_t side = preprocess_.crop_size;
        const auto& placement = model_.language().placement();
        const at::Tensor zero = at::zeros(
            {1, 3, side, side}, at::device(placement.device).dtype(placement.compute_dtype));
        model::VisualMerger merger(model_.config().cluster);
        merger.add(features(zero)[0]);
        blank_ = merger.finish().tokens;
    }
    return blank_;
}

std::string VisualEncoder::recipe(const model::UniviModel& model, int select_layer,
                                  const media::PreprocessOptions& preprocess, int max_frames) {
    return session::vision_recipe(model, select_layer, preprocess) + '|' +
           std::to_string(max_frames);
}

}  // namespace univi::training
