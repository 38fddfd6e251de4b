// Memory of large CPU tensors: kept between batches, never more than was needed at once.
#include "core/model/tensor_memory.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/base/resident_memory.h"

namespace univi::model {
namespace {

class TensorMemoryTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { use_tensor_memory(); }
};

at::Tensor filled(std::int64_t bytes, int value) {
    at::Tensor tensor = at::empty({bytes}, at::kByte);
    tensor.fill_(value);
    return tensor;
}

TEST_F(TensorMemoryTest, BlocksAreUsedAgain) {
    const void* first = filled(5'000'000, 1).const_data_ptr();
    EXPECT_EQ(filled(4'900'000, 2).const_data_ptr(), first);  // a little smaller fits too
    const auto before = tensor_memory_state();
    {
        const at::Tensor tensor = filled(5'000'000, 3);
        EXPECT_GE(tensor_memory_state().live, before.live + 5'000'000);
    }
    EXPECT_EQ(tensor_memory_state().live, before.live);
    EXPECT_EQ(tensor_memory_state().mapped, before.mapped);
}

TEST_F(TensorMemoryTest, SmallTensorsStayInTheHeap) {
    const auto before = tensor_memory_state();
    const at::Tensor tensor = filled(1000, 1);
    EXPECT_EQ(tensor_memory_state().live, before.live);
}

TEST_F(TensorMemoryTest, VaryingLengthsTakeNoMoreThanTheyNeededAtOnce) {
    std::mt19937 random(5);
    for (int batch = 0; batch < 200; ++batch) {
        const std::int64_t length = 500 + static_cast<std::int64_t>(random() % 500);
        std::vector<at::Tensor> kept;
        for (int layer = 0; layer < 8; ++layer) {
            kept.push_back(filled(length * 2048, layer));
            filled(length * 5000, batch);
        }
        for (int layer = 0; layer < 8; ++layer) {
            EXPECT_EQ(kept[static_cast<std::size_t>(layer)][0].item<std::uint8_t>(), layer);
            EXPECT_EQ(kept[static_cast<std::size_t>(layer)][length * 2048 - 1].item<std::uint8_t>(),
                      layer);
        }
        const auto state = tensor_memory_state();
        EXPECT_LE(state.mapped, state.peak + (std::int64_t{17} << 20));
    }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;  // freed memory is kept on purpose
#else
constexpr bool kIsSanitized = false;
#endif

/// Resident memory of this process in bytes.
std::int64_t resident_bytes() {
    return base::resident_memory().value();
}

/// The matrix products of a small layer and its attention, with `length` tokens.
void multiply(std::int64_t length, at::ScalarType type) {
    const at::Tensor x = at::ones({2 * length, 64}, type), weight = at::ones({96, 64}, type);
    const at::Tensor y = at::linear(x, weight), q = x.view({2, length, 2, 32}).transpose(1, 2);
    at::matmul(at::matmul(q, q.transpose(-2, -1)), q);
    at::mm(y.t(), x);
    at::mm(y, weight);
}

/// On processors with bf16 products every new length compiles some kernels of 0.1 to 0.6 MB; a
/// thousand of them were kept.
TEST_F(TensorMemoryTest, NewLengthsDoNotKeepTheirKernels) {
    if (kIsSanitized) GTEST_SKIP() << "a sanitizer keeps freed memory";
    for (const at::ScalarType type : {at::kBFloat16, at::kFloat}) {
        for (std::int64_t length = 100; length < 130; ++length) multiply(length, type);
        const std::int64_t before = resident_bytes();
        for (std::int64_t length = 130; length < 220; ++length) multiply(length, type);
        EXPECT_LT(resident_bytes() - before, std::int64_t{48} << 20) << c10::toString(type);
    }
}

TEST_F(TensorMemoryTest, ThreadsMayFreeWhatOthersTook) {
    std::vector<at::Tensor> tensors(16);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&tensors, i] {
            for (int round = 0; round < 50; ++round)
                for (int k = i; k < 16; k += 4)
                    tensors[static_cast<std::size_t>(k)] = filled(200'000 + 10'000 * k, i);
        });
    for (std::thread& thread : threads) thread.join();
    for (int k = 0; k < 16; ++k)
        EXPECT_EQ(tensors[static_cast<std::size_t>(k)].min().item<std::uint8_t>(), k % 4);
    const auto before = tensor_memory_state();
    tensors.clear();
    EXPECT_LT(tensor_memory_state().live, before.live);
}

}  // namespace
}  // namespace univi::model
