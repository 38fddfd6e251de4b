#include "training/distributed/backward_link.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include "core/base/error.h"
#include "core/model/graph_capsule.h"

namespace univi::training {

struct BackwardLink::Target {
    BackwardListener* listener;  ///< null once the link is gone

    /// Throws Error{Internal} once the link is gone: the layer's weights went with it.
    BackwardListener& weights_keeper() const {
        if (!listener)
            throw base::Error(base::ErrorKind::Internal,
                              "backward came after the optimizer that holds its weights");
        return *listener;
    }
};

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

using Report = std::function<void()>;

/// The identity; reports when backward passes.
struct LayerMark : torch::autograd::Function<LayerMark> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Report& report) {
        context->saved_data["report"] = model::to_capsule(report);
        return x;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        model::from_capsule<Report>(context->saved_data["report"])();
        return {gradients[0], {}};
    }
};

at::Tensor mark(const at::Tensor& x, const Report& report) {
    return LayerMark::apply(x, report);
}

/// Called by autograd as soon as a parameter's gradient is complete.
struct GradientHook : torch::autograd::PostAccumulateGradHook {
    explicit GradientHook(std::function<void(const at::Tensor&)> to) : report(std::move(to)) {}
    void operator()(const torch::autograd::Variable& parameter) override { report(parameter); }
    std::function<void(const at::Tensor&)> report;
};

}  // namespace

BackwardLink::BackwardLink(BackwardListener& listener)
    : target_(std::make_shared<Target>(Target{&listener})) {}

BackwardLink::~BackwardLink() {
    target_->listener = nullptr;
}

void BackwardLink::watch(const at::Tensor& parameter, std::size_t buffer, std::size_t slot) {
    torch::autograd::impl::set_post_acc_grad_hooks(
        parameter,
        std::make_unique<GradientHook>([target = target_, buffer, slot](const at::Tensor& ready) {
            if (target->listener) target->listener->gradient_ready(buffer, slot, ready);
        }));
}

at::Tensor BackwardLink::entry_of(int layer, const at::Tensor& x) const {
    return mark(x, [target = target_, layer] { target->weights_keeper().backward_enters(layer); });
}

at::Tensor BackwardLink::exit_of(int layer, const at::Tensor& x) const {
    return mark(x, [target = target_, layer] { target->weights_keeper().backward_leaves(layer); });
}

}  // namespace univi::training
