#include "training/engine/batch.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"

namespace univi::training {

namespace {

constexpr std::int64_t kPadding = -1;

/// One sample's positions: >= 0 an id's place in the text list, otherwise see `visual`.
struct Row {
    struct Position {
        bool is_visual = false;
        std::int64_t value = 0;  ///< token id, or row of the visual tokens
    };
    std::vector<Position> positions;
    std::vector<std::int32_t> labels;
};

/// A run of adjacent placeholders [begin, end) and the visual rows that replace it.
struct Run {
    std::size_t begin = 0, end = 0;
    std::int64_t first_row = 0, num_rows = 0;
};

std::vector<Run> find_runs(const Sample& sample, const std::vector<std::int64_t>& rows,
                           std::int64_t first_row) {
    std::vector<Run> runs;
    std::size_t medium = 0;
    for (std::size_t i = 0; i < sample.ids.size();) {
        if (sample.ids[i] != text::kImageToken) {
            ++i;
            continue;
        }
        Run run{i, i, first_row, 0};
        while (run.end < sample.ids.size() && sample.ids[run.end] == text::kImageToken) {
            if (medium >= sample.media.size())
                throw base::Error(base::ErrorKind::Internal,
                                  "A sample has more placeholders than media.");
            run.end += static_cast<std::size_t>(sample.media[medium].placeholders);
            run.num_rows += rows[medium++];
        }
        first_row += run.num_rows;
        i = run.end;
        runs.push_back(run);
    }
    return runs;
}

class RowBuilder {
  public:
    explicit RowBuilder(const Sample& sample) : sample_(sample) {}
    void add_text(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) row_.positions.push_back({false, sample_.ids[i]});
    }
    void add_visual(const Run& run) {
        for (std::int64_t i = 0; i < run.num_rows; ++i)
            row_.positions.push_back({true, run.first_row + i});
    }
    void add_labels(std::size_t begin, std::size_t end) {
        const std::size_t size = sample_.labels.size();
        for (std::size_t i = std::min(begin, size); i < std::min(end, size); ++i)
            row_.labels.push_back(sample_.labels[i]);
    }
    void add_ignored(std::int64_t count) {
        row_.labels.insert(row_.labels.end(), static_cast<std::size_t>(count), text::kIgnoreLabel);
    }
    Row take() {
        row_.labels.resize(row_.positions.size(), text::kIgnoreLabel);
        return std::move(row_);
    }

  private:
    const Sample& sample_;
    Row row_;
};

Row place_interleaved(const Sample& sample, const std::vector<Run>& runs) {
    RowBuilder builder(sample);
    std::size_t begin = 0;
    for (const Run& run : runs) {
        builder.add_text(begin, run.begin);
        builder.add_labels(begin, run.begin);
        builder.add_visual(run);
        builder.add_ignored(run.num_rows);
        begin = run.end;
    }
    builder.add_text(begin, sample.ids.size());
    builder.add_labels(begin, sample.ids.size());
    return builder.take();
}

Row place_as_reference(const Sample& sample, const std::vector<Run>& runs) {
    if (runs.size() < 2) return place_interleaved(sample, runs);
    RowBuilder builder(sample);
    const Run& first = runs.front();
    std::size_t cut = 0;  // labels before this are used up
    for (const Run& run : runs) {
        builder.add_text(0, first.begin);
        builder.add_visual(run);
        builder.add_labels(cut, cut + first.begin);
        builder.add_ignored(run.num_rows);
        cut += runs.back().end;
    }
    builder.add_text(runs.back().end, sample.ids.size());
    builder.add_labels(cut, sample.labels.size());
    return builder.take();
}

void append_row(BatchLayout& layout, const Row& row, std::vector<std::int64_t>& visual_at) {
    const auto base = static_cast<std::int64_t>(layout.lengths.size()) * layout.length;
    for (std::size_t i = 0; i < row.positions.size(); ++i) {
        const auto flat = static_cast<std::size_t>(base) + i;
        if (row.positions[i].is_visual) {
            visual_at[flat] = row.positions[i].value;
        } else {
            layout.gather[flat] = static_cast<std::int64_t>(layout.text_ids.size());
            layout.text_ids.push_back(row.positions[i].value);
        }
        if (i > 0 && row.labels[i] != text::kIgnoreLabel) {
            layout.predictors.push_back(static_cast<std::int64_t>(flat) - 1);
            layout.targets.push_back(row.labels[i]);
        }
    }
    layout.lengths.push_back(static_cast<std::int64_t>(row.positions.size()));
}

at::Tensor index_tensor(const std::vector<std::int64_t>& values, const c10::Device& device) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
    return tensor.to(device);
}

at::Tensor attention_mask(const BatchLayout& layout, const c10::Device& device) {
    const at::Tensor lengths = index_tensor(layout.lengths, device);
    return at::arange(layout.length, lengths.options()).unsqueeze(0).lt(lengths.unsqueeze(1));
}

}  // namespace

std::int64_t BatchLayout::num_tokens() const {
    return std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
}

BatchLayout lay_out_batch(const std::vector<Sample>& samples,
                          const std::vector<std::vector<std::int64_t>>& visual_rows,
                          model::Placement placement) {
    BatchLayout layout;
    std::vector<Row> rows;
    std::int64_t num_visual = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const std::vector<Run> runs = find_runs(samples[i], visual_rows[i], num_visual);
        num_visual = std::accumulate(visual_rows[i].begin(), visual_rows[i].end(), num_visual);
        rows.push_back(placement == model::Placement::Reference
                           ? place_as_reference(samples[i], runs)
                           : place_interleaved(samples[i], runs));
        layout.length =
            std::max(layout.length, static_cast<std::int64_t>(rows.back().positions.size()));
    }
    layout.batch = static_cast<std::int64_t>(samples.size());
    layout.gather.assign(static_cast<std::size_t>(layout.batch * layout.length), kPadding);
    std::vector<std::int64_t> visual_at(layout.gather.size(), -1);
    for (const Row& row : rows) append_row(layout, row, visual_at);
    const auto num_text = static_cast<std::int64_t>(layout.text_ids.size());
    for (std::size_t i = 0; i < layout.gather.size(); ++i) {
        if (visual_at[i] >= 0)
            layout.gather[i] = num_text + visual_at[i];
        else if (layout.gather[i] == kPadding)
            layout.gather[i] = num_text + num_visual;
    }
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
        language.forward_batch(embeds, attention_mask(layout, device), checkpoint_layers, hooks);
    // Only positions that predict a target need logits: the visual tokens, most of a
    // sample, do not.
    const at::Tensor chosen = hidden.reshape({-1, hidden.size(2)})
                                  .index_select(0, index_tensor(layout.predictors, device));
    return at::cross_entropy_loss(language.logits(chosen), index_tensor(layout.targets, device));
}

}  // namespace univi::training
