#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace univi::training {

/// The order in which samples are used. A pure function of (seed, epoch): a resumed run continues
/// anywhere without history. Holds one epoch's order: four bytes a sample.
class Sampler {
  public:
    /// At most 2^32 - 1 samples.
    Sampler(std::int64_t num_samples, bool shuffle, std::uint64_t seed);
    /// Batches of about equally long samples, as transformers' LengthGroupedSampler makes them: the
    /// samples are shuffled, cut into shares of 50 batches (fewer when there are fewer than 200),
    /// each share sorted by falling length; the longest sample of all comes first, so that memory
    /// runs out at once if it does. `group`: samples of an optimiser step over all ranks.
    Sampler(std::shared_ptr<const std::vector<std::int32_t>> lengths, std::int64_t group,
            std::uint64_t seed);
    /// Sample at position `position` of the endless sequence of epochs. Not thread-safe (keeps one
    /// epoch's order).
    std::int64_t sample_at(std::int64_t position);
    std::int64_t num_samples() const { return num_samples_; }

  private:
    void make_epoch(std::int64_t epoch);
    void group_by_length();
    std::int64_t num_samples_, epoch_ = -1;
    bool shuffle_;
    std::uint64_t seed_;
    std::shared_ptr<const std::vector<std::int32_t>> lengths_;
    std::int64_t group_ = 0;
    std::vector<std::uint32_t> order_;
};

/// Positions of the sampler's sequence that one rank uses, in its order: the batches of the run are
/// cut into contiguous parts, one a rank, so that all ranks together use exactly what one process
/// with their common batch uses.
struct RankShare {
    std::int64_t num_samples = 0, batch_size = 1;  ///< batch_size: of all ranks together
    std::int64_t ranks = 1, rank = 0;
    bool drop_last = false;  ///< leave out the last incomplete batch of an epoch

    std::int64_t batches_per_epoch() const;
    /// Positions [begin, end) of batch `batch` (counted over all epochs) that belong to this rank;
    /// may be empty in the last batch of an epoch.
    struct Part {
        std::int64_t begin = 0, end = 0;
        std::int64_t size() const { return end - begin; }
    };
    Part part(std::int64_t batch) const;
};

}  // namespace univi::training
