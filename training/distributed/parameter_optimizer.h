#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/model/language_model.h"
#include "core/model/tensor_table.h"
#include "core/model/weight_source.h"

namespace univi::training {

struct AdamWOptions {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
};

/// False for norms and biases.
bool is_decayed(const std::string& name);

/// Matching pieces of weights, gradients and moments that one fused AdamW call updates; all fp32,
/// 1-D or whole.
struct AdamWPieces {
    std::vector<at::Tensor> weights, gradients, averages, squares;
};
/// One update of `pieces` with bias correction for update number `updates` (from 1).
void update_adamw(AdamWPieces& pieces, const AdamWOptions& options, double weight_decay,
                  double learning_rate, std::int64_t updates);

/// Where saved values come from, whoever saved them.
class SavedValues {
  public:
    virtual ~SavedValues() = default;
    /// Copies elements [begin, begin + out.numel()) of `kind` ("weight", "exp_avg", "exp_avg_sq")
    /// of parameter `name` with `total` elements into `out` (1-D). Throws Error{Format} when they
    /// are not there or `total` is another.
    virtual void read(const std::string& kind, const std::string& name, std::int64_t total,
                      std::int64_t begin, const at::Tensor& out) const = 0;
};

/// What the trainer needs of an optimizer, whether it holds everything or only its rank's part.
class ParameterOptimizer {
  public:
    virtual ~ParameterOptimizer() = default;

    /// Around a micro-batch; every rank calls both, also where it has nothing to learn from the
    /// batch. `is_last`: of its step.
    virtual void begin_batch(bool is_last) {}
    virtual void end_batch() {}
    /// Around a forward pass without gradient; every rank calls both, also where it has no samples.
    virtual void begin_evaluation() {}
    virtual void end_evaluation() {}
    /// For LanguageModel::forward_batch; null when weights are always whole.
    virtual model::LayerHooks* layer_hooks() { return nullptr; }

    /// What the losses were multiplied with before backward (fp16): clip_gradients takes it
    /// off the gradients.
    void set_loss_scale(double scale) { loss_scale_ = scale; }
    /// Clips the accumulated gradients to `max_norm` (0: not) as torch.nn.utils.clip_grad_norm_
    /// does, over all ranks. Returns the norm before clipping.
    virtual double clip_gradients(double max_norm) = 0;
    /// One update with the gradients as they stand after clip_gradients; frees them.
    virtual void step(double learning_rate) = 0;
    /// Drops the gradients without an update.
    virtual void zero_grad() = 0;

    /// Whole parameters at rank 0, one after the other in model order: the fp32 masters of trained
    /// ones, the rest as they are. Every rank calls it; `visit` is called on rank 0 only and may
    /// keep the tensor.
    virtual void visit_weights(
        const std::function<void(const std::string& name, const at::Tensor& value)>& visit) = 0;
    /// This rank's moments: "exp_avg.<name>" whole, or "exp_avg.<name>@<first element>" a 1-D part.
    virtual model::TensorTable state() const = 0;
    /// Weights and moments as saved, and the number of updates done.
    virtual void restore(const SavedValues& saved, std::int64_t updates) = 0;
    virtual std::int64_t updates() const = 0;
    /// Elements of all trained parameters, over all ranks.
    virtual std::int64_t trained_elements() const = 0;

  protected:
    double loss_scale_ = 1;
};

}  // namespace univi::training
