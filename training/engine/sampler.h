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
    /// Sample at position `position` of the endless sequence of epochs. Not thread-safe (keeps
    /// one epoch's order).
    std::int64_t sample_at(std::int64_t position);
    /// Orders `epoch` as groups of `group` samples would be: an epoch that was begun with batches
    /// of another size is finished in the order it was begun in. Only with lengths.
    void keep_group(std::int64_t epoch, std::int64_t group);
    std::int64_t num_samples() const { return num_samples_; }

  private:
    void make_epoch(std::int64_t epoch);
    void group_by_length(std::int64_t group);
    std::int64_t num_samples_, epoch_ = -1;
    bool shuffle_;
    std::uint64_t seed_;
    std::shared_ptr<const std::vector<std::int32_t>> lengths_;
    std::int64_t group_ = 0, kept_epoch_ = -1, kept_group_ = 0;
    std::vector<std::uint32_t> order_;
};

/// Where in the data a run stands.
struct SamplePosition {
    std::int64_t epoch = 0;
    std::int64_t in_epoch = 0;  ///< samples of the epoch that were used, in its order
    bool operator==(const SamplePosition&) const = default;
};

/// Since where batches have the size they have now: all zero in a run that never changed it. What a
/// checkpoint keeps so that a run resumed twice is cut as it was the first time.
struct BatchGrid {
    std::int64_t step = 0, batch = 0;  ///< optimiser steps and batches done by then
    SamplePosition samples;            ///< where the first batch of this size begins
    /// by length: samples of a step with which that epoch began; 0: the same
    std::int64_t group = 0;
    bool operator==(const BatchGrid&) const = default;
};

/// Positions of the sampler's sequence that one rank uses, in its order: the batches of the run are
/// cut into contiguous parts, one a rank, so that all ranks together use exactly what one process
/// with their common batch uses.
struct RankShare {
    std::int64_t num_samples = 0, batch_size = 1;  ///< batch_size: of all ranks together
    std::int64_t ranks = 1, rank = 0;
    bool drop_last = false;  ///< leave out the last incomplete batch of an epoch
    BatchGrid grid = {};

    /// Of an epoch from its first sample on.
    std::int64_t batches_per_epoch() const;
    /// Of an epoch from its sample `in_epoch` on.
    std::int64_t batches_from(std::int64_t in_epoch) const;
    /// Positions [begin, end) of batch `batch` (counted over all epochs) that belong to this rank;
    /// may be empty in the last batch of an epoch.
    struct Part {
        std::int64_t begin = 0, end = 0;
        std::int64_t size() const { return end - begin; }
    };
    Part part(std::int64_t batch) const;
    /// Whether this rank gets samples of a whole batch.
    bool has_samples() const;
    /// A batch's place: its epoch, which of `count` batches of that epoch (since the grid) it is,
    /// and the sample it begins with.
    struct Place {
        std::int64_t epoch = 0, index = 0, count = 0, in_epoch = 0;
    };
    Place place(std::int64_t batch) const;
    /// Where a run stands that has done `batches`.
    SamplePosition position(std::int64_t batches) const;
    /// Epochs that `batches` are, as a fraction.
    double epochs(std::int64_t batches) const;
};

}  // namespace univi::training
