#pragma once

#include <string>

namespace univi::kernels {

/// Instruction sets that kernels are written for, each holding the ones before it.
enum class InstructionSet {
    Plain,   ///< what every processor of the architecture has
    Avx2,    ///< AVX2, FMA, F16C
    Avx512,  ///< AVX-512 F, BW, VL, DQ
};

/// Returns the best set that the processor has and that use_at_most() allows. Thread-safe.
InstructionSet instruction_set();

/// Takes no better set than `most` from now on: so a test runs every variant that its machine can.
/// Not while kernels run.
void use_at_most(InstructionSet most);

/// "plain", "avx2", "avx512": for reports.
std::string to_string(InstructionSet set);

/// True where the processor multiplies pairs of bf16 values (AVX-512 BF16 or AMX), so that matrix
/// products in bf16 are faster than in fp32.
bool has_bf16_products();
/// True where the processor multiplies 8-bit integers in groups of four (AVX-512 VNNI).
bool has_int8_products();

}  // namespace univi::kernels
