#pragma once

// Found in place of the CUDA toolkit's header where kernels are compiled for the CPU.
#include "core/kernels/half.h"

struct __nv_bfloat16 {
    std::uint16_t bits;
};

inline float __bfloat162float(__nv_bfloat16 value) {
    return univi::kernels::bf16_to_float(value.bits);
}
inline __nv_bfloat16 __float2bfloat16_rn(float value) {
    return {univi::kernels::float_to_bf16(value)};
}
