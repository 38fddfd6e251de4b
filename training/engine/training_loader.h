#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/stop_token.h"
#include "training/data/dataset.h"
#include "training/engine/data_loader.h"
#include "training/engine/run_course.h"

namespace univi::training {

/// Opens loaders of the training samples, in the order that --shuffle and --group_by_length say.
class TrainingLoader {
  public:
    /// Borrows all. `threads`: for measuring the lengths of the items.
    TrainingLoader(const TrainOptions& options, const Dataset& dataset, const SampleReader& reader,
                   const RunCourse& course, int threads, base::StopToken stop);
    /// A loader of this rank's samples from batch `first_batch` on. Throws as measure_lengths().
    std::unique_ptr<DataLoader> open(std::int64_t first_batch);

  private:
    Sampler sampler();
    const TrainOptions& options_;
    const Dataset& dataset_;
    const SampleReader& reader_;
    const RunCourse& course_;
    int threads_;
    base::StopToken stop_;
    std::shared_ptr<const std::vector<std::int32_t>> lengths_;  ///< with --group_by_length
};

}  // namespace univi::training
