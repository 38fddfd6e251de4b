#include "core/model/univi_model.h"

#include "core/base/error.h"
#include "core/model/linear.h"

namespace univi::model {
namespace {

/// Frames per pass of the tower without gradients: bounds the activations of a long video.
constexpr std::int64_t kFramesPerPass = 8;

}  // namespace

at::Tensor UniviModel::features(const at::Tensor& pixel_values) const {
    if (!vision_)
        throw base::Error(
            base::ErrorKind::Model,
            "The model was loaded without its vision tower, so it cannot see pictures.");
    const std::int64_t frames = pixel_values.size(0);
    if (at::GradMode::is_enabled() || frames <= kFramesPerPass)
        return vision_->forward(pixel_values, config_.select_layer, config_.select_patch);
    std::vector<at::Tensor> parts;
    for (std::int64_t begin = 0; begin < frames; begin += kFramesPerPass)
        parts.push_back(vision_->forward(
            pixel_values.narrow(0, begin, std::min(kFramesPerPass, frames - begin)),
            config_.select_layer, config_.select_patch));
    return at::cat(parts, 0);
}

SpatialStages UniviModel::merge_frame(const at::Tensor& features,
                                      const std::vector<at::Tensor>& noise) const {
    return merge_spatial(config_.cluster, features, noise);
}

VisualEncoding UniviModel::encode_picture(SpatialStages stages) const {
    VisualEncoding picture;
    picture.visual_tokens = project(stage_tokens(stages));
    picture.frames.push_back(std::move(stages));
    return picture;
}

VisualEncoding UniviModel::encode_video(std::vector<SpatialStages> frames,
                                        const at::Tensor& frame_vectors,
                                        const ClusterNoise& noise) const {
    VisualEncoding video = merge_video(config_.cluster, std::move(frames), frame_vectors, noise);
    std::vector<at::Tensor> tokens;
    for (const SpatialStages& part :
         config_.cluster.use_cluster ? video.event_stages : video.frames)
        tokens.push_back(stage_tokens(part));
    video.visual_tokens = project(at::cat(tokens, 0));
    return video;
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
