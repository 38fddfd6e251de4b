#include "core/kernels/cpu_features.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace univi::kernels {
namespace {

/// Asks the kernel to keep the tiles' data of this process's threads. Whoever asks again (oneDNN
/// does) is answered the same.
bool may_use_tiles() {
#if defined(__linux__) && defined(__x86_64__)
    constexpr long kRequestPermission = 0x1023, kTileData = 18;  // asm/prctl.h
    return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
    return false;
#endif
}

#if defined(__x86_64__)
struct CpuidRegisters {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// Nothing is set where the processor has no such leaf.
CpuidRegisters cpuid(unsigned leaf) {
    CpuidRegisters out;
    __get_cpuid_count(leaf, 0, &out.eax, &out.ebx, &out.ecx, &out.edx);
    return out;
}

// Clang's __builtin_cpu_supports has no names for these, and clang-tidy reads this file.
bool has_f16c() {
    return (cpuid(1).ecx & (1U << 29)) != 0;
}

bool has_amx_int8() {
    constexpr unsigned kTile = 1U << 24, kInt8 = 1U << 25;
    return (cpuid(7).edx & (kTile | kInt8)) == (kTile | kInt8);
}
#endif

InstructionSet find() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
        const bool tiles = has_amx_int8() && __builtin_cpu_supports("avx512vnni");
        return tiles && may_use_tiles() ? InstructionSet::Amx : InstructionSet::Avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c())
        return InstructionSet::Avx2;
#endif
    return InstructionSet::Plain;
}

std::atomic<InstructionSet> limit{InstructionSet::Amx};

InstructionSet find_allowed() {
    const InstructionSet found = find();
    const char* most = std::getenv("UNIVI_INSTRUCTIONS");
    if (most)
        for (const auto each :
             {InstructionSet::Plain, InstructionSet::Avx2, InstructionSet::Avx512})
            if (to_string(each) == most) return std::min(found, each);
    return found;
}

}  // namespace

InstructionSet instruction_set() {
    static const InstructionSet found = find_allowed();
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
        case InstructionSet::Amx:
            return "amx";
        case InstructionSet::Plain:
            break;
    }
    return "plain";
}

bool has_bf16_products() {
#if defined(__x86_64__)
    return instruction_set() >= InstructionSet::Avx512 && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

bool has_int8_products() {
#if defined(__x86_64__)
    return instruction_set() >= InstructionSet::Avx512 && __builtin_cpu_supports("avx512vnni");
#else
    return false;
#endif
}

}  // namespace univi::kernels
