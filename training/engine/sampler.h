#pragma once

#include <cstdint>
#include <vector>

namespace univi::training {

/// The order in which samples are used. A pure function of (seed, epoch): a resumed run continues anywhere without history.
class Sampler {
  public:
    Sampler(std::int64_t num_samples, bool shuffle, std::uint64_t seed);
    /// Sample at position `position` of the endless sequence of epochs. Not thread-safe (keeps one epoch's order).
    std::int64_t sample_at(std::int64_t position);
    std::int64_t num_samples() const { return num_samples_; }

  private:
    void make_epoch(std::int64_t epoch);
    std::int64_t num_samples_, epoch_ = -1;
    bool shuffle_;
    std::uint64_t seed_;
    std::vector<std::int64_t> order_;
};

}  // namespace univi::training
