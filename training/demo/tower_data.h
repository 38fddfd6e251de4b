#pragma once

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "training/demo/scene.h"

namespace univi::training::demo {

/// Geometry of the demo's tower.
inline constexpr int kSide = 192;  ///< picture side in pixels
inline constexpr int kPatch = 16;
inline constexpr int kGrid = kSide / kPatch;
inline constexpr int kPatches = kGrid * kGrid;
inline constexpr int kCells = 6;  ///< objects' middles are told apart on a kCells x kCells grid

/// A batch of labelled pictures. Every label is per patch; -1: not counted.
struct TowerBatch {
    at::Tensor pixels;  ///< [B,3,side,side] fp32, normalised as the preprocessor does
    at::Tensor kind;    ///< [B,N] int64: 0 background, 1 + kind
    at::Tensor cell;    ///< [B,N] int64: grid cell of the object's middle, row-major
    at::Tensor colour;  ///< [B,N] int64
    at::Tensor box;     ///< [B,N,4] fp32: cx, cy, width, height of the object
};

/// Batch number `step` of the stream `seed`: a function of its arguments alone, so a resumed run
/// sees what an unbroken one saw.
TowerBatch make_tower_batch(const StampLibrary& stamps, std::uint64_t seed, std::int64_t step,
                            int batch_size);

/// Makes batches first_step, first_step + 1, … in a thread of its own, a few ahead.
class TowerBatchQueue {
  public:
    TowerBatchQueue(const StampLibrary& stamps, std::uint64_t seed, std::int64_t first_step,
                    int batch_size);
    ~TowerBatchQueue();
    TowerBatch next();

  private:
    void produce();
    const StampLibrary& stamps_;
    const std::uint64_t seed_;
    std::int64_t step_;
    const int batch_size_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<TowerBatch> ready_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace univi::training::demo
