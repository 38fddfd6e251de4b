#pragma once

// Found in place of the CUDA toolkit's header where kernels are compiled for the CPU.
#include "core/kernels/half.h"

struct __half {
    std::uint16_t bits;
};

inline float __half2float(__half value) {
    return univi::kernels::half_to_float(value.bits);
}
inline __half __float2half_rn(float value) {
    return {univi::kernels::float_to_half(value)};
}
