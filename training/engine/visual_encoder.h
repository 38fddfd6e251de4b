#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/media/preprocess.h"
#include "core/model/univi_model.h"
#include "training/engine/sample_reader.h"

namespace univi::training {

/// Pictures and videos to merged visual tokens before the projector, through the tower; without
/// gradient where it is frozen. Each medium is encoded on its own, so its tokens do not depend on
/// the batch it is in (and can be cached).
class VisualEncoder {
  public:
    /// Borrows `model` and `cache` (which may be null). `is_trained`: the tokens keep their graph;
    /// no cache then.
    VisualEncoder(const model::UniviModel& model, int select_layer,
                  media::PreprocessOptions preprocess, const VisualTokenCache* cache,
                  bool is_trained = false);
    /// Merged tokens [rows, C] in compute dtype on the model's device: 112 a picture, 112 an event
    /// of a video. Stores what was computed in the cache.
    at::Tensor encode(SampleMedium& medium) const;
    /// Everything that shapes the tokens besides the medium itself: tower weights,
    /// merging, cropping, sampling.
    static std::string recipe(const model::UniviModel& model, int select_layer,
                              const media::PreprocessOptions& preprocess, int max_frames);

  private:
    at::Tensor pixels(const std::vector<media::Image>& crops, std::size_t begin,
                      std::size_t end) const;
    at::Tensor features(const at::Tensor& pixel_values) const;
    at::Tensor merge(const std::vector<media::Image>& crops) const;
    at::Tensor blank() const;

    const model::UniviModel& model_;
    int select_layer_;
    media::PreprocessOptions preprocess_;
    const VisualTokenCache* cache_;
    bool is_trained_;
    mutable at::Tensor blank_;
};

}  // namespace univi::training
