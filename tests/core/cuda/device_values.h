#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/kernels/matrix_view.h"
#include "core/model/cuda/kernel_language.cuh"
#include "tests/support/cuda_on_cpu/device_buffer.h"

namespace univi::model::cuda::test {

using cuda_on_cpu::DeviceBuffer;
using Floats = std::vector<float>;

/// The types that kernels compute in: half a unit in the last place of each, and its format.
template <class T>
struct FloatType;
template <>
struct FloatType<float> {
    static constexpr float kHalfUnit = 0x1p-24F;
    static constexpr auto kFormat = kernels::MatrixFormat::F32;
};
template <>
struct FloatType<__half> {
    static constexpr float kHalfUnit = 0x1p-11F;
    static constexpr auto kFormat = kernels::MatrixFormat::F16;
};
template <>
struct FloatType<__nv_bfloat16> {
    static constexpr float kHalfUnit = 0x1p-8F;
    static constexpr auto kFormat = kernels::MatrixFormat::BF16;
};
using FloatTypes = testing::Types<float, __half, __nv_bfloat16>;

template <class T>
std::vector<T> narrowed(const Floats& values) {
    std::vector<T> narrow;
    for (const float value : values) narrow.push_back(from_float<T>(value));
    return narrow;
}
template <class T>
Floats widened(const std::vector<T>& values) {
    Floats wide;
    for (const T value : values) wide.push_back(to_float(value));
    return wide;
}

/// Of deviation `scale`, already rounded to T.
template <class T>
Floats random_values(std::size_t size, unsigned seed, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, scale);
    Floats values(size);
    for (float& value : values) value = to_float(from_float<T>(normal(random)));
    return values;
}

/// As near as `units` roundings to T and `slack` in itself allow; what is not finite must be so
/// in both.
template <class T>
void expect_near(const Floats& actual, const Floats& expected, float units, float slack) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        if (std::isnan(expected[i]) && std::isnan(actual[i])) continue;
        if (actual[i] == expected[i]) continue;
        const float bound = units * FloatType<T>::kHalfUnit * std::fabs(expected[i]) + slack;
        ASSERT_LE(std::fabs(actual[i] - expected[i]), bound)
            << "element " << i << " is " << actual[i] << " instead of " << expected[i];
    }
}

}  // namespace univi::model::cuda::test
