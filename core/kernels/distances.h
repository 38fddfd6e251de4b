#pragma once

#include "core/kernels/token_rows.h"

namespace univi::kernels {

/// Floats that the tokens take as scaled_distances reads them: a multiple of 16.
std::int64_t tiled_size(const TokenRows& tokens);

/// out [count,count] = pairwise Euclidean distances divided by sqrt(channels): exactly symmetric,
/// exactly 0 on the diagonal and between equal tokens. Differences are squared directly (no
/// |a|²+|b|²-2ab cancellation) and summed in one fixed order: the result is the same bit for bit on
/// every processor and number of threads. `memory` holds tiled_size() floats, at 64 bytes.
/// Computes on WorkerThreads::shared().
void scaled_distances(const TokenRows& tokens, float* memory, float* out);

}  // namespace univi::kernels
