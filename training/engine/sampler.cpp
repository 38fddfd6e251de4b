#include "training/engine/sampler.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "core/base/error.h"
#include "core/base/random.h"

namespace univi::training {

namespace {

constexpr std::int64_t kMostSamples = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Sampler::Sampler(std::int64_t num_samples, bool shuffle, std::uint64_t seed)
    : num_samples_(num_samples), shuffle_(shuffle), seed_(seed) {
    if (num_samples < 1 || num_samples > kMostSamples)
        throw base::Error(base::ErrorKind::Usage,
                          "A run takes 1 to " + std::to_string(kMostSamples) + " samples, not " +
                              std::to_string(num_samples) + ".");
}

Sampler::Sampler(std::shared_ptr<const std::vector<std::int32_t>> lengths, std::int64_t group,
                 std::uint64_t seed)
    : Sampler(static_cast<std::int64_t>(lengths->size()), true, seed) {
    lengths_ = std::move(lengths);
    group_ = std::max<std::int64_t>(1, group);
}

std::int64_t Sampler::sample_at(std::int64_t position) {
    const std::int64_t epoch = position / num_samples_;
    if (!shuffle_) return position % num_samples_;
    if (epoch != epoch_) make_epoch(epoch);
    return order_[static_cast<std::size_t>(position % num_samples_)];
}

void Sampler::make_epoch(std::int64_t epoch) {
    order_.resize(static_cast<std::size_t>(num_samples_));
    std::iota(order_.begin(), order_.end(), 0U);
    std::uint64_t state = seed_;
    state = base::next_random(state) + static_cast<std::uint64_t>(epoch);
    for (std::size_t i = order_.size(); i > 1; --i)
        std::swap(order_[i - 1], order_[base::next_random(state) % i]);
    if (lengths_) group_by_length(epoch == kept_epoch_ ? kept_group_ : group_);
    epoch_ = epoch;
}

void Sampler::keep_group(std::int64_t epoch, std::int64_t group) {
    kept_epoch_ = epoch;
    kept_group_ = std::max<std::int64_t>(1, group);
    epoch_ = -1;
}

void Sampler::group_by_length(std::int64_t group) {
    const std::int64_t batches = std::clamp<std::int64_t>(num_samples_ / (group * 4), 1, 50);
    const auto share = static_cast<std::size_t>(batches * group);
    const auto length = [&](std::uint32_t sample) { return (*lengths_)[sample]; };
    std::size_t longest = 0;
    for (std::size_t begin = 0; begin < order_.size(); begin += share) {
        const auto end = std::min(begin + share, order_.size());
        const std::span part(order_.data() + begin, end - begin);
        std::stable_sort(part.begin(), part.end(),
                         [&](auto a, auto b) { return length(a) > length(b); });
        if (length(order_[begin]) > length(order_[longest])) longest = begin;
    }
    std::swap(order_[0], order_[longest]);
}

std::int64_t RankShare::batches_per_epoch() const {
    return batches_from(0);
}

std::int64_t RankShare::batches_from(std::int64_t in_epoch) const {
    const std::int64_t samples = num_samples - in_epoch;
    return drop_last ? samples / batch_size : (samples + batch_size - 1) / batch_size;
}

RankShare::Place RankShare::place(std::int64_t batch) const {
    const std::int64_t since = batch - grid.batch, begun = batches_from(grid.samples.in_epoch);
    if (since < begun)
        return {grid.samples.epoch, since, begun, grid.samples.in_epoch + since * batch_size};
    const std::int64_t after = since - begun, count = batches_per_epoch();
    return {grid.samples.epoch + 1 + after / count, after % count, count,
            after % count * batch_size};
}

RankShare::Part RankShare::part(std::int64_t batch) const {
    const Place place = this->place(batch);
    const std::int64_t size = std::min(batch_size, num_samples - place.in_epoch);
    const std::int64_t begin = place.epoch * num_samples + place.in_epoch;
    // Whole batches are cut evenly; of an incomplete one the first ranks get their full part.
    const std::int64_t each = (batch_size + ranks - 1) / ranks;
    return {begin + std::min(size, rank * each), begin + std::min(size, (rank + 1) * each)};
}

bool RankShare::has_samples() const {
    return rank * ((batch_size + ranks - 1) / ranks) < std::min(batch_size, num_samples);
}

SamplePosition RankShare::position(std::int64_t batches) const {
    const Place place = this->place(batches);
    return {place.epoch, place.in_epoch};
}

double RankShare::epochs(std::int64_t batches) const {
    if (grid == BatchGrid{})
        return static_cast<double>(batches) / static_cast<double>(batches_per_epoch());
    const Place place = this->place(batches);
    const double share = static_cast<double>(place.index) / static_cast<double>(place.count);
    const bool is_begun = place.epoch == grid.samples.epoch;
    const double begin =
        is_begun ? static_cast<double>(grid.samples.in_epoch) / static_cast<double>(num_samples)
                 : 0;
    return static_cast<double>(place.epoch) + begin + (1 - begin) * share;
}

}  // namespace univi::training
