#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/stop_token.h"
#include "training/engine/sample_reader.h"
#include "training/engine/sampler.h"
#include "training/options/options.h"

namespace univi::training {

/// What one rank adds to the held-out loss. Summed over the ranks, loss() is that of transformers'
/// evaluation: the mean over samples of the mean loss of each sample's batch.
struct EvaluationSums {
    double weighted_loss = 0;  ///< mean loss of each batch times its samples
    std::int64_t samples = 0;  ///< of batches that have a target
    std::int64_t batches = 0;  ///< all batches of this rank
    double loss() const { return samples > 0 ? weighted_loss / static_cast<double>(samples) : 0; }
};

/// Mean loss over the targets of some samples, without gradient; nothing when they have no target.
/// Called on this thread.
using BatchLoss = std::function<std::optional<double>(std::vector<Sample> samples)>;

/// One pass over held-out data in file order, this rank's parts of its batches (share.batch_size:
/// over all ranks). `loss_of` is called once for each batch of the run, also where this rank's part
/// is empty, so that ranks that work together in the forward pass stay in step. A stop ends it
/// after a batch with Error{Stopped}.
EvaluationSums evaluate(const SampleReader& reader, const RankShare& share, int workers,
                        const BatchLoss& loss_of, const base::StopToken& stop);

/// The held-out data of --eval_dataset_use, ready to be measured on, for one rank.
class HeldOut {
  public:
    /// Nothing without --eval_dataset_use. Borrows `tokenizer` and `cache` (may be null); `read`:
    /// as the training samples are read. Throws as load_eval_dataset().
    static std::unique_ptr<HeldOut> open(const TrainOptions& options,
                                         const text::Tokenizer& tokenizer,
                                         const SampleReaderOptions& read,
                                         const VisualTokenCache* cache, SampleReader::Warn warn,
                                         std::int64_t ranks, std::int64_t rank,
                                         const base::StopToken& stop);
    /// evaluate() over all of it in batches of --per_device_eval_batch_size a rank.
    EvaluationSums measure(const BatchLoss& loss_of, const base::StopToken& stop) const;
    const Dataset& dataset() const { return dataset_; }
    HeldOut(const HeldOut&) = delete;
    HeldOut& operator=(const HeldOut&) = delete;

  private:
    explicit HeldOut(Dataset dataset) : dataset_(std::move(dataset)) {}
    Dataset dataset_;
    std::optional<SampleReader> reader_;  ///< borrows dataset_
    RankShare share_;
    int workers_ = 0;
};

/// Whether the held-out loss is due after optimiser step `step`; `ends_epoch`: the step was the
/// last of an epoch.
bool is_evaluation_due(const TrainOptions& options, std::int64_t step, bool ends_epoch);
/// Whether the history gets an entry then.
bool is_logging_due(const TrainOptions& options, std::int64_t step, bool ends_epoch);

}  // namespace univi::training
