#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/tensor_table.h"
#include "core/model/weight_source.h"

namespace univi::training {

struct AdamWOptions {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
};

/// AdamW with decoupled decay over named parameters, master weights and moments in fp32 (the parameters themselves where they
/// are fp32). Norms and biases are not decayed, as Hugging Face's trainer does. Deterministic for a thread count.
class AdamW {
  public:
    /// Takes leaf tensors and makes them require grad.
    AdamW(model::NamedTensors parameters, const AdamWOptions& options);

    /// Clips the accumulated gradients to `max_norm` (0: not) as torch.nn.utils.clip_grad_norm_ does.
    /// Returns the norm before clipping. Gradients are fp32 and complete (zero where none came) afterwards.
    double clip_gradients(double max_norm);
    /// One update with the gradients as they stand after clip_gradients; frees them.
    void step(double learning_rate);
    void zero_grad();

    /// fp32 master weights under the parameters' names.
    model::NamedTensors masters() const;
    /// Gradients after clip_gradients (tests).
    model::NamedTensors gradients() const;
    /// "exp_avg.<name>", "exp_avg_sq.<name>".
    model::TensorTable state() const;
    /// Restores state() and masters, and the number of updates done. Throws Error{Format} when names or shapes differ.
    void load(const model::TensorTable& state, const model::TensorTable& masters, std::int64_t updates);
    std::int64_t updates() const { return updates_; }

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

/// False for norms and biases.
bool is_decayed(const std::string& name);

}  // namespace univi::training
