#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "training/distributed/parameter_optimizer.h"

namespace univi::training {

/// AdamW with decoupled decay over named parameters in one process, master weights and moments in
/// fp32 (the parameters themselves where they are fp32). Norms and biases are not decayed, as
/// Hugging Face's trainer does. Deterministic for a thread count.
class AdamW : public ParameterOptimizer {
  public:
    /// Takes leaf tensors and makes them require grad.
    AdamW(model::NamedTensors parameters, const AdamWOptions& options);

    /// Gradients are fp32 and complete (zero where none came) afterwards.
    double clip_gradients(double max_norm) override;
    void step(double learning_rate) override;
    void zero_grad() override;

    /// fp32 master weights under the parameters' names.
    model::NamedTensors masters() const;
    /// The masters of what is trained; frozen parameters are the model's own.
    void visit_weights(
        const std::function<void(const std::string&, const at::Tensor&)>& visit) override;
    /// Gradients after clip_gradients (tests).
    model::NamedTensors gradients() const;
    /// "exp_avg.<name>", "exp_avg_sq.<name>".
    model::TensorTable state() const override;
    void restore(const SavedValues& saved, std::int64_t updates) override;
    std::int64_t updates() const override { return updates_; }
    std::int64_t trained_elements() const override;

  private:
    struct Group {
        double weight_decay = 0;
        std::vector<std::size_t> members;
    };
    void update_group(const Group& group, double learning_rate);

    AdamWOptions options_;
    std::vector<std::string> names_;
    std::vector<at::Tensor> parameters_, masters_, gradients_, averages_, squares_;
    std::vector<Group> groups_;
    std::int64_t updates_ = 0;
};

}  // namespace univi::training
