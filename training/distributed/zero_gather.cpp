// The order of all collectives of a batch, and stage 3's weights that come for a layer's use and
// go after it.
#include <c10/core/StorageImpl.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/base/error.h"
#include "core/model/graph_capsule.h"
#include "training/distributed/zero_optimizer.h"

namespace univi::training {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The optimizer, for as long as it exists: a graph may outlive it.
using OptimizerLink = std::weak_ptr<ZeroOptimizer>;

/// The identity; tells the optimizer when backward passes.
struct LayerMark : torch::autograd::Function<LayerMark> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                              const OptimizerLink& optimizer, std::int64_t layer, bool enters) {
        context->saved_data["optimizer"] = model::to_capsule(optimizer);
        context->saved_data["layer"] = layer;
        context->saved_data["enters"] = enters;
        return x;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        auto& data = context->saved_data;
        const auto optimizer = model::from_capsule<OptimizerLink>(data["optimizer"]).lock();
        if (!optimizer)
            throw base::Error(base::ErrorKind::Internal,
                              "backward came after the optimizer that holds its weights");
        const int layer = static_cast<int>(data["layer"].toInt());
        if (data["enters"].toBool())
            optimizer->backward_enters(layer);
        else
            optimizer->backward_leaves(layer);
        return {gradients[0], {}, {}, {}};
    }
};

/// Gives a storage memory or takes it away; all views of it, also those autograd saved, follow.
void resize_storage(const at::Tensor& tensor, std::size_t bytes) {
    c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
    storage->set_data_ptr_noswap(storage->allocator()->allocate(bytes));
    storage->set_nbytes(bytes);
}

}  // namespace

void ZeroOptimizer::add_operations(Operation::Kind kind, int layer) {
    for (std::size_t i = 0; i < flats_.size(); ++i)
        if (flats_[i].layout.layer == layer) script_.push_back({kind, i});
}

/// Layers from this one on stay gathered until backward has used them: the last ones, which
/// come again first.
int ZeroOptimizer::first_kept_layer(int num_layers) const {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(num_layers), 0);
    std::int64_t live = 0;
    for (const Flat& flat : flats_)
        (flat.layout.layer < 0 ? live : sizes[static_cast<std::size_t>(flat.layout.layer)]) +=
            flat.layout.num_elements;
    int first = num_layers - 1;  // the last is needed again at once
    live += num_layers > 0 ? sizes.back() : 0;
    while (first > 0 &&
           live + sizes[static_cast<std::size_t>(first - 1)] <= options_.max_live_elements)
        live += sizes[static_cast<std::size_t>(--first)];
    return first;
}

/// Every rank runs through the same list in a batch; what a rank has nothing for it
/// does with zeros.
void ZeroOptimizer::make_script() {
    using enum Operation::Kind;
    if (options_.stage < 3) {
        for (std::size_t i = flats_.size(); i > 0; --i) script_.push_back({Reduce, i - 1});
        return;
    }
    int num_layers = 0;
    for (const Flat& flat : flats_) num_layers = std::max(num_layers, flat.layout.layer + 1);
    plans_.resize(static_cast<std::size_t>(num_layers));
    const int first_kept = first_kept_layer(num_layers);
    add_operations(Gather, -1);
    add_operations(Gather, 0);
    for (int i = 0; i < num_layers; ++i) {
        LayerPlan& plan = plans_[static_cast<std::size_t>(i)];
        add_operations(Gather, i + 1);  // one ahead
        plan.before_forward = script_.size();
        if (i < first_kept) add_operations(Release, i);
        plan.after_forward = script_.size();
    }
    for (int i = num_layers - 1; i >= 0; --i) {
        LayerPlan& plan = plans_[static_cast<std::size_t>(i)];
        if (i > 0) add_operations(Gather, i - 1);
        plan.before_backward = script_.size();
        add_operations(Reduce, i);
        add_operations(Release, i);
        plan.after_backward = script_.size();
    }
    add_operations(Reduce, -1);
    add_operations(Release, -1);
}

void ZeroOptimizer::begin_batch(bool is_last) {
    in_batch_ = true;
    is_last_ = is_last;
    // Stages 0 and 1 keep whole gradients until the step's last batch.
    next_ = options_.stage < 2 && !is_last ? script_.size() : 0;
    for (Flat& flat : flats_) flat.num_missing = flat.layout.slots.size();
    if (options_.stage < 3) return;
    const at::NoGradGuard no_grad;
    run_until(plans_.empty() ? 0 : plans_[0].before_forward);
    wait_for_layer(-1);
}

void ZeroOptimizer::end_batch() {
    const at::NoGradGuard no_grad;
    if (next_ < script_.size()) run_until(script_.size());
    finish_reduces(0);
    in_batch_ = false;
}

/// An operation that runs out of memory has not begun its collective and stays the next one: a
/// later call, with the memory of the batch free again, makes up for it, so that the ranks
/// stay in step.
void ZeroOptimizer::run_until(std::size_t end) {
    // each holds a buffer and what was received for it
    constexpr std::size_t kReductionsAtOnce = 2;
    while (next_ < end) {
        const Operation& operation = script_[next_];
        run_operation(operation);
        ++next_;
        if (operation.kind == Operation::Kind::Reduce)
            finish_reduces(options_.overlap ? kReductionsAtOnce : 0);
    }
}

/// Stage 3: the first half of the script, after which everything is let go.
void ZeroOptimizer::begin_evaluation() {
    if (options_.stage < 3) return;
    const at::NoGradGuard no_grad;
    next_ = 0;
    run_until(plans_.empty() ? 0 : plans_[0].before_forward);
    wait_for_layer(-1);
}

void ZeroOptimizer::end_evaluation() {
    if (options_.stage < 3) return;
    const at::NoGradGuard no_grad;
    run_until(plans_.empty() ? 0 : plans_.back().after_forward);
    for (Flat& flat : flats_) release(flat);
    next_ = script_.size();
}

void ZeroOptimizer::run_operation(const Operation& operation) {
    Flat& flat = flats_[operation.flat];
    switch (operation.kind) {
        case Operation::Kind::Gather:
            return gather(flat);
        case Operation::Kind::Release:
            return release(flat);
        case Operation::Kind::Reduce:
            return reduce(flat);
    }
}

void ZeroOptimizer::gather(Flat& flat) {
    if (flat.is_gathered) return;
    resize_storage(flat.values,
                   static_cast<std::size_t>(flat.layout.num_elements) * flat.values.element_size());
    flat.values.narrow(0, local_begin(flat), flat.layout.part).copy_(flat.own);
    flat.gather = group_.all_gather(flat.values);
    flat.is_gathered = true;
}

void ZeroOptimizer::release(Flat& flat) {
    if (!flat.is_gathered) return;
    flat.gather.wait();
    resize_storage(flat.values, 0);
    flat.is_gathered = false;
}

void ZeroOptimizer::wait_for_layer(int layer) {
    for (Flat& flat : flats_)
        if (flat.layout.layer == layer) flat.gather.wait();
}

at::Tensor ZeroOptimizer::before_layer(int layer, const at::Tensor& x) {
    {
        const at::NoGradGuard no_grad;
        run_until(plans_.at(static_cast<std::size_t>(layer)).before_forward);
        wait_for_layer(layer);
    }
    return LayerMark::apply(x, OptimizerLink(self_), std::int64_t{layer}, /*enters=*/false);
}

at::Tensor ZeroOptimizer::after_layer(int layer, const at::Tensor& x) {
    const at::Tensor result =
        LayerMark::apply(x, OptimizerLink(self_), std::int64_t{layer}, /*enters=*/true);
    const at::NoGradGuard no_grad;
    run_until(plans_.at(static_cast<std::size_t>(layer)).after_forward);
    return result;
}

void ZeroOptimizer::backward_enters(int layer) {
    const at::NoGradGuard no_grad;
    run_until(plans_.at(static_cast<std::size_t>(layer)).before_backward);
    wait_for_layer(layer);
}

void ZeroOptimizer::backward_leaves(int layer) {
    const at::NoGradGuard no_grad;
    run_until(plans_.at(static_cast<std::size_t>(layer)).after_backward);
}

}  // namespace univi::training
