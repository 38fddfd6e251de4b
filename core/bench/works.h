#pragma once

#include <functional>
#include <vector>

#include "core/bench/bench_types.h"

namespace univi::bench {

using Report = std::function<void(const Figure&)>;

/// One kind of work.
struct Work {
    const char* name;
    bool takes_shape;  ///< else it needs a model's files, or none
    void (*run)(const BenchOptions& options, const Report& report, const base::StopToken& stop);
};

/// Tokens a second, one after the other, behind 128 cached ones. Limit: memory.
void bench_decode(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Tokens a second of 256 at once. Limit: matrix products.
void bench_prefill(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Pictures a second through a vision tower (ViT-L/14 at 224 of random weights with a shape).
/// Limit: matrix products.
void bench_vision(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Pictures, and then videos of 64 frames, whose tokens [256,1024] are merged. Limit: matrix
/// products of the distances.
void bench_cluster(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Sampled frames of a clip a second, decoded and made ready for the tower. Limit: decoding alone.
void bench_video(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Seconds until an engine is ready. Limit: reading its files once.
void bench_load(const BenchOptions& options, const Report& report, const base::StopToken& stop);
/// Seconds from a question about a new picture to the first word, and of the next question. Limit:
/// matrix products.
void bench_turn(const BenchOptions& options, const Report& report, const base::StopToken& stop);

}  // namespace univi::bench
