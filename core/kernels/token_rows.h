#pragma once

#include <cstdint>

namespace univi::kernels {

/// Tokens [count,channels] in memory of somebody else, one after the other without gaps.
struct TokenRows {
    const float* values = nullptr;
    std::int64_t count = 0, channels = 0;
};

}  // namespace univi::kernels
