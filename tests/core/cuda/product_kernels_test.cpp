// Products with quantized matrices, run on the CPU, against sums in double over the widened rows.
#include "core/model/cuda/product_kernels.cuh"

#include "core/kernels/pack_rows.h"
#include "core/kernels/widen_rows.h"
#include "tests/core/cuda/device_values.h"

namespace univi::model::cuda::test {
namespace {

struct Shape {
    int rows, columns, count;
};

/// A matrix as QuantizedWeight packs it, and its values.
struct Quantized {
    std::vector<std::uint8_t> codes;
    std::vector<float> row_scales;
    std::vector<std::uint16_t> group_scales;
    Floats wide;
};

Quantized quantized(const Shape& s, bool int4, unsigned seed) {
    const Floats values = random_values<float>(std::size_t(s.rows) * std::size_t(s.columns), seed);
    const std::size_t bytes = static_cast<std::size_t>(int4 ? s.columns / 2 : s.columns),
                      groups = static_cast<std::size_t>(s.columns) / kernels::kInt4Group;
    Quantized q{std::vector<std::uint8_t>(std::size_t(s.rows) * bytes), {}, {}, values};
    q.row_scales.resize(std::size_t(s.rows));
    q.group_scales.resize(std::size_t(s.rows) * groups);
    for (std::size_t row = 0; row < std::size_t(s.rows); ++row) {
        const float* from = values.data() + row * std::size_t(s.columns);
        std::uint8_t* to = q.codes.data() + row * bytes;
        if (int4)
            kernels::pack_int4_row(from, s.columns, to, q.group_scales.data() + row * groups);
        else
            kernels::pack_int8_row(from, s.columns, reinterpret_cast<std::int8_t*>(to),
                                   &q.row_scales[row]);
    }
    const kernels::MatrixView view{
        int4 ? kernels::MatrixFormat::Int4 : kernels::MatrixFormat::Int8, s.rows, s.columns,
        q.codes.data(),
        int4 ? static_cast<const void*>(q.group_scales.data()) : q.row_scales.data()};
    kernels::widen_rows(view, 0, s.rows, q.wide.data());
    return q;
}

/// out [count,rows]; `largest` receives the largest sum of magnitudes.
Floats product(const Shape& s, const Floats& matrix, const Floats& x, double* largest) {
    Floats out;
    for (int v = 0; v < s.count; ++v)
        for (int row = 0; row < s.rows; ++row) {
            double sum = 0, magnitudes = 0;
            for (int i = 0; i < s.columns; ++i) {
                const double term =
                    double(matrix[std::size_t(row) * std::size_t(s.columns) + std::size_t(i)]) *
                    double(x[std::size_t(v) * std::size_t(s.columns) + std::size_t(i)]);
                sum += term;
                magnitudes += std::fabs(term);
            }
            out.push_back(static_cast<float>(sum));
            *largest = std::max(*largest, magnitudes);
        }
    return out;
}

template <class T>
Floats by_kernel(const Shape& s, const Quantized& q, bool int4, const Floats& values) {
    DeviceBuffer<T> x(narrowed<T>(values), "x"),
        out(std::size_t(s.count) * std::size_t(s.rows), "out");
    if (int4) {
        DeviceBuffer<std::uint8_t> codes(q.codes, "codes");
        std::vector<__half> bits;
        for (const std::uint16_t scale : q.group_scales) bits.push_back({scale});
        DeviceBuffer<__half> scales(bits, "scales");
        launch_int4_product<T>(codes.data(), scales.data(), x.data(), out.data(), s.rows, s.columns,
                               s.count, nullptr);
    } else {
        const auto* begin = reinterpret_cast<const std::int8_t*>(q.codes.data());
        DeviceBuffer<std::int8_t> codes(std::vector<std::int8_t>(begin, begin + q.codes.size()),
                                        "codes");
        DeviceBuffer<float> scales(q.row_scales, "scales");
        launch_int8_product<T>(codes.data(), scales.data(), x.data(), out.data(), s.rows, s.columns,
                               s.count, nullptr);
    }
    return widened(out.values());
}

template <class T>
class ProductKernels : public testing::Test {
  protected:
    void expect_right(const Shape& s, bool int4, const Floats& x) {
        SCOPED_TRACE(testing::Message() << (int4 ? "int4" : "int8") << " [" << s.rows << ","
                                        << s.columns << "] times " << s.count);
        const Quantized q = quantized(s, int4, 3);
        double largest = 0;
        const Floats expected = product(s, q.wide, x, &largest);
        expect_near<T>(by_kernel<T>(s, q, int4, x), expected, 1,
                       static_cast<float>(2e-6 * largest));
    }
    static Floats vectors(const Shape& s, unsigned seed) {
        return random_values<T>(std::size_t(s.count) * std::size_t(s.columns), seed);
    }
};
TYPED_TEST_SUITE(ProductKernels, FloatTypes);

TYPED_TEST(ProductKernels, EqualTheWidenedMatrixInEveryShape) {
    for (const Shape& s : {Shape{1, 8, 1}, Shape{7, 24, 1}, Shape{9, 264, 2}, Shape{3, 520, 4},
                           Shape{2, 40, 5}, Shape{17, 72, 8}})
        this->expect_right(s, false, this->vectors(s, 1));
    for (const Shape& s : {Shape{1, 32, 1}, Shape{7, 96, 1}, Shape{9, 544, 2}, Shape{3, 64, 4},
                           Shape{2, 160, 7}, Shape{17, 32, 8}})
        this->expect_right(s, true, this->vectors(s, 1));
}

TYPED_TEST(ProductKernels, CarryNanAndInfinityToTheirVectorAlone) {
    const Shape s{5, 64, 3};
    Floats x = this->vectors(s, 2);
    x[5] = std::numeric_limits<float>::quiet_NaN();
    x[64 + 9] = std::numeric_limits<float>::infinity();
    const Quantized q = quantized(s, false, 3);
    const Floats out = by_kernel<TypeParam>(s, q, false, x);
    for (std::size_t row = 0; row < 5; ++row) {
        EXPECT_TRUE(std::isnan(out[row]));
        EXPECT_FALSE(std::isfinite(out[5 + row]));
        EXPECT_TRUE(std::isfinite(out[10 + row]));
    }
}

TYPED_TEST(ProductKernels, AVectorsProductDoesNotDependOnTheOthers) {
    const Shape all{6, 64, 8}, one{6, 64, 1};
    const Floats x = this->vectors(all, 4);
    const Quantized q = quantized(all, true, 3);
    const Floats together = by_kernel<TypeParam>(all, q, true, x),
                 alone = by_kernel<TypeParam>(one, q, true, Floats(x.begin(), x.begin() + 64));
    EXPECT_EQ(Floats(together.begin(), together.begin() + 6), alone);
}

}  // namespace
}  // namespace univi::model::cuda::test
