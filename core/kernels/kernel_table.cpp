#include "core/kernels/kernel_table.h"

#include "core/kernels/cpu_features.h"

namespace univi::kernels {

const KernelTable& kernel_table() {
    switch (instruction_set()) {
#if defined(__x86_64__)
        case InstructionSet::Amx:
            return amx_kernels();
        case InstructionSet::Avx512:
            return avx512_kernels();
        case InstructionSet::Avx2:
            return avx2_kernels();
#endif
        default:
            return plain_kernels();
    }
}

}  // namespace univi::kernels
