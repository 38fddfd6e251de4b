#include "core/kernels/cpu_features.h"

#include <algorithm>
#include <atomic>

namespace univi::kernels {
namespace {

InstructionSet find() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return InstructionSet::Avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("f16c"))
        return InstructionSet::Avx2;
#endif
    return InstructionSet::Plain;
}

std::atomic<InstructionSet> limit{InstructionSet::Avx512};

}  // namespace

InstructionSet instruction_set() {
    static const InstructionSet found = find();
    return std::min(found, limit.load(std::memory_order_relaxed));
}

void use_at_most(InstructionSet most) {
    limit.store(most, std::memory_order_relaxed);
}

std::string to_string(InstructionSet set) {
    switch (set) {
        case InstructionSet::Avx2:
            return "avx2";
        case InstructionSet::Avx512:
            return "avx512";
        case InstructionSet::Plain:
            break;
    }
    return "plain";
}

bool has_bf16_products() {
#if defined(__x86_64__)
    return instruction_set() == InstructionSet::Avx512 && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

bool has_int8_products() {
#if defined(__x86_64__)
    return instruction_set() == InstructionSet::Avx512 && __builtin_cpu_supports("avx512vnni");
#else
    return false;
#endif
}

}  // namespace univi::kernels
