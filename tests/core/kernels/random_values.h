#pragma once

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "core/kernels/cpu_features.h"

namespace univi::kernels::test {

inline std::vector<float> normal_values(std::int64_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = normal(generator);
    return values;
}

/// |a - b| / |b| over all values.
inline double relative_error(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        difference += std::pow(double(a[i]) - b[i], 2);
        size += std::pow(double(b[i]), 2);
    }
    return std::sqrt(difference / std::max(size, 1e-300));
}

/// Runs `body` once with each instruction set that this processor has.
template <typename Body>
void with_every_instruction_set(const Body& body) {
    use_at_most(InstructionSet::Amx);
    const InstructionSet best = instruction_set();
    for (const auto each : {InstructionSet::Plain, InstructionSet::Avx2, InstructionSet::Avx512,
                            InstructionSet::Amx}) {
        if (each > best) break;
        use_at_most(each);
        SCOPED_TRACE(to_string(each));
        body(each);
    }
    use_at_most(InstructionSet::Amx);
}

}  // namespace univi::kernels::test
