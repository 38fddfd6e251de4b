#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <vector>

// No processor with AMX was at hand: these kernels have run on a twin of the tiles alone
// (tests/core/kernels/emulated_tiles.h), and no speed is known. Intel's Xeons from the fourth
// generation on (Sapphire Rapids) have AMX; there `kernels_test --gtest_filter='*OfThisProcessor*'`
// runs them, and UNIVI_INSTRUCTIONS=avx512 does without.

// Compiled for AVX-512 with VNNI in these functions alone; AMX stands in assembly.
#define UNIVI_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,f16c,fma")))

namespace univi::kernels {
namespace {

#include "core/kernels/transpose_avx512.inc"

#include "core/kernels/int8_blocks_avx512.inc"

#include "core/kernels/int8_tiles.inc"

/// The processor's tiles. In assembly, because GCC 12's own intrinsics do not say that a load reads
/// memory, and take no template's number.
struct AmxTiles {
    static void configure(const TileConfig* config) {
        asm volatile("ldtilecfg %0" : : "m"(*config));
    }
    static void release() { asm volatile("tilerelease"); }
    template <int kTile>
    static void zero() {
        asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
    }
    template <int kTile>
    static void load(const void* from, std::int64_t stride) {
        asm volatile("tileloadd (%0,%1,1), %%tmm%c2"
                     :
                     : "r"(from), "r"(stride), "i"(kTile)
                     : "memory");
    }
    template <int kTile>
    static void store(void* to, std::int64_t stride) {
        asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
                     :
                     : "r"(to), "r"(stride), "i"(kTile)
                     : "memory");
    }
    template <int kSums, int kLeft, int kRight>
    static void add_products() {
        asm volatile("tdpbsud %%tmm%c2, %%tmm%c1, %%tmm%c0"
                     :
                     : "i"(kSums), "i"(kLeft), "i"(kRight));
    }
};

/// Rows that are too few for blocks are multiplied in registers.
void int8_products(const Int8Panel& panel, const Int8RowsView& x, const Int8Out& out) {
    if (x.blocks.count == 0) return vnni_int8_products()(panel, x, out);
    multiply_blocks<TileSums<AmxTiles>>(panel, x, x.blocks.count, out);
}

}  // namespace

const KernelTable& amx_kernels() {
    static const KernelTable all = [] {
        KernelTable table = avx512_kernels();
        table.int8_products = int8_products;
        return table;
    }();
    return all;
}

}  // namespace univi::kernels
#endif
