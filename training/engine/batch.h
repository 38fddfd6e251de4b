#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/placement.h"
#include "core/model/univi_model.h"
#include "training/engine/sample_reader.h"

namespace univi::training {

/// Where every position of a padded batch comes from, as plain numbers: what a batch is before
/// any tensor exists.
struct BatchLayout {
    std::int64_t batch = 0, length = 0;  ///< B, L: padded on the right to the longest sample
    std::vector<std::int64_t> text_ids;  ///< ids of all text positions, row after row
    /// [B*L] row of cat(text embeddings, visual tokens, one zero row)
    std::vector<std::int64_t> gather;
    std::vector<std::int64_t> predictors;  ///< flat positions whose next token is a target
    std::vector<std::int64_t> targets;     ///< that next token
    std::vector<std::int64_t> lengths;     ///< [B] without padding
    std::int64_t num_tokens() const;       ///< sum of lengths
};

/// Puts each medium's tokens where its placeholders stand; their labels are ignored.
/// `visual_rows`: per sample and medium the number of its tokens, samples one after the other.
/// Throws Error{Model} as place_tokens does.
BatchLayout lay_out_batch(const std::vector<Sample>& samples,
                          const std::vector<std::vector<std::int64_t>>& visual_rows,
                          model::VisualOrder order);

/// Mean next-token cross entropy in fp32 over all targets of the batch; an undefined tensor when
/// there is none. `visual`: merged tokens of all media [rows, C] in the order of the layout
/// (undefined: none). `hooks`: what happens around every decoder layer (may be null).
at::Tensor batch_loss(const model::UniviModel& model, const BatchLayout& layout,
                      const at::Tensor& visual, bool checkpoint_layers,
                      model::LayerHooks* hooks = nullptr);

}  // namespace univi::training
