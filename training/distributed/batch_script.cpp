#include "training/distributed/batch_script.h"

#include <algorithm>

namespace univi::training {

using Kind = BatchOperation::Kind;

namespace {

int count_layers(const std::vector<FlatLayout>& layouts) {
    int layers = 0;
    for (const FlatLayout& layout : layouts) layers = std::max(layers, layout.layer + 1);
    return layers;
}

/// Returns the layer from which on weights stay gathered until backward has used them: the last
/// layers, which backward needs first.
int first_kept_layer(const std::vector<FlatLayout>& layouts, std::int64_t max_live_elements) {
    const int num_layers = count_layers(layouts);
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(num_layers), 0);
    std::int64_t live = 0;
    for (const FlatLayout& layout : layouts)
        (layout.layer < 0 ? live : sizes[static_cast<std::size_t>(layout.layer)]) +=
            layout.num_elements;
    int first = num_layers - 1;  // backward begins with the last
    live += num_layers > 0 ? sizes.back() : 0;
    while (first > 0 && live + sizes[static_cast<std::size_t>(first - 1)] <= max_live_elements)
        live += sizes[static_cast<std::size_t>(--first)];
    return first;
}

}  // namespace

BatchScript BatchScript::of_reductions(std::size_t num_buffers) {
    BatchScript script;
    for (std::size_t i = num_buffers; i > 0; --i)
        script.operations_.push_back({Kind::Reduce, i - 1});
    script.skip();
    return script;
}

BatchScript BatchScript::of_layers(const std::vector<FlatLayout>& layouts,
                                   std::int64_t max_live_elements) {
    BatchScript script;
    const int num_layers = count_layers(layouts);
    const int first_kept = first_kept_layer(layouts, max_live_elements);
    script.ends_.resize(static_cast<std::size_t>(num_layers));
    script.add(Kind::Gather, layouts, -1);
    script.add(Kind::Gather, layouts, 0);
    for (int i = 0; i < num_layers; ++i) {
        LayerEnds& ends = script.ends_[static_cast<std::size_t>(i)];
        script.add(Kind::Gather, layouts, i + 1);
        ends.before_forward = script.operations_.size();
        if (i < first_kept) script.add(Kind::Release, layouts, i);
        ends.after_forward = script.operations_.size();
    }
    for (int i = num_layers - 1; i >= 0; --i) {
        LayerEnds& ends = script.ends_[static_cast<std::size_t>(i)];
        if (i > 0) script.add(Kind::Gather, layouts, i - 1);
        ends.before_backward = script.operations_.size();
        script.add(Kind::Reduce, layouts, i);
        script.add(Kind::Release, layouts, i);
        ends.after_backward = script.operations_.size();
    }
    script.add(Kind::Reduce, layouts, -1);
    script.add(Kind::Release, layouts, -1);
    script.skip();
    return script;
}

void BatchScript::add(Kind kind, const std::vector<FlatLayout>& layouts, int layer) {
    for (std::size_t i = 0; i < layouts.size(); ++i)
        if (layouts[i].layer == layer) operations_.push_back({kind, i});
}

void BatchScript::run_until(std::size_t end, const Perform& perform) {
    while (next_ < end) {
        perform(operations_[next_]);
        ++next_;
    }
}

}  // namespace univi::training
