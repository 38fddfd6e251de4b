// Products with the rows of a matrix: every format and instruction set, sizes that fill no vector.
#include "core/kernels/row_products.h"

#include <cstring>

#include "core/kernels/attention.h"
#include "core/kernels/half.h"
#include "core/kernels/pack_rows.h"
#include "core/kernels/worker_threads.h"
#include "tests/core/kernels/random_matrix.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {
namespace {

constexpr MatrixFormat kFormats[] = {MatrixFormat::F32, MatrixFormat::F16, MatrixFormat::BF16,
                                     MatrixFormat::Int8, MatrixFormat::Int4};

std::vector<float> exact_products(const RandomMatrix& matrix, const std::vector<float>& x,
                                  int count) {
    const std::vector<float> wide = matrix.widened();
    const std::int64_t columns = matrix.view.columns;
    std::vector<float> y;
    for (int v = 0; v < count; ++v)
        for (std::int64_t row = 0; row < matrix.view.rows; ++row) {
            double sum = 0;
            for (std::int64_t i = 0; i < columns; ++i)
                sum += double(wide[row * columns + i]) * x[v * columns + i];
            y.push_back(static_cast<float>(sum));
        }
    return y;
}

std::vector<float> products(const RandomMatrix& matrix, const std::vector<float>& x, int count) {
    std::vector<float> y(static_cast<std::size_t>(count * matrix.view.rows));
    multiply(matrix.view, {x.data(), matrix.view.columns, count, y.data(), matrix.view.rows});
    return y;
}

/// Float formats are exact but for the order of sums. 8-bit vectors add what their rounding is,
/// some 0.6 % of a normal vector; 8-bit matrices meet them only where the processor multiplies
/// them.
double allowed_error(MatrixFormat format, InstructionSet set) {
    const bool in_int8 =
        format == MatrixFormat::Int4 ||
        (format == MatrixFormat::Int8 && set >= InstructionSet::Avx512 && has_int8_products());
    return in_int8 ? 0.02 : 2e-6;
}

/// Every set rounds the vectors for 4-bit matrices alike.
double allowed_plain(MatrixFormat format, InstructionSet set) {
    return format == MatrixFormat::Int4 ? 2e-6 : allowed_error(format, set);
}

class RowProducts : public testing::TestWithParam<MatrixFormat> {};

TEST_P(RowProducts, EveryInstructionSetGivesTheProduct) {
    for (const std::int64_t columns : {32L, 64L, 96L, 160L, 512L, 544L, 768L, 1376L, 4096L})
        for (int count = 1; count <= kMostVectors; ++count) {
            const RandomMatrix matrix(GetParam(), 9, columns);
            const std::vector<float> x = normal_values(count * columns, 3);
            const std::vector<float> exact = exact_products(matrix, x, count);
            std::vector<float> plain;
            with_every_instruction_set([&](InstructionSet set) {
                const std::vector<float> y = products(matrix, x, count);
                EXPECT_LT(relative_error(y, exact), allowed_error(GetParam(), set)) << columns;
                if (set == InstructionSet::Plain) plain = y;
                EXPECT_LT(relative_error(y, plain), allowed_plain(GetParam(), set))
                    << columns << " " << count;
            });
        }
}

/// What is asked of one row at a time and what is checked beside three others are the same bits.
TEST_P(RowProducts, NeighboursAndThreadsChangeNothing) {
    const RandomMatrix matrix(GetParam(), 301, 1376);
    const std::vector<float> x = normal_values(4 * 1376, 5);
    with_every_instruction_set([&](InstructionSet) {
        const std::vector<float> together = products(matrix, x, 4);
        for (int v = 0; v < 4; ++v) {
            const std::vector<float> own(x.begin() + v * 1376, x.begin() + (v + 1) * 1376);
            const std::vector<float> alone = products(matrix, own, 1);
            EXPECT_EQ(std::memcmp(alone.data(), together.data() + v * 301, 301 * 4), 0) << v;
        }
        for (const int threads : {2, 3, 5}) {
            WorkerThreads::shared().use_threads(threads);
            EXPECT_EQ(products(matrix, x, 4), together) << threads;
        }
        WorkerThreads::shared().use_threads(1);
    });
}

/// Threads take pieces of all lengths and numbers, each of them once.
TEST_P(RowProducts, EveryPieceIsTaken) {
    const RandomMatrix matrix(GetParam(), 700, 2048);
    const std::vector<float> x = normal_values(2048, 5);
    const std::vector<float> all = products(matrix, x, 1);
    for (const std::int64_t rows : {1L, 2L, 3L, 31L, 257L, 511L, 700L})
        for (const int threads : {2, 3, 4, 7}) {
            WorkerThreads::shared().use_threads(threads);
            MatrixView first = matrix.view;
            first.rows = rows;
            std::vector<float> y(all.size(), -1);
            multiply(first, {x.data(), 2048, 1, y.data(), 700});
            for (std::int64_t i = 0; i < 700; ++i)
                ASSERT_EQ(y[static_cast<std::size_t>(i)],
                          i < rows ? all[static_cast<std::size_t>(i)] : -1)
                    << rows << " rows, " << threads << " threads, row " << i;
        }
    WorkerThreads::shared().use_threads(1);
}

/// Kernels take several rows at once: what is left over is right, and nothing behind it is written.
TEST_P(RowProducts, NumberOfRowsChangesNothing) {
    for (const std::int64_t columns : {544L, 1376L, 2048L})
        for (int count = 1; count <= kMostVectors; ++count) {
            const RandomMatrix matrix(GetParam(), 9, columns);
            const std::vector<float> x = normal_values(count * columns, 7);
            with_every_instruction_set([&](InstructionSet set) {
                const std::vector<float> all = products(matrix, x, count);
                for (std::int64_t rows = 1; rows < 9; ++rows) {
                    MatrixView first = matrix.view;
                    first.rows = rows;
                    std::vector<float> y(all.size(), -1);
                    multiply(first, {x.data(), columns, count, y.data(), 9});
                    for (std::size_t i = 0; i < y.size(); ++i)
                        EXPECT_EQ(y[i], static_cast<std::int64_t>(i % 9) < rows ? all[i] : -1)
                            << to_string(set) << " " << columns << " " << count << " " << rows;
                }
            });
        }
}

INSTANTIATE_TEST_SUITE_P(All, RowProducts, testing::ValuesIn(kFormats));

/// Odd numbers of columns, which a checkpoint may have in any float type and in 8 bits.
TEST(RowProductsOfOddSizes, EveryColumnCounts) {
    for (const MatrixFormat format : kFormats) {
        if (format == MatrixFormat::Int4) continue;
        for (const std::int64_t columns : {1L, 7L, 33L, 65L, 1001L}) {
            const RandomMatrix matrix(format, 5, columns);
            const std::vector<float> x = normal_values(2 * columns, 9);
            const std::vector<float> exact = exact_products(matrix, x, 2);
            with_every_instruction_set([&](InstructionSet set) {
                EXPECT_LT(relative_error(products(matrix, x, 2), exact),
                          5 * allowed_error(format, set))
                    << columns;
            });
        }
    }
}

TEST(SeveralProducts, AreThoseOfEach) {
    const RandomMatrix a(MatrixFormat::Int8, 40, 256), b(MatrixFormat::F32, 7, 256);
    const std::vector<float> x = normal_values(256, 1);
    std::vector<float> of_a(40), of_b(7);
    WorkerThreads::shared().use_threads(2);
    const Product list[] = {{a.view, {x.data(), 256, 1, of_a.data(), 40}},
                            {b.view, {x.data(), 256, 1, of_b.data(), 7}}};
    multiply(list);
    WorkerThreads::shared().use_threads(1);
    EXPECT_EQ(of_a, products(a, x, 1));
    EXPECT_EQ(of_b, products(b, x, 1));
}

TEST(Int4RowsInInt8, StayWithinHalfAStep) {
    const RandomMatrix matrix(MatrixFormat::Int4, 5, 96);
    const std::vector<float> wide = matrix.widened();
    std::vector<std::int8_t> plain;
    with_every_instruction_set([&](InstructionSet set) {
        std::vector<std::int8_t> codes(3 * 96);
        std::vector<float> scales(3);
        int4_rows_to_int8(matrix.view, 1, 4, codes.data(), scales.data());
        for (std::size_t i = 0; i < codes.size(); ++i)
            EXPECT_LE(std::fabs(codes[i] * scales[i / 96] - wide[96 + i]),
                      scales[i / 96] * 0.50001F);
        if (set == InstructionSet::Plain) plain = codes;
        EXPECT_EQ(codes, plain);
    });
}

TEST(Bf16Rows, AreTheRoundedOnes) {
    const RandomMatrix matrix(MatrixFormat::Int4, 3, 64);
    const std::vector<float> wide = matrix.widened();
    std::vector<std::uint16_t> bits(64);
    widen_rows_to_bf16(matrix.view, 2, 3, bits.data());
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(bits[i], float_to_bf16(wide[128 + i]));
}

}  // namespace
}  // namespace univi::kernels::test
