#include "core/model/linear.h"

#include <ATen/Parallel.h>

#include "tests/core/model/golden.h"

namespace univi::model::test {
namespace {

class LinearOfType : public ::testing::TestWithParam<c10::ScalarType> {};

/// Few rows (dot kernel), many rows (block by block, several blocks), odd lengths: as converting
/// the weight first.
TEST_P(LinearOfType, EqualsConvertingFirst) {
    at::manual_seed(1);
    for (const auto& [rows, in, out] :
         {std::tuple{1, 4096, 300}, {2, 77, 33}, {3, 64, 5}, {4, 100, 50}, {9, 4096, 700}}) {
        const at::Tensor x = at::randn({rows, in}), weight = at::randn({out, in}).to(GetParam()),
                         bias = at::randn({out});
        const at::Tensor expected = at::linear(x, weight.to(c10::kFloat), bias);
        EXPECT_LT(relative_error(apply_linear(x, weight, bias), expected), 1e-6)
            << rows << " " << in << " " << out;
    }
}

TEST_P(LinearOfType, FewRowsDoNotDependOnThreads) {
    at::manual_seed(2);
    const at::Tensor x = at::randn({1, 1024}), weight = at::randn({2048, 1024}).to(GetParam());
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const at::Tensor one = apply_linear(x, weight);
    at::set_num_threads(2);
    EXPECT_TRUE(at::equal(one, apply_linear(x, weight)));
    at::set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(Types, LinearOfType,
                         ::testing::Values(c10::kFloat, c10::kHalf, c10::kBFloat16));

TEST(Linear, KeepsTheComputeType) {
    at::manual_seed(3);
    const at::Tensor weight = at::randn({40, 64}).to(c10::kHalf);
    for (int rows : {1, 8}) {
        const at::Tensor x = at::randn({2, rows, 64}).to(c10::kBFloat16);
        const at::Tensor actual = apply_linear(x, weight);
        EXPECT_EQ(actual.scalar_type(), c10::kBFloat16);
        EXPECT_EQ(actual.sizes(), (at::IntArrayRef{2, rows, 40}));
        EXPECT_LT(relative_error(actual, at::linear(x.to(c10::kFloat), weight.to(c10::kFloat))),
                  1e-2);
    }
}

TEST(Linear, GradientsFlowThroughFrozenStoredWeights) {
    at::manual_seed(4);
    const at::Tensor x = at::randn({2, 16}).requires_grad_(true),
                     weight = at::randn({8, 16}).to(c10::kHalf);
    apply_linear(x, weight).sum().backward();
    EXPECT_LT(relative_error(x.grad()[0], weight.to(c10::kFloat).sum(0)), 1e-6);
}

}  // namespace
}  // namespace univi::model::test
