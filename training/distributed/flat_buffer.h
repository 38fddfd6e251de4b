#pragma once

#include <vector>

#include "core/model/weight_source.h"
#include "training/distributed/partition.h"
#include "training/distributed/process_group.h"

namespace univi::training {

/// What of a buffer lies on one rank only, the rest being on all (ZeRO's stages 0 to 3).
enum class Sharding { None, Moments, Gradients, Parameters };

/// How all buffers of a run are kept.
struct FlatBufferOptions {
    Sharding sharding = Sharding::None;
    c10::Device state_device = c10::kCPU;       ///< of masters and moments
    at::ScalarType gradient_type = at::kFloat;  ///< in which gradients are collected and sent
};

/// Parameters that lie one after the other in one tensor, with their gradients, fp32 masters and
/// AdamW moments, and the collectives that bring them to where they are used. Every rank owns an
/// equal part and updates only that (all of it with Sharding::None). Ranks call collectives
/// (gather, begin_reduce, publish, whole) in the same order; each is waited for apart.
class FlatBuffer {
  public:
    /// Moves the parameters of `layout`, leaf tensors of `all`, into the buffer and makes trained
    /// ones require grad. With Sharding::Parameters they are released. Borrows `group`.
    FlatBuffer(FlatLayout layout, const model::NamedTensors& all, ProcessGroup& group,
               const FlatBufferOptions& options);

    const FlatLayout& layout() const { return layout_; }
    bool is_trained() const { return layout_.is_trained; }
    std::size_t num_slots() const { return layout_.slots.size(); }
    const std::string& name(std::size_t slot) const { return parameters_[slot].first; }
    const at::Tensor& parameter(std::size_t slot) const { return parameters_[slot].second; }

    /// Sharding::Parameters: begins to bring the whole weights, or lets all but the own part go.
    void gather();
    void release();
    /// Waits until gather's or publish's weights are there.
    void wait();

    /// A batch begins: every slot's gradient is still to come.
    void expect_gradients() { num_missing_ = layout_.slots.size(); }
    bool is_complete() const { return num_missing_ == 0; }
    /// Takes the gradient of a slot's parameter over. Returns whether it was the batch's last.
    bool take_gradient(std::size_t slot, const at::Tensor& parameter);
    /// Begins to sum the batch's gradients over the ranks; zeros where none came.
    void begin_reduce();
    /// Waits for the sum and adds the own part to that of the step's earlier batches.
    void finish_reduce();
    /// Drops all gradients, those of a backward that broke off too.
    void drop_gradients();

    /// Divides the summed gradient by `loss_scale` and returns the own part's sum of squares
    /// (fp64 [] on the host).
    at::Tensor unscale(double loss_scale);
    void scale_gradient(double factor) { gradient_.mul_(factor); }

    /// A parameter's elements in the own part; tensors are fp32 views [count].
    struct Piece {
        const std::string& name;
        std::int64_t parameter_elements, first;  ///< of the whole parameter; first element here
        at::Tensor master, gradient, average, square;  ///< gradient: undefined without one
    };
    std::vector<Piece> own_pieces() const;
    /// The updated masters become the weights everybody computes with (Sharding::Parameters: at
    /// the next gathering).
    void publish();

    /// Whole masters (fp32) of trained parameters, whole weights of frozen ones [num_elements].
    at::Tensor whole();
    /// A slot's parameter as a view of `whole`.
    at::Tensor view_of(std::size_t slot, const at::Tensor& whole) const;

  private:
    std::int64_t own_begin() const;
    std::int64_t own_count() const;
    at::Tensor own_values();
    void make_masters();
    void make_gradients();

    FlatLayout layout_;
    model::NamedTensors parameters_;  ///< by slot
    std::vector<std::vector<std::int64_t>> shapes_;
    ProcessGroup& group_;
    FlatBufferOptions options_;
    at::Tensor values_;  ///< [num_elements] compute type; its memory may come and go
    at::Tensor own_;     ///< [part] Sharding::Parameters: the part that always stays
    at::Tensor master_, average_,
        square_;                   ///< fp32, own part; master may be the weights themselves
    at::Tensor batch_gradients_;   ///< [num_elements] being filled
    at::Tensor reduced_;           ///< [part] target of a reduction
    at::Tensor gradient_;          ///< fp32, own part, summed over ranks and batches
    std::vector<bool> is_filled_;  ///< slots of batch_gradients_
    std::size_t num_missing_ = 0;  ///< slots whose gradient this batch has not brought yet
    bool is_gathered_ = true;
    CollectiveWork gathering_, reducing_;
};

}  // namespace univi::training
