#pragma once

#include <deque>
#include <memory>

#include "training/distributed/backward_link.h"
#include "training/distributed/batch_script.h"
#include "training/distributed/flat_buffer.h"
#include "training/distributed/parameter_optimizer.h"

namespace univi::training {

struct ZeroOptions {
    /// 0 none, 1 moments, 2 and gradients, 3 and parameters over the ranks
    int stage = 0;
    /// stages 0 to 2: gradients that are sent together
    std::int64_t bucket_elements = 500'000'000;
    bool overlap = true;  ///< send while backward goes on
    /// stage 3: elements that stay gathered from forward to backward, at most
    std::int64_t max_live_elements = 0;
    /// masters and moments in host memory, updated there
    bool offload_optimizer = false;
};

/// AdamW over many ranks (ZeRO, Rajbhandari et al. 2020). Parameters lie in flat buffers; every
/// rank owns an equal part of each and updates only that. Stage 0 sums whole gradients, 1 shares
/// the moments, 2 keeps only the own part of the gradients, reduce-scattered buffer by buffer while
/// backward goes on, 3 keeps only the own part of the parameters too: a layer is gathered one layer
/// ahead of its use, in forward and in backward, and freed after, but for the last layers, of which
/// as many stay for backward as max_live_elements allows. What lies outside the decoder layers
/// stays gathered for the length of a batch. Masters and moments are fp32.
///
/// Gradients are summed, not averaged: scale the loss by 1/(ranks * accumulation). Collectives are
/// begun in one fixed order, whatever gradients come on which rank.
class ZeroOptimizer : public ParameterOptimizer,
                      public model::LayerHooks,
                      private BackwardListener {
  public:
    /// `all`: every parameter in model order, those outside the layers too; `is_trained` alike.
    /// Takes leaf tensors, moves them into flat buffers and makes the trained ones require
    /// grad. Borrows `group`.
    ZeroOptimizer(const model::NamedTensors& all, const std::vector<bool>& is_trained,
                  ProcessGroup& group, const AdamWOptions& adamw, const ZeroOptions& options);
    ~ZeroOptimizer() override;

    void begin_batch(bool is_last) override;
    void end_batch() override;
    void begin_evaluation() override;
    void end_evaluation() override;
    model::LayerHooks* layer_hooks() override { return options_.stage == 3 ? this : nullptr; }
    at::Tensor before_layer(int layer, const at::Tensor& x) override;
    at::Tensor after_layer(int layer, const at::Tensor& x) override;

    double clip_gradients(double max_norm) override;
    void step(double learning_rate) override;
    void zero_grad() override;
    void visit_weights(
        const std::function<void(const std::string&, const at::Tensor&)>& visit) override;
    model::TensorTable state() const override;
    void restore(const SavedValues& saved, std::int64_t updates) override;
    std::int64_t updates() const override { return updates_; }
    std::int64_t trained_elements() const override;

  private:
    void gradient_ready(std::size_t buffer, std::size_t slot, const at::Tensor& parameter) override;
    void backward_enters(int layer) override;
    void backward_leaves(int layer) override;

    void watch_gradients();
    void run_until(std::size_t end);
    void perform(const BatchOperation& operation);
    void reduce_complete_buffers();
    void finish_reductions(std::size_t allowed);
    void gather_first_layer();
    void wait_for_layer(int layer);
    void wait_for_all();

    ProcessGroup& group_;
    AdamWOptions adamw_;
    ZeroOptions options_;
    std::vector<FlatBuffer> buffers_;
    model::NamedTensors outside_;  ///< parameters that lie in no buffer: frozen, stages 0 to 2
    BatchScript script_;
    BackwardLink backward_;
    bool in_batch_ = false;
    std::deque<std::size_t> reducing_;  ///< buffers whose reduction is under way
    std::int64_t updates_ = 0;
};

}  // namespace univi::training
