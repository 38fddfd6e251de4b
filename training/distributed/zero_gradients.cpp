// Gradients on their way from backward into the own part: flat buffers, filled by hooks, summed
// over the ranks.
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include "training/distributed/zero_optimizer.h"

namespace univi::training {

namespace {

/// Called by autograd as soon as a parameter's gradient is complete. Stays with the parameter,
/// which may outlive the optimizer; the gradient is left alone then.
struct GradientHook : torch::autograd::PostAccumulateGradHook {
    GradientHook(std::weak_ptr<ZeroOptimizer> to, std::size_t flat_index, std::size_t slot_index)
        : optimizer(std::move(to)), flat(flat_index), slot(slot_index) {}
    void operator()(const torch::autograd::Variable& parameter) override {
        if (const auto held = optimizer.lock()) held->take_gradient(flat, slot, parameter);
    }
    std::weak_ptr<ZeroOptimizer> optimizer;
    std::size_t flat, slot;
};

}  // namespace

void ZeroOptimizer::register_hooks() {
    for (std::size_t i = 0; i < flats_.size(); ++i) {
        if (!flats_[i].layout.is_trained) continue;
        for (std::size_t k = 0; k < flats_[i].layout.slots.size(); ++k)
            torch::autograd::impl::set_post_acc_grad_hooks(
                parameters_[flats_[i].layout.slots[k].parameter],
                std::make_unique<GradientHook>(self_, i, k));
    }
}

void ZeroOptimizer::make_gradients(Flat& flat) {
    if (flat.gradients.defined()) return;
    flat.gradients =
        at::empty({flat.layout.num_elements}, flat.values.options().dtype(gradient_type_));
    const FlatSlot& last = flat.layout.slots.back();
    const std::int64_t used = last.begin + last.count;
    flat.gradients.narrow(0, used, flat.layout.num_elements - used).zero_();  // padding
}

void ZeroOptimizer::take_gradient(std::size_t flat_index, std::size_t slot_index,
                                  const at::Tensor& parameter) {
    const at::NoGradGuard no_grad;
    Flat& flat = flats_[flat_index];
    const FlatSlot& slot = flat.layout.slots[slot_index];
    make_gradients(flat);
    const at::Tensor place =
        flat.gradients.narrow(0, slot.begin, slot.count).view(shapes_[slot.parameter]);
    if (flat.is_filled[slot_index])
        place.add_(parameter.grad());
    else
        place.copy_(parameter.grad());
    flat.is_filled[slot_index] = true;
    parameter.mutable_grad().reset();
    if (flat.num_missing > 0 && --flat.num_missing == 0 && options_.overlap && options_.stage < 3)
        advance_ready();
}

/// Stages 0 to 2: begins the reductions whose turn it is and whose buffers are complete.
void ZeroOptimizer::advance_ready() {
    while (in_batch_ && next_ < script_.size() && flats_[script_[next_].flat].num_missing == 0)
        run_until(next_ + 1);
}

void ZeroOptimizer::reduce(Flat& flat) {
    if (!flat.layout.is_trained) return;
    make_gradients(flat);
    // no gradient came: unused in this batch
    for (std::size_t i = 0; i < flat.layout.slots.size(); ++i)
        if (!flat.is_filled[i])
            flat.gradients.narrow(0, flat.layout.slots[i].begin, flat.layout.slots[i].count)
                .zero_();
    if (options_.stage == 0) {
        flat.reduce = group_.all_reduce(flat.gradients);
    } else {
        flat.reduced = at::empty({flat.layout.part}, flat.gradients.options());
        flat.reduce = group_.reduce_scatter(flat.reduced, flat.gradients);
    }
    reducing_.push_back(static_cast<std::size_t>(&flat - flats_.data()));
}

void ZeroOptimizer::finish_reduces(std::size_t allowed) {
    while (reducing_.size() > allowed) {
        finish_reduce(flats_[reducing_.front()]);
        reducing_.pop_front();
    }
}

void ZeroOptimizer::finish_reduce(Flat& flat) {
    flat.reduce.wait();
    const at::Tensor sum = options_.stage == 0 ? flat.gradients : flat.reduced;
    const at::Tensor wide = sum.to(state_device_, at::kFloat);
    if (flat.gradient.defined())
        flat.gradient.add_(wide);
    else
        flat.gradient = wide;
    flat.gradients.reset();
    flat.reduced.reset();
    flat.is_filled.assign(flat.layout.slots.size(), false);
}

}  // namespace univi::training
