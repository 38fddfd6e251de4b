#pragma once

#include <string>

namespace univi::kernels {

/// Instruction sets that kernels are written for, each holding the ones before it.
enum class InstructionSet {
    Plain,   ///< what every processor of the architecture has
    Avx2,    ///< AVX2, FMA, F16C
    Avx512,  ///< AVX-512 F, BW, VL, DQ
    /// AMX for 8-bit integers, AVX-512 with VNNI, and the kernel's permission to use tiles, which
    /// containers and kernels before Linux 5.16 do not give
    Amx,
};

/// Returns the best set that the processor has and that use_at_most() and the environment allow:
/// UNIVI_INSTRUCTIONS names the most that is taken, as to_string() does ("avx512": no AMX).
/// Thread-safe.
InstructionSet instruction_set();

/// Takes no better set than `most` from now on: so a test runs every variant that its machine can.
/// Not while kernels run.
void use_at_most(InstructionSet most);

/// "plain", "avx2", "avx512", "amx": for reports.
std::string to_string(InstructionSet set);

/// True where the processor multiplies pairs of bf16 values (AVX-512 BF16; processors with AMX have
/// it too), so that matrix products in bf16 are faster than in fp32. Kernels here multiply bf16 for
/// single tokens alone; many rows are LibTorch's to multiply, whose oneDNN takes AMX by itself.
bool has_bf16_products();
/// True where the processor multiplies 8-bit integers in groups of four (AVX-512 VNNI). With AMX
/// many rows are multiplied in tiles, with the same bits; that is still faster than bf16 in AMX.
bool has_int8_products();

}  // namespace univi::kernels
