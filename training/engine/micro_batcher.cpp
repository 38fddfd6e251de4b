#include "training/engine/micro_batcher.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace univi::training {

MicroBatcher::MicroBatcher(const TrainOptions& options, const RunCourse& course,
                           const VisualEncoder& encoder, OpenLoader open_loader)
    : options_(options),
      course_(course),
      encoder_(encoder),
      open_loader_(std::move(open_loader)),
      size_(options.per_device_train_batch_size) {}

void MicroBatcher::restart() {
    loader_.reset();
    batch_ = course_.position().batches;
    loader_ = open_loader_(batch_);
}

TakenBatch MicroBatcher::take() {
    using Clock = std::chrono::steady_clock;
    TakenBatch result;
    const Clock::time_point begin = Clock::now();
    for (std::int64_t left = course_.share().part(batch_).size(); left > 0; --left) {
        Sample sample = loader_->next();
        result.items.push_back(sample.item);
        if (!sample.is_skipped) result.samples.push_back(std::move(sample));
    }
    result.waited_s = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
}

MicroBatch MicroBatcher::lay_out(std::vector<Sample>& samples) const {
    MicroBatch batch;
    std::vector<std::vector<std::int64_t>> rows;
    std::vector<at::Tensor> visual;
    for (Sample& sample : samples) {
        rows.emplace_back();
        for (SampleMedium& medium : sample.media) {
            visual.push_back(encoder_.encode(medium));
            rows.back().push_back(visual.back().size(0));
        }
    }
    const auto order = options_.placement == PicturePlacement::Reference
                           ? model::VisualOrder::Reference
                           : model::VisualOrder::Interleaved;
    batch.layout = lay_out_batch(samples, rows, order);
    if (!visual.empty()) batch.visual = at::cat(visual);
    return batch;
}

std::vector<MicroBatch> MicroBatcher::cut(std::vector<Sample> samples) const {
    std::vector<MicroBatch> result;
    const auto size = static_cast<std::size_t>(size_);
    const bool is_encoded_again = options_.vision_tune && samples.size() > size;
    const c10::AutoGradMode graph(!is_encoded_again);
    for (std::size_t begin = 0; begin < samples.size(); begin += size) {
        const auto first = samples.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last =
            samples.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, samples.size()));
        std::vector<Sample> part(std::make_move_iterator(first), std::make_move_iterator(last));
        result.push_back(lay_out(part));
        if (is_encoded_again) result.back().samples = std::move(part);
    }
    return result;
}

std::int64_t MicroBatcher::rounds() const {
    return (options_.per_device_train_batch_size + size_ - 1) / size_;
}

}  // namespace univi::training
