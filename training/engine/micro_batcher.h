#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "training/engine/batch.h"
#include "training/engine/data_loader.h"
#include "training/engine/run_course.h"
#include "training/engine/visual_encoder.h"

namespace univi::training {

/// Samples that go through the model together.
struct MicroBatch {
    BatchLayout layout;
    at::Tensor visual;  ///< see batch_loss()
    /// to be encoded once more, with the graph of a trained tower
    std::vector<Sample> samples;
};

/// This rank's samples of one batch.
struct TakenBatch {
    std::vector<std::int64_t> items;
    std::vector<Sample> samples;  ///< without those left out (--on_bad_item skip)
    double waited_s = 0;          ///< seconds that loading them took
};

/// Takes the samples of one batch after the other, encodes their media and cuts them into
/// micro-batches. It begins with one micro-batch a batch; each call of halve() takes fewer samples
/// at a time and leaves the batches as they are.
class MicroBatcher {
  public:
    /// Opens a loader of this rank's samples from a batch on.
    using OpenLoader = std::function<std::unique_ptr<DataLoader>(std::int64_t first_batch)>;
    /// Borrows all.
    MicroBatcher(const TrainOptions& options, const RunCourse& course, const VisualEncoder& encoder,
                 OpenLoader open_loader);

    /// Goes back to the batch at which the run stands.
    void restart();
    /// Ends the loader and its threads.
    void stop() { loader_.reset(); }
    /// Number of the batch that take() reads, over all epochs.
    std::int64_t batch() const { return batch_; }
    void go_to_next_batch() { ++batch_; }

    TakenBatch take();
    /// All media are encoded here: the parts weigh by their targets, whose number is known only
    /// when all are laid out, and merged tokens are small beside the activations. The graph of a
    /// trained tower is made when a part's turn comes, unless there is only one part.
    std::vector<MicroBatch> cut(std::vector<Sample> samples) const;
    MicroBatch lay_out(std::vector<Sample>& samples) const;

    /// Samples of a rank that go through the model together, at most.
    std::int64_t size() const { return size_; }
    /// Micro-batches that every rank goes through in a batch.
    std::int64_t rounds() const;
    bool can_halve() const { return size_ > 1; }
    void halve() { size_ = (size_ + 1) / 2; }

  private:
    const TrainOptions& options_;
    const RunCourse& course_;
    const VisualEncoder& encoder_;
    OpenLoader open_loader_;
    std::unique_ptr<DataLoader> loader_;
    std::int64_t batch_ = 0, size_;
};

}  // namespace univi::training
