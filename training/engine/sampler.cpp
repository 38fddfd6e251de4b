#include "training/engine/sampler.h"

#include <numeric>
#include <utility>

namespace univi::training {

namespace {

/// splitmix64: the same numbers on every platform, unlike the distributions of <random>.
std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace

Sampler::Sampler(std::int64_t num_samples, bool shuffle, std::uint64_t seed)
    : num_samples_(num_samples), shuffle_(shuffle), seed_(seed) {}

std::int64_t Sampler::sample_at(std::int64_t position) {
    const std::int64_t epoch = position / num_samples_;
    if (!shuffle_) return position % num_samples_;
    if (epoch != epoch_) make_epoch(epoch);
    return order_[static_cast<std::size_t>(position % num_samples_)];
}

void Sampler::make_epoch(std::int64_t epoch) {
    order_.resize(static_cast<std::size_t>(num_samples_));
    std::iota(order_.begin(), order_.end(), 0);
    std::uint64_t state = seed_;
    state = next_random(state) + static_cast<std::uint64_t>(epoch);
    for (std::size_t i = order_.size(); i > 1; --i)
        std::swap(order_[i - 1], order_[next_random(state) % i]);
    epoch_ = epoch;
}

}  // namespace univi::training
