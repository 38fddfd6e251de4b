// Norm, softmax, SwiGLU, rotation and attention of one position against plain formulas in double.
#include "core/kernels/vector_ops.h"

#include <algorithm>

#include "core/kernels/attention.h"
#include "core/kernels/half.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {
namespace {

constexpr std::int64_t kSizes[] = {1, 15, 16, 33, 768, 1001};

TEST(VectorOps, RmsNorm) {
    for (const std::int64_t size : kSizes) {
        const std::vector<float> x = normal_values(size, 1), weight = normal_values(size, 2);
        double squares = 0;
        for (const float value : x) squares += double(value) * value;
        const double scale = 1 / std::sqrt(squares / double(size) + 1e-6);
        std::vector<float> exact;
        for (std::size_t i = 0; i < x.size(); ++i)
            exact.push_back(static_cast<float>(x[i] * scale * weight[i]));
        with_every_instruction_set([&](InstructionSet) {
            std::vector<float> out(x.size());
            rms_norm(x.data(), weight.data(), 1e-6, size, out.data());
            EXPECT_LT(relative_error(out, exact), 1e-6) << size;
        });
    }
}

TEST(VectorOps, SoftmaxOfWideScores) {
    for (const std::int64_t size : kSizes) {
        std::vector<float> scores = normal_values(size, 3);
        for (float& score : scores) score *= 40;  // most of them vanish beside the largest
        const double largest = *std::max_element(scores.begin(), scores.end());
        double sum = 0;
        for (const float score : scores) sum += std::exp(score - largest);
        std::vector<float> exact;
        for (const float score : scores)
            exact.push_back(static_cast<float>(std::exp(score - largest) / sum));
        with_every_instruction_set([&](InstructionSet) {
            std::vector<float> out = scores;
            softmax(out.data(), size);
            EXPECT_LT(relative_error(out, exact), 1e-6) << size;
        });
    }
}

TEST(VectorOps, LogOfASumOfExponentials) {
    for (const std::int64_t size : kSizes) {
        std::vector<float> values = normal_values(size, 4);
        for (float& value : values) value = value * 10 + 300;  // e^300 is beyond floats
        double sum = 0;
        for (const float value : values) sum += std::exp(double(value) - 300);
        with_every_instruction_set([&](InstructionSet) {
            EXPECT_NEAR(log_sum_of_exponentials(values.data(), size), 300 + std::log(sum), 1e-5);
        });
    }
}

TEST(VectorOps, SwigluOfAnySize) {
    for (const std::int64_t size : kSizes) {
        std::vector<float> gate = normal_values(size, 5);
        const std::vector<float> up = normal_values(size, 6);
        for (float& value : gate) value *= 3;
        gate[size / 2] = size > 1 ? -200 : 1;  // e^200 is beyond floats
        std::vector<float> exact;
        for (std::size_t i = 0; i < gate.size(); ++i)
            exact.push_back(
                static_cast<float>(double(gate[i]) / (1 + std::exp(-double(gate[i]))) * up[i]));
        with_every_instruction_set([&](InstructionSet) {
            std::vector<float> out = gate;
            swiglu(out.data(), up.data(), size);
            for (const float value : out) EXPECT_TRUE(std::isfinite(value));
            EXPECT_LT(relative_error(out, exact), 1e-6) << size;
        });
    }
}

TEST(VectorOps, SumOfWordsWrapsRound) {
    std::vector<std::uint32_t> words(1003, 0xFFFFFFFF);
    words[1002] = 1004;
    with_every_instruction_set(
        [&](InstructionSet) { EXPECT_EQ(sum_words(words.data(), 1003), 2U); });
}

TEST(VectorOps, RotationTurnsPairsAndKeepsLengths) {
    const float angle = 0.7F, c = std::cos(angle), s = std::sin(angle);
    std::vector<float> x{1, 2, 3, 4}, cosines{c, 1, c, 1}, sines{s, 0, s, 0};
    rotate_heads(x.data(), cosines.data(), sines.data(), 1, 4);
    EXPECT_FLOAT_EQ(x[0], c - 3 * s);
    EXPECT_FLOAT_EQ(x[2], 3 * c + s);
    EXPECT_FLOAT_EQ(x[1], 2);
    EXPECT_FLOAT_EQ(x[3], 4);
}

/// Every float cache, heads that share keys, and a length that grows.
TEST(AttendOne, IsTheWeightedSumOfValues) {
    constexpr std::int64_t kHeads = 10, kKvHeads = 2, kDim = 40, kCapacity = 50;
    const std::vector<float> query = normal_values(kHeads * kDim, 1),
                             keys = normal_values(kKvHeads * kCapacity * kDim, 2),
                             values = normal_values(kKvHeads * kCapacity * kDim, 3);
    for (const MatrixFormat format :
         {MatrixFormat::F32, MatrixFormat::F16, MatrixFormat::BF16, MatrixFormat::Int8})
        for (const std::int64_t length : {1L, 3L, 50L}) {
            std::vector<std::uint8_t> k(keys.size() * 4), v(values.size() * 4);
            std::vector<float> key_scales, value_scales;
            for (std::int64_t at = 0; at < kKvHeads * kCapacity; ++at) {
                const std::int64_t to = row_bytes(format, at * kDim);
                key_scales.push_back(
                    store_as(format, keys.data() + at * kDim, kDim, k.data() + to));
                value_scales.push_back(
                    store_as(format, values.data() + at * kDim, kDim, v.data() + to));
            }
            const bool scaled = format == MatrixFormat::Int8;
            const HeldPositions held{format,
                                     k.data(),
                                     v.data(),
                                     length,
                                     kDim,
                                     kCapacity,
                                     kKvHeads,
                                     scaled ? key_scales.data() : nullptr,
                                     scaled ? value_scales.data() : nullptr};
            std::vector<float> exact;
            for (std::int64_t head = 0; head < kHeads; ++head) {
                const std::int64_t first = head / (kHeads / kKvHeads) * kCapacity;
                std::vector<double> scores;
                for (std::int64_t t = 0; t < length; ++t) {
                    double dot = 0;
                    for (std::int64_t i = 0; i < kDim; ++i)
                        dot += double(query[head * kDim + i]) * keys[(first + t) * kDim + i];
                    scores.push_back(std::exp(dot / std::sqrt(double(kDim))));
                }
                double sum = 0;
                for (const double score : scores) sum += score;
                for (std::int64_t i = 0; i < kDim; ++i) {
                    double out = 0;
                    for (std::int64_t t = 0; t < length; ++t)
                        out += scores[t] / sum * values[(first + t) * kDim + i];
                    exact.push_back(static_cast<float>(out));
                }
            }
            with_every_instruction_set([&](InstructionSet) {
                std::vector<float> weights(kHeads * length), out(kHeads * kDim);
                attend_one(held, query.data(), kHeads, weights.data(), out.data());
                EXPECT_LT(relative_error(out, exact), format == MatrixFormat::F32    ? 1e-6
                                                      : format == MatrixFormat::F16  ? 1e-3
                                                      : format == MatrixFormat::Int8 ? 1e-2
                                                                                     : 8e-3);
                double sum = 0;
                for (std::int64_t t = 0; t < length; ++t) sum += weights[t];
                EXPECT_NEAR(sum, 1, 1e-5);
            });
        }
}

}  // namespace
}  // namespace univi::kernels::test
