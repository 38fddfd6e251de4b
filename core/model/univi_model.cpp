#include "core/model/univi_model.h"

#include "core/base/error.h"
#include "core/model/linear.h"

namespace univi::model {

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
