// Values in 8 and 4 bits, and half precision.
#include <algorithm>
#include <bit>
#include <limits>

#include "core/kernels/half.h"
#include "core/kernels/matrix_view.h"
#include "core/kernels/pack_rows.h"
#include "core/kernels/widen_rows.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {
namespace {

TEST(Half, EveryValueComesBack) {
    for (std::uint32_t bits = 0; bits < 65536; ++bits) {
        const float value = half_to_float(static_cast<std::uint16_t>(bits));
        if (std::isnan(value))
            EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value))));
        else
            ASSERT_EQ(float_to_half(value), bits) << value;
    }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
    EXPECT_EQ(float_to_half(1 + 0x1p-11F), float_to_half(1));                // a tie, down to even
    EXPECT_EQ(float_to_half(1 + 3 * 0x1p-11F), float_to_half(1 + 0x1p-9F));  // a tie, up to even
    EXPECT_EQ(float_to_half(65519), 0x7BFF);
    EXPECT_EQ(float_to_half(65520), 0x7C00);
    EXPECT_EQ(float_to_half(-1e30F), 0xFC00);
    EXPECT_EQ(float_to_half(0x1p-25F), 0);  // a tie between 0 and the smallest
    EXPECT_EQ(float_to_bf16(1 + 0x1p-8F), float_to_bf16(1));
}

std::vector<float> int4_and_back(const std::vector<float>& row) {
    const auto columns = std::ssize(row);
    const std::int64_t groups = (columns + kInt4Group - 1) / kInt4Group;
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(groups * kInt4Group / 2));
    std::vector<std::uint16_t> scales(static_cast<std::size_t>(groups));
    pack_int4_row(row.data(), columns, codes.data(), scales.data());
    std::vector<float> wide(static_cast<std::size_t>(groups * kInt4Group));
    widen_rows({MatrixFormat::Int4, 1, groups * kInt4Group, codes.data(), scales.data()}, 0, 1,
               wide.data());
    for (std::size_t i = row.size(); i < wide.size(); ++i) EXPECT_EQ(wide[i], 0);
    wide.resize(row.size());
    return wide;
}

TEST(Int4, KeepsWhatSixteenStepsCanSay) {
    std::vector<float> steps;
    for (int i = 0; i < 32; ++i) steps.push_back(static_cast<float>(i % 16 - 8) * 0.5F);
    EXPECT_EQ(int4_and_back(steps), steps);
    for (float& value : steps) value = -value;  // +8 is a step that only the other sign has
    EXPECT_EQ(int4_and_back(steps), steps);
    const std::vector<float> zeros(40, 0.0F);
    EXPECT_EQ(int4_and_back(zeros), zeros);
}

TEST(Int4, OddSizesAndErrorOfNormalValues) {
    for (const std::int64_t columns : {1L, 31L, 33L, 100L, 4096L}) {
        const std::vector<float> row = normal_values(columns, 4);
        EXPECT_LT(relative_error(int4_and_back(row), row), 0.1) << columns;
    }
}

/// Values that no half holds as a scale: nothing becomes NaN.
TEST(Int4, ScalesBeyondHalfPrecision) {
    for (const float size : {1e-9F, 1e30F}) {
        std::vector<float> row = normal_values(32, 4);
        for (float& value : row) value *= size;
        for (const float value : int4_and_back(row)) EXPECT_FALSE(std::isnan(value));
    }
}

/// A folder in 8 or 4 bits is the same wherever it was made.
TEST(Packing, IsTheSameWithEveryInstructionSet) {
    for (const std::int64_t columns : {1L, 15L, 16L, 31L, 33L, 64L, 100L, 4096L, 11008L}) {
        SCOPED_TRACE(columns);
        std::vector<float> row = normal_values(columns, 7);
        for (std::size_t i = 0; i < row.size(); i += 7) row[i] *= i % 2 ? 30.0F : 1e-7F;
        if (columns == 100) row[5] = row[40] = std::numeric_limits<float>::quiet_NaN();
        if (columns == 64) row[1] = -row[0], row[33] = 1e30F, row[50] = 0;
        const auto groups = static_cast<std::size_t>((columns + kInt4Group - 1) / kInt4Group);
        std::vector<std::int8_t> plain_int8;
        std::vector<std::uint8_t> plain_int4;
        std::vector<std::uint16_t> plain_scales;
        float plain_scale = 0;
        with_every_instruction_set([&](InstructionSet set) {
            std::vector<std::int8_t> int8(row.size());
            std::vector<std::uint8_t> int4(groups * kInt4Group / 2);
            std::vector<std::uint16_t> scales(groups);
            float scale = 0;
            pack_int8_row(row.data(), columns, int8.data(), &scale);
            pack_int4_row(row.data(), columns, int4.data(), scales.data());
            if (set == InstructionSet::Plain) {
                plain_int8 = int8, plain_int4 = int4, plain_scales = scales, plain_scale = scale;
                return;
            }
            EXPECT_EQ(int8, plain_int8);
            EXPECT_EQ(scale, plain_scale);
            EXPECT_EQ(int4, plain_int4);
            EXPECT_EQ(scales, plain_scales);
        });
    }
}

/// The bits of the definition, the sign of zeros among them.
TEST(Half, AllAreWidenedByEveryInstructionSet) {
    std::vector<std::uint16_t> halves(65536);
    for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<std::uint16_t>(i);
    with_every_instruction_set([&](InstructionSet) {
        std::vector<float> wide(halves.size());
        widen_rows({MatrixFormat::F16, 1, std::ssize(halves), halves.data(), nullptr}, 0, 1,
                   wide.data());
        for (std::size_t i = 0; i < halves.size(); ++i)
            if (std::isnan(half_to_float(halves[i])))
                ASSERT_TRUE(std::isnan(wide[i])) << i;
            else
                ASSERT_EQ(std::bit_cast<std::uint32_t>(wide[i]),
                          std::bit_cast<std::uint32_t>(half_to_float(halves[i])))
                    << i;
    });
}

/// The scale is the one of seven whose codes explain most of the squares.
TEST(Int4, TakesTheBestOfSevenScales) {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U}) {
        const std::vector<float> row = normal_values(kInt4Group, seed);
        const double error = relative_error(int4_and_back(row), row);
        const float largest =
            *std::ranges::max_element(row, {}, [](float value) { return std::fabs(value); });
        for (const float steps : {-8.0F, -7.6F, -7.2F, -8.5F, -9.0F, 7.5F, 7.0F}) {
            // The best scale for these codes, not their step, is what is kept: least squares.
            double product = 0, square = 0, whole = 0;
            for (const float value : row) {
                const float code =
                    std::clamp(std::nearbyint(value * (steps / largest)), -8.0F, 7.0F);
                product += double(code) * value, square += double(code) * code;
                whole += double(value) * value;
            }
            const double tried = std::sqrt(std::max(0.0, 1 - product * product / square / whole));
            EXPECT_LE(error, tried * 1.02) << steps;  // the scale is rounded to half precision
        }
    }
}

TEST(Int8, RoundsToTheNearest) {
    const std::vector<float> row{127, -127, 0.4F, 0.6F, -63.5F, 0};
    std::vector<std::int8_t> codes(row.size());
    float scale = 0;
    pack_int8_row(row.data(), std::ssize(row), codes.data(), &scale);
    EXPECT_EQ(scale, 1);
    EXPECT_EQ(codes, (std::vector<std::int8_t>{127, -127, 0, 1, -64, 0}));
}

}  // namespace
}  // namespace univi::kernels::test
