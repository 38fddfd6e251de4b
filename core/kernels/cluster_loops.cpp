#include "core/kernels/cluster_loops.h"

#include "core/kernels/cpu_features.h"

namespace univi::kernels {

const ClusterLoops& cluster_loops() {
    switch (instruction_set()) {
#if defined(__x86_64__)
        case InstructionSet::Amx:
        case InstructionSet::Avx512:
            return avx512_cluster_loops();
        case InstructionSet::Avx2:
            return avx2_cluster_loops();
#endif
        default:
            return plain_cluster_loops();
    }
}

}  // namespace univi::kernels
