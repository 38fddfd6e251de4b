// Products of many rows in 8-bit integers: sizes that fill no tile, span or vector, and outliers.
#include "core/kernels/int8_product.h"

#include <cstring>

#include "core/kernels/row_products.h"
#include "core/kernels/worker_threads.h"
#include "tests/core/kernels/random_matrix.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {
namespace {

std::vector<float> products(const RandomMatrix& matrix, const std::vector<float>& x,
                            std::int64_t count) {
    std::vector<float> y(static_cast<std::size_t>(count * matrix.view.rows));
    multiply(matrix.view, Int8Rows(x.data(), matrix.view.columns, count, matrix.view.columns),
             y.data(), matrix.view.rows);
    return y;
}

std::vector<float> exact_products(const RandomMatrix& matrix, const std::vector<float>& x,
                                  std::int64_t count) {
    const std::vector<float> wide = matrix.widened();
    const std::int64_t columns = matrix.view.columns;
    std::vector<float> y;
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t row = 0; row < matrix.view.rows; ++row) {
            double sum = 0;
            for (std::int64_t c = 0; c < columns; ++c)
                sum += double(wide[static_cast<std::size_t>(row * columns + c)]) *
                       x[static_cast<std::size_t>(i * columns + c)];
            y.push_back(static_cast<float>(sum));
        }
    return y;
}

/// Rounding to 1/254 of a span's largest is some 0.6 % of a normal value; a 4-bit matrix that is
/// stored anew in 8 bits adds as much again, and a few products are further off by chance.
constexpr double kAllowed = 0.03;

/// Root mean square of y - exact, by what products of `columns` normal values are.
double error_of(const std::vector<float>& y, const std::vector<float>& exact,
                std::int64_t columns) {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += std::pow(double(y[i]) - exact[i], 2);
    return std::sqrt(sum / double(y.size()) / double(columns));
}

class Int8Product : public testing::TestWithParam<MatrixFormat> {};

TEST_P(Int8Product, EveryInstructionSetGivesTheProduct) {
    for (const std::int64_t columns : {32L, 64L, 96L, 480L, 512L, 544L, 1376L, 2080L})
        for (const std::int64_t rows : {1L, 4L, 33L, 70L})
            for (const std::int64_t count : {1L, 2L, 3L, 7L, 29L}) {
                SCOPED_TRACE(std::to_string(columns) + " columns, " + std::to_string(rows) +
                             " rows, " + std::to_string(count) + " rows of x");
                const RandomMatrix matrix(GetParam(), rows, columns);
                const std::vector<float> x = normal_values(count * columns, 3);
                const std::vector<float> exact = exact_products(matrix, x, count);
                std::vector<float> plain;
                with_every_instruction_set([&](InstructionSet set) {
                    const std::vector<float> y = products(matrix, x, count);
                    EXPECT_LT(error_of(y, exact, columns), kAllowed);
                    if (set == InstructionSet::Plain) plain = y;
                    EXPECT_LT(error_of(y, plain, columns), 1e-4);
                });
            }
}

/// Few values that are hundreds of times as large as the others, as real models have them.
TEST_P(Int8Product, OutliersLeaveTheOthersTheirPrecision) {
    constexpr std::int64_t kColumns = 1376, kRows = 50, kCount = 17;
    const RandomMatrix matrix(GetParam(), kRows, kColumns);
    std::vector<float> x = normal_values(kCount * kColumns, 3);
    std::vector<float> large(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        if (i % kColumns == 7 || i % 911 == 0 || i % kColumns == kColumns - 1)
            large[i] = i % 2 ? 500.0F : -300.0F;
    std::vector<float> both = x;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (large[i] != 0) both[i] = large[i], x[i] = 0;
    const std::vector<float> exact_small = exact_products(matrix, x, kCount),
                             exact_large = exact_products(matrix, large, kCount);
    with_every_instruction_set([&](InstructionSet) {
        std::vector<float> small = products(matrix, both, kCount);
        for (std::size_t i = 0; i < small.size(); ++i) small[i] -= exact_large[i];
        // What a 4-bit matrix loses when it is stored anew is lost of the large products too.
        const double allowed = GetParam() == MatrixFormat::Int8 ? kAllowed : 0.6;
        EXPECT_LT(relative_error(small, exact_small), allowed);
    });
}

TEST_P(Int8Product, NeighboursAndThreadsChangeNothing) {
    constexpr std::int64_t kColumns = 1376, kRows = 301, kCount = 40;
    const RandomMatrix matrix(GetParam(), kRows, kColumns);
    std::vector<float> x = normal_values(kCount * kColumns, 5);
    for (std::size_t i = 0; i < x.size(); i += 1000) x[i] = 90;
    with_every_instruction_set([&](InstructionSet) {
        const std::vector<float> together = products(matrix, x, kCount);
        for (std::int64_t i = 0; i < kCount; ++i) {
            const std::vector<float> own(x.begin() + i * kColumns, x.begin() + (i + 1) * kColumns);
            const std::vector<float> alone = products(matrix, own, 1);
            EXPECT_EQ(std::memcmp(alone.data(), together.data() + i * kRows, kRows * 4), 0) << i;
        }
        WorkerThreads::shared().use_threads(3);
        EXPECT_EQ(products(matrix, x, kCount), together);
        WorkerThreads::shared().use_threads(1);
    });
}

/// What a token alone is asked of a matrix and what a whole prompt is are the same bits, with few
/// outliers and with so many that all columns of the matrix are made for them.
TEST(Int8ProductOfTokens, IsThatOfThePrompt) {
    constexpr std::int64_t kColumns = 2100, kRows = 301, kCount = 40;
    const RandomMatrix matrix(MatrixFormat::Int8, kRows, kColumns);
    with_every_instruction_set([&](InstructionSet) {
        if (!has_int8_products()) return;
        for (const int power : {1, 5}) {
            std::vector<float> x = normal_values(kCount * kColumns, 5);
            for (float& value : x) value = std::pow(value, static_cast<float>(power));
            for (std::size_t i = 0; i < x.size(); i += 1000) x[i] = 9000;
            const std::vector<float> prompt = products(matrix, x, kCount);
            for (std::int64_t i = 0; i < kCount; i += 3) {
                const int tokens = static_cast<int>(std::min<std::int64_t>(3, kCount - i));
                std::vector<float> y(static_cast<std::size_t>(tokens * kRows));
                WorkerThreads::shared().use_threads(1 + tokens % 2);
                multiply(matrix.view,
                         Vectors{x.data() + i * kColumns, kColumns, tokens, y.data(), kRows});
                EXPECT_EQ(std::memcmp(y.data(), prompt.data() + i * kRows, y.size() * 4), 0) << i;
            }
        }
        WorkerThreads::shared().use_threads(1);
    });
}

TEST_P(Int8Product, ZerosGiveZeros) {
    const RandomMatrix matrix(GetParam(), 5, 96);
    with_every_instruction_set([&](InstructionSet) {
        for (const float y : products(matrix, std::vector<float>(2 * 96), 2)) EXPECT_EQ(y, 0);
    });
}

INSTANTIATE_TEST_SUITE_P(All, Int8Product, testing::Values(MatrixFormat::Int8, MatrixFormat::Int4));

/// An 8-bit matrix may have any number of columns.
TEST(Int8ProductOfOddSizes, EveryColumnCounts) {
    for (const std::int64_t columns : {1L, 3L, 65L, 511L, 513L, 1001L}) {
        const RandomMatrix matrix(MatrixFormat::Int8, 6, columns);
        const std::vector<float> x = normal_values(4 * columns, 3);
        const std::vector<float> exact = exact_products(matrix, x, 4);
        with_every_instruction_set([&](InstructionSet) {
            EXPECT_LT(error_of(products(matrix, x, 4), exact, columns), kAllowed) << columns;
        });
    }
}

}  // namespace
}  // namespace univi::kernels::test
