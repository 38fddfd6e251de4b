#include "training/engine/batch.h"

#include <algorithm>
#include <numeric>

#include "core/text/labels.h"

namespace univi::training {

static_assert(text::kImageToken == model::kPlaceholder && text::kIgnoreLabel == model::kNoLabel);

namespace {

using model::PlacedTokens;
using model::Slot;

/// One sample: where its positions come from, and which rows of the batch's visual tokens are its
/// media's.
struct Row {
    PlacedTokens placed;
    std::vector<std::int64_t> first_rows;  ///< by medium
};

/// `num_visual`: visual tokens of the samples before; counts this one's too.
Row place_sample(const Sample& sample, const std::vector<std::int64_t>& rows,
                 model::VisualOrder order, std::int64_t& num_visual) {
    Row row;
    std::vector<model::MediumRows> media;
    for (std::size_t i = 0; i < sample.media.size(); ++i) {
        media.push_back({sample.media[i].placeholders, rows[i]});
        row.first_rows.push_back(num_visual);
        num_visual += rows[i];
    }
    row.placed = model::place_tokens(sample.ids, media, order, sample.labels);
    return row;
}

/// `visual_begin`: where the visual tokens begin among what is gathered.
void append_row(BatchLayout& layout, const Sample& sample, const Row& row,
                std::int64_t visual_begin) {
    const std::vector<Slot>& slots = row.placed.slots;
    const auto base = static_cast<std::int64_t>(layout.lengths.size()) * layout.length;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const auto [medium, index] = slots[i];
        const std::int64_t flat = base + static_cast<std::int64_t>(i);
        std::int64_t& from = layout.gather[static_cast<std::size_t>(flat)];
        if (medium >= 0) {
            from = visual_begin + row.first_rows[static_cast<std::size_t>(medium)] + index;
        } else {
            from = static_cast<std::int64_t>(layout.text_ids.size());
            layout.text_ids.push_back(sample.ids[static_cast<std::size_t>(index)]);
        }
        if (i > 0 && row.placed.labels[i] != model::kNoLabel) {
            layout.predictors.push_back(flat - 1);
            layout.targets.push_back(row.placed.labels[i]);
        }
    }
    layout.lengths.push_back(static_cast<std::int64_t>(slots.size()));
}

at::Tensor index_tensor(const std::vector<std::int64_t>& values, const c10::Device& device) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
    return tensor.to(device, /*non_blocking=*/true);
}

/// On the CPU, where it is checked: the decoder's attention is causal and needs none.
at::Tensor attention_mask(const BatchLayout& layout) {
    const at::Tensor lengths = index_tensor(layout.lengths, at::kCPU);
    return at::arange(layout.length, lengths.options()).unsqueeze(0).lt(lengths.unsqueeze(1));
}

}  // namespace

std::int64_t BatchLayout::num_tokens() const {
    return std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
}

BatchLayout lay_out_batch(const std::vector<Sample>& samples,
                          const std::vector<std::vector<std::int64_t>>& visual_rows,
                          model::VisualOrder order) {
    BatchLayout layout;
    std::vector<Row> rows;
    std::int64_t num_visual = 0, num_text = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const std::vector<Slot>& slots =
            rows.emplace_back(place_sample(samples[i], visual_rows[i], order, num_visual))
                .placed.slots;
        num_text += std::ranges::count(slots, -1, &Slot::medium);
        layout.length = std::max(layout.length, static_cast<std::int64_t>(slots.size()));
    }
    layout.batch = static_cast<std::int64_t>(samples.size());
    const std::int64_t zero_row = num_text + num_visual;  // what padding is gathered from
    layout.gather.assign(static_cast<std::size_t>(layout.batch * layout.length), zero_row);
    for (std::size_t i = 0; i < samples.size(); ++i)
        append_row(layout, samples[i], rows[i], num_text);
    return layout;
}

at::Tensor batch_loss(const model::UniviModel& model, const BatchLayout& layout,
                      const at::Tensor& visual, bool checkpoint_layers, model::LayerHooks* hooks) {
    if (layout.targets.empty()) return {};
    const auto& language = model.language();
    const c10::Device device = language.placement().device;
    const at::Tensor text = language.embed(index_tensor(layout.text_ids, device));  // [n_text, D]
    std::vector<at::Tensor> rows{text};
    if (visual.defined()) rows.push_back(model.project(visual));  // [n_visual, D]
    rows.push_back(at::zeros({1, text.size(1)}, text.options()));
    const at::Tensor embeds = at::cat(rows)
                                  .index_select(0, index_tensor(layout.gather, device))
                                  .view({layout.batch, layout.length, text.size(1)});
    const at::Tensor hidden =
        language.forward_batch(embeds, attention_mask(layout), checkpoint_layers, hooks);
    // Only positions that predict a target need logits: the visual tokens, most of a
    // sample, do not.
    const at::Tensor chosen = hidden.reshape({-1, hidden.size(2)})
                                  .index_select(0, index_tensor(layout.predictors, device));
    return at::cross_entropy_loss(language.logits(chosen), index_tensor(layout.targets, device));
}

}  // namespace univi::training
