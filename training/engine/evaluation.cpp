#include "training/engine/evaluation.h"

#include <algorithm>

#include "training/engine/data_loader.h"
#include "training/engine/run_setup.h"

namespace univi::training {

EvaluationSums evaluate(const SampleReader& reader, const RankShare& share, int workers,
                        const BatchLoss& loss_of, const base::StopToken& stop) {
    // One pass, so the positions are the items themselves.
    std::vector<std::int64_t> positions;
    const std::int64_t batches = share.batches_per_epoch();
    for (std::int64_t batch = 0; batch < batches; ++batch)
        for (auto at = share.part(batch).begin; at < share.part(batch).end; ++at)
            positions.push_back(at);
    const auto count = static_cast<std::int64_t>(positions.size());
    const int ahead = static_cast<int>(share.part(0).size()) + workers;
    DataLoader loader(
        reader, Sampler(share.num_samples, /*shuffle=*/false, 0),
        [&](std::int64_t k) { return positions[static_cast<std::size_t>(k)]; }, 0, count, workers,
        std::max(1, ahead));
    EvaluationSums sums;
    for (std::int64_t batch = 0; batch < batches; ++batch) {
        base::throw_if_stopped(stop, "measuring the held-out loss");
        std::vector<Sample> samples;
        for (std::int64_t i = share.part(batch).size(); i > 0; --i) {
            Sample sample = loader.next();
            if (!sample.is_skipped) samples.push_back(std::move(sample));
        }
        const auto count = static_cast<std::int64_t>(samples.size());
        const std::optional<double> loss = loss_of(std::move(samples));
        ++sums.batches;
        if (!loss || count == 0) continue;
        sums.weighted_loss += *loss * static_cast<double>(count);
        sums.samples += count;
    }
    return sums;
}

std::unique_ptr<HeldOut> HeldOut::open(const TrainOptions& options,
                                       const text::Tokenizer& tokenizer,
                                       const SampleReaderOptions& read,
                                       const VisualTokenCache* cache, SampleReader::Warn warn,
                                       std::int64_t ranks, std::int64_t rank,
                                       const base::StopToken& stop) {
    std::optional<Dataset> dataset = load_eval_dataset(options, stop);
    if (!dataset) return nullptr;
    std::unique_ptr<HeldOut> result(new HeldOut(std::move(*dataset)));
    result->reader_.emplace(result->dataset_, tokenizer, read, cache, std::move(warn));
    result->share_.num_samples = static_cast<std::int64_t>(result->dataset_.size());
    result->share_.batch_size = options.per_device_eval_batch_size * ranks;
    result->share_.ranks = ranks;
    result->share_.rank = rank;
    result->workers_ = static_cast<int>(options.dataloader_num_workers);
    return result;
}

EvaluationSums HeldOut::measure(const BatchLoss& loss_of, const base::StopToken& stop) const {
    return evaluate(*reader_, share_, workers_, loss_of, stop);
}

bool is_evaluation_due(const TrainOptions& options, std::int64_t step, bool ends_epoch) {
    if (options.evaluation_strategy == Interval::Steps)
        return step % options.evaluation_steps() == 0;
    return options.evaluation_strategy == Interval::Epoch && ends_epoch;
}

bool is_logging_due(const TrainOptions& options, std::int64_t step, bool ends_epoch) {
    if (options.logging_first_step && step == 1) return true;
    if (options.logging_strategy == Interval::Steps) return step % options.logging_steps == 0;
    return options.logging_strategy == Interval::Epoch && ends_epoch;
}

}  // namespace univi::training
