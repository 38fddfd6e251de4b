#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace univi::training::demo {

/// Muon (momentum, orthogonalised by Newton-Schulz iterations; Jordan 2024) for the matrices
/// inside the transformer, AdamW for all else. Small towers learn in about half the steps
/// AdamW alone needs.
class TowerOptimizer {
  public:
    using Parameters = std::vector<std::pair<std::string, at::Tensor>>;
    struct Options {
        double adam_rate = 1e-3, muon_rate = 0.01;  ///< at the schedule's peak
        double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-8, momentum = 0.95, weight_decay = 0.02;
        double clip = 1.0;  ///< of the global gradient norm
    };
    TowerOptimizer(Parameters& parameters, const Options& options);

    /// One update of every parameter with its gradient; `schedule` scales both rates. Returns the
    /// gradient norm before clipping.
    double step(std::vector<at::Tensor> gradients, double schedule);

    /// Moments by name, for checkpoints; tensors are shared, so loading copies into them.
    Parameters state() const;
    std::int64_t num_steps() const { return steps_; }
    void set_num_steps(std::int64_t steps) { steps_ = steps; }

  private:
    void adam(std::size_t i, const at::Tensor& gradient, double schedule);
    void muon(std::size_t i, const at::Tensor& gradient, double schedule);

    Parameters& parameters_;
    Options options_;
    std::vector<bool> is_matrix_;
    std::vector<at::Tensor> first_, second_;
    std::int64_t steps_ = 0;
};

/// Warm-up, flat, then cosine to 2 %: multiplier at `step` of `total`.
double schedule_at(std::int64_t step, std::int64_t total, std::int64_t warmup);

}  // namespace univi::training::demo
