#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "training/distributed/partition.h"

namespace univi::training {

/// One thing that all ranks do at the same place of a batch.
struct BatchOperation {
    enum class Kind { Gather, Release, Reduce } kind = Kind::Reduce;
    std::size_t buffer = 0;  ///< index into the layouts

    bool operator==(const BatchOperation&) const = default;
};

/// The order of all collectives of a batch, the same on every rank, and how far a batch has come in
/// it. Plain numbers: it knows no tensor.
class BatchScript {
  public:
    /// Ends in the operations (one past the last): what is begun before a decoder layer computes,
    /// and what is begun right after it.
    struct LayerEnds {
        std::size_t before_forward = 0, after_forward = 0, before_backward = 0, after_backward = 0;
    };

    /// Stages 0 to 2: the gradients of `num_buffers` buffers are reduced, the last first, as
    /// backward completes them.
    static BatchScript of_reductions(std::size_t num_buffers);
    /// Stage 3: a layer's weights are gathered one layer ahead of their use, in forward and in
    /// backward, and released after it. The last layers stay for backward as long as no more than
    /// `max_live_elements` are gathered. What lies outside the layers stays for the whole batch.
    static BatchScript of_layers(const std::vector<FlatLayout>& layouts,
                                 std::int64_t max_live_elements);

    const std::vector<BatchOperation>& operations() const { return operations_; }
    int num_layers() const { return static_cast<int>(ends_.size()); }
    const LayerEnds& layer(int index) const { return ends_.at(static_cast<std::size_t>(index)); }

    void start() { next_ = 0; }
    /// Goes to the end without doing anything.
    void skip() { next_ = operations_.size(); }
    bool is_done() const { return next_ == operations_.size(); }
    /// The operation whose turn it is; not when is_done().
    const BatchOperation& next() const { return operations_[next_]; }
    std::size_t position() const { return next_; }

    using Perform = std::function<void(const BatchOperation&)>;
    /// Performs what lies before `end` and has not been done. An operation that throws stays the
    /// next one: a later call, with the memory of the batch free again, makes up for it, so that
    /// the ranks stay in step.
    void run_until(std::size_t end, const Perform& perform);

  private:
    void add(BatchOperation::Kind kind, const std::vector<FlatLayout>& layouts, int layer);

    std::vector<BatchOperation> operations_;
    std::vector<LayerEnds> ends_;
    std::size_t next_ = 0;
};

}  // namespace univi::training
