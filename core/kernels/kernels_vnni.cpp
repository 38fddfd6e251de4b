#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <vector>

// Compiled for AVX-512 with VNNI in these functions alone.
#define UNIVI_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,f16c,fma")))

namespace univi::kernels {
namespace {

struct FourProducts {
    UNIVI_TARGET __attribute__((always_inline)) inline static __m512i add(__m512i sums,
                                                                          __m512i codes,
                                                                          __m512i values) {
        return _mm512_dpbusd_epi32(sums, codes, values);
    }
};

#include "core/kernels/lane_sums_avx512.inc"

#include "core/kernels/int4_rows_avx512.inc"

#include "core/kernels/int8_products_vnni.inc"

#include "core/kernels/transpose_avx512.inc"

#include "core/kernels/int8_blocks_avx512.inc"

#include "core/kernels/int8_blocks_vnni.inc"

/// Rows left over that are multiplied faster by themselves than as a block filled up.
constexpr std::int64_t kFewRows = 10;

void int8_products(const Int8Panel& panel, const Int8RowsView& x, const Int8Out& out) {
    std::int64_t blocks = x.blocks.count;
    if (blocks * kInt8Lanes - x.count >= kInt8Lanes - kFewRows) --blocks;
    multiply_blocks<RegisterSums>(panel, x, blocks, out);
    multiply_rows(panel, x, std::min(x.count, blocks * kInt8Lanes), x.count, out);
}

}  // namespace

RowsDot vnni_int4_dot() {
    return dot_int4<FourProducts>;
}

Int8Products vnni_int8_products() {
    return int8_products;
}

PackInt8Block vnni_pack_int8_block() {
    return pack_int8_block;
}

}  // namespace univi::kernels
#endif
