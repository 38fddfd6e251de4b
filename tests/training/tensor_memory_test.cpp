// Memory of large CPU tensors: kept between batches, never more than was needed at once.
#include "training/engine/tensor_memory.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace univi::training {
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
            EXPECT_EQ(kept[static_cast<std::size_t>(layer)][length * 2048 - 1].item<std::uint8_t>(), layer);
        }
        const auto state = tensor_memory_state();
        EXPECT_LE(state.mapped, state.peak + (std::int64_t{17} << 20));
    }
}

TEST_F(TensorMemoryTest, ThreadsMayFreeWhatOthersTook) {
    std::vector<at::Tensor> tensors(16);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&tensors, i] {
            for (int round = 0; round < 50; ++round)
                for (int k = i; k < 16; k += 4) tensors[static_cast<std::size_t>(k)] = filled(200'000 + 10'000 * k, i);
        });
    for (std::thread& thread : threads) thread.join();
    for (int k = 0; k < 16; ++k) EXPECT_EQ(tensors[static_cast<std::size_t>(k)].min().item<std::uint8_t>(), k % 4);
    const auto before = tensor_memory_state();
    tensors.clear();
    EXPECT_LT(tensor_memory_state().live, before.live);
}

}  // namespace
}  // namespace univi::training
