#pragma once

#include <deque>
#include <memory>

#include "training/distributed/parameter_optimizer.h"
#include "training/distributed/partition.h"
#include "training/distributed/process_group.h"

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
class ZeroOptimizer : public ParameterOptimizer, public model::LayerHooks {
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

    // Called by autograd (zero_gradients.cpp, zero_gather.cpp).
    void take_gradient(std::size_t flat, std::size_t slot, const at::Tensor& parameter);
    void backward_enters(int layer);
    void backward_leaves(int layer);

  private:
    struct Flat {
        FlatLayout layout;
        /// [num_elements] compute type; in stage 3 its memory comes and goes
        at::Tensor values;
        at::Tensor own;  ///< [part] stage 3: the part that always stays
        /// fp32 [local]; master is the weights themselves where they are fp32
        at::Tensor master, average, square;
        at::Tensor gradients;         ///< [num_elements] being filled
        at::Tensor gradient;          ///< fp32 [local] summed over ranks and batches
        std::vector<bool> is_filled;  ///< a slot of `gradients`
        std::size_t num_missing = 0;  ///< slots whose gradient this batch has not brought yet
        bool is_gathered = true;
        CollectiveWork gather, reduce;
        at::Tensor reduced;  ///< target of `reduce`
    };
    /// One thing that all ranks do at the same place.
    struct Operation {
        enum class Kind { Gather, Release, Reduce } kind;
        std::size_t flat;
    };

    // zero_optimizer.cpp
    void make_flat(FlatLayout layout);
    void make_masters(Flat& flat);
    std::int64_t local_begin(const Flat& flat) const;
    std::int64_t local_count(const Flat& flat) const;
    at::Tensor local_values(Flat& flat);
    void publish(Flat& flat);
    at::Tensor whole_master(Flat& flat);
    at::Tensor whole_values(Flat& flat);
    // zero_gradients.cpp
    void register_hooks();
    void make_gradients(Flat& flat);
    void reduce(Flat& flat);
    void finish_reduce(Flat& flat);
    void finish_reduces(std::size_t allowed);
    void advance_ready();
    // zero_gather.cpp
    void make_script();
    int first_kept_layer(int num_layers) const;
    void run_until(std::size_t end);
    void run_operation(const Operation& operation);
    void wait_for_layer(int layer);
    void add_operations(Operation::Kind kind, int layer);
    void gather(Flat& flat);
    void release(Flat& flat);

    std::vector<std::string> names_;
    std::vector<at::Tensor> parameters_;
    std::vector<std::vector<std::int64_t>> shapes_;
    ProcessGroup& group_;
    AdamWOptions adamw_;
    ZeroOptions options_;
    c10::Device state_device_;
    at::ScalarType gradient_type_;
    std::vector<Flat> flats_;
    std::vector<bool> is_flat_;  ///< by parameter
    std::vector<Operation> script_;
    /// Ends in script_ (one past): what has to be under way before a layer computes, and what may
    /// happen after it.
    struct LayerPlan {
        std::size_t before_forward = 0, after_forward = 0, before_backward = 0, after_backward = 0;
    };
    std::vector<LayerPlan> plans_;
    std::size_t next_ = 0;
    bool in_batch_ = false, is_last_ = true;
    std::deque<std::size_t> reducing_;
    std::int64_t updates_ = 0;
    /// What autograd calls back through: owns nothing, and ends first of all members.
    std::shared_ptr<ZeroOptimizer> self_{this, [](ZeroOptimizer*) {}};
};

}  // namespace univi::training
