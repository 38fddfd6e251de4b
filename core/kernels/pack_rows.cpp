#include "core/kernels/pack_rows.h"

#include <algorithm>

#include "core/kernels/cpu_features.h"
#include "core/kernels/matrix_view.h"
#include "core/kernels/pack_loops.h"

namespace univi::kernels {

const PackLoops& pack_loops() {
    switch (instruction_set()) {
#if defined(__x86_64__)
        case InstructionSet::Amx:
        case InstructionSet::Avx512:
        case InstructionSet::Avx2:
            return avx2_pack_loops();
#endif
        default:
            return plain_pack_loops();
    }
}

void pack_int8_row(const float* row, std::int64_t columns, std::int8_t* codes, float* scale) {
    const PackLoops& loops = pack_loops();
    const float largest = loops.largest_magnitude(row, columns);
    *scale = largest > 0 ? largest / 127 : 1;
    loops.to_codes(row, *scale, columns, codes);
}

void pack_int4_row(const float* row, std::int64_t columns, std::uint8_t* codes,
                   std::uint16_t* scales) {
    const PackLoops& loops = pack_loops();
    const std::int64_t whole = columns / kInt4Group;
    loops.pack_int4(row, whole, codes, scales);
    if (columns % kInt4Group == 0) return;
    float padded[kInt4Group] = {};
    std::copy(row + whole * kInt4Group, row + columns, padded);
    loops.pack_int4(padded, 1, codes + whole * (kInt4Group / 2), scales + whole);
}

}  // namespace univi::kernels
