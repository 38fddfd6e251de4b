#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

// Compiled for AVX-512 with VNNI in these functions alone.
#define UNIVI_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,f16c,fma")))

namespace univi::kernels {
namespace {

constexpr std::int64_t kAhead = 2048;

struct FourProducts {
    UNIVI_TARGET __attribute__((always_inline)) inline static __m512i add(__m512i sums,
                                                                          __m512i codes,
                                                                          __m512i values) {
        return _mm512_dpbusd_epi32(sums, codes, values);
    }
};

#include "core/kernels/int4_rows_avx512.inc"

#include "core/kernels/lane_sums_avx512.inc"

#include "core/kernels/int8_products_vnni.inc"

}  // namespace

RowDot vnni_int4_dot() {
    return dot_int4<FourProducts>;
}

Int8Products vnni_int8_products() {
    return int8_products;
}

}  // namespace univi::kernels
#endif
