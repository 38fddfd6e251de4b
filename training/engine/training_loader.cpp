#include "training/engine/training_loader.h"

#include <utility>

namespace univi::training {

TrainingLoader::TrainingLoader(const TrainOptions& options, const Dataset& dataset,
                               const SampleReader& reader, const RunCourse& course, int threads,
                               base::StopToken stop)
    : options_(options),
      dataset_(dataset),
      reader_(reader),
      course_(course),
      threads_(threads),
      stop_(std::move(stop)) {}

Sampler TrainingLoader::sampler() {
    const RankShare& share = course_.share();
    if (!options_.group_by_length)
        return {share.num_samples, options_.shuffle, options_.order_seed()};
    if (!lengths_)
        lengths_ = std::make_shared<const std::vector<std::int32_t>>(
            measure_lengths(dataset_, threads_, stop_));
    Sampler result(lengths_, share.batch_size * options_.gradient_accumulation_steps,
                   options_.order_seed());
    if (share.grid.group > 0) result.keep_group(share.grid.samples.epoch, share.grid.group);
    return result;
}

std::unique_ptr<DataLoader> TrainingLoader::open(std::int64_t first_batch) {
    const int workers = static_cast<int>(options_.dataloader_num_workers);
    return std::make_unique<DataLoader>(
        reader_, sampler(), course_.share(), first_batch, workers,
        static_cast<int>(options_.per_device_train_batch_size) + workers);
}

}  // namespace univi::training
