// Faults planted in small kernels: each is found and named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/model/cuda/kernel_language.cuh"
#include "tests/support/cuda_on_cpu/device_buffer.h"

namespace univi::model::cuda::test {
namespace {

using cuda_on_cpu::DeviceBuffer;
using cuda_on_cpu::KernelFailure;
using testing::AllOf;
using testing::HasSubstr;
using testing::StrEq;

template <class Run, class Matcher>
void expect_failure(Run run, Matcher matcher) {
    try {
        run();
        ADD_FAILURE() << "nothing was found";
    } catch (const KernelFailure& failure) {
        EXPECT_THAT(failure.what(), matcher);
    }
}

constexpr int kThreads = 64;

enum class Plant {
    Nothing,
    MissingBarrier,
    BarrierTooFew,  ///< the next round overwrites what others still read
    DivergentBarrier,
    BarrierInBranches,
    EarlyReturn,
    UnwrittenShared,
    ReadBeyondShared,
    ReadBeyondMemory,
    ReadBeforeMemory,
    WritesOfBlocks,
    WarpWithoutBarrier,
    ShuffleFromOutside,
    PartOfWarp,
    Misaligned,
};

/// Sums the values of a block's threads, twice, if nothing is planted.
__global__ void planted_kernel(Pointer<const float> in, Pointer<float> out, Plant plant) {
    UNIVI_SHARED(float, values, kThreads);
    const int thread = static_cast<int>(threadIdx.x), block = static_cast<int>(blockIdx.x);
    if (plant == Plant::EarlyReturn && thread == 5) return;
    if (plant == Plant::BarrierInBranches && thread < 32) {
        __syncthreads();
    }
    float sum = 0;
    for (int round = 0; round < 2; ++round) {
        if (plant != Plant::UnwrittenShared || thread != 7) values[thread] = in[thread];
        if (plant == Plant::DivergentBarrier && thread % 32 >= 16)
            __syncwarp();
        else if (plant != Plant::MissingBarrier || round == 0)
            __syncthreads();
        for (int i = 0; i < kThreads; ++i) sum += values[i];
        if (plant == Plant::ReadBeyondShared && thread == 0) sum += values[kThreads];
        if (plant != Plant::BarrierTooFew) __syncthreads();
    }
    if (plant == Plant::ReadBeyondMemory && thread == 3) sum += in[kThreads];
    if (plant == Plant::ReadBeforeMemory && thread == 3) sum += in[-1];
    if (plant == Plant::WarpWithoutBarrier && thread < 2) values[0] = 1;
    if (plant == Plant::ShuffleFromOutside && thread < 16) sum += __shfl_sync(0xFFFFU, sum, 20);
    if (plant == Plant::PartOfWarp && thread % 32 < 16) sum += __shfl_xor_sync(kAllLanes, sum, 1);
    if (plant == Plant::Misaligned) sum += load_pack<Pack<float, 4>>(in + 1).at[0];
    out[plant == Plant::WritesOfBlocks ? thread : block * kThreads + thread] = sum;
}

std::vector<float> run(Plant plant) {
    std::vector<float> values(kThreads);
    for (int i = 0; i < kThreads; ++i) values[static_cast<std::size_t>(i)] = static_cast<float>(i);
    DeviceBuffer<float> in(values, "in"), out(std::size_t{2} * kThreads, "out");
    launch(planted_kernel, "planted", dim3(2), dim3(kThreads), 0, nullptr, in.data(), out.data(),
           plant);
    return out.values();
}

TEST(KernelsOnCpu, AKernelWithoutAFaultRuns) {
    EXPECT_THAT(run(Plant::Nothing), testing::Each(kThreads * (kThreads - 1)));
}

TEST(KernelsOnCpu, AMissingBarrierIsFound) {
    expect_failure([] { run(Plant::MissingBarrier); },
                   StrEq("kernel planted: thread 0 of block 0 read values[1] (offset 4) and "
                         "thread 1 of block 0 writes it without a barrier between"));
    expect_failure([] { run(Plant::BarrierTooFew); },
                   StrEq("kernel planted: thread 0 of block 0 wrote values[0] (offset 0) and "
                         "thread 1 of block 0 reads it without a barrier between"));
}

TEST(KernelsOnCpu, ABarrierThatNotAllThreadsReachIsFound) {
    expect_failure([] { run(Plant::DivergentBarrier); },
                   AllOf(HasSubstr("threads of block 0 wait for ever: thread 0 at harness_test"),
                         HasSubstr(" thread 16 at harness_test.cpp:")));
    expect_failure([] { run(Plant::BarrierInBranches); }, HasSubstr("wait at two barriers"));
    expect_failure([] { run(Plant::EarlyReturn); },
                   HasSubstr("thread 5 of block 0 left the kernel before the barrier at "));
}

TEST(KernelsOnCpu, ValuesThatNobodyWroteAreFound) {
    expect_failure([] { run(Plant::UnwrittenShared); },
                   HasSubstr("thread 0 of block 0 reads values[7], which nobody wrote"));
    DeviceBuffer<float> unwritten(kThreads, "in"), out(std::size_t{2} * kThreads);
    expect_failure(
        [&] {
            launch(planted_kernel, "planted", dim3(1), dim3(kThreads), 0, nullptr, unwritten.data(),
                   out.data(), Plant::Nothing);
        },
        HasSubstr("in[0], which nobody wrote"));
}

TEST(KernelsOnCpu, AccessesBeyondTheEndsAreFound) {
    expect_failure([] { run(Plant::ReadBeyondShared); },
                   HasSubstr("thread 0 of block 0 reads 4 bytes at offset 256 of values"));
    expect_failure([] { run(Plant::ReadBeyondMemory); },
                   HasSubstr("thread 3 of block 0 reads 4 bytes at offset 256 of in"));
    expect_failure([] { run(Plant::ReadBeforeMemory); }, HasSubstr("at offset -4 of in"));
    expect_failure([] { run(Plant::Misaligned); }, HasSubstr("16 bytes at an address"));
}

TEST(KernelsOnCpu, RacesBetweenBlocksAreFound) {
    expect_failure([] { run(Plant::WritesOfBlocks); },
                   AllOf(HasSubstr("thread 0 of block 0 wrote out[0]"),
                         HasSubstr("thread 0 of block 1 writes it")));
}

TEST(KernelsOnCpu, FaultsWithinAWarpAreFound) {
    expect_failure([] { run(Plant::WarpWithoutBarrier); },
                   HasSubstr("thread 1 of block 0 writes it without a barrier between"));
    expect_failure([] { run(Plant::ShuffleFromOutside); }, HasSubstr("does not take part"));
    expect_failure([] { run(Plant::PartOfWarp); }, HasSubstr("left the kernel before"));
}

/// Each thread writes its place, and reads that of the neighbour in its warp or in the block.
__global__ void neighbour_kernel(Pointer<int> out, int apart) {
    UNIVI_DYNAMIC_SHARED(int, places);
    const int thread = static_cast<int>(threadIdx.x);
    places[thread] = thread;
    __syncwarp();
    out[thread] = places[thread ^ apart];
}

TEST(KernelsOnCpu, ABarrierOfAWarpOrdersThisWarpOnly) {
    DeviceBuffer<int> out(kThreads);
    launch(neighbour_kernel, "neighbours", dim3(1), dim3(kThreads), kThreads * sizeof(int), nullptr,
           out.data(), 1);
    EXPECT_EQ(out.values()[6], 7);
    expect_failure(
        [&] {
            launch(neighbour_kernel, "neighbours", dim3(1), dim3(kThreads), kThreads * sizeof(int),
                   nullptr, out.data(), 32);
        },
        AllOf(HasSubstr("kernel neighbours"), HasSubstr("places[")));
}

__global__ void count_kernel(Pointer<int> count, Pointer<int> most) {
    atomicAdd(count, 1);
    atomicMax(most, static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x));
}

TEST(KernelsOnCpu, AtomicsOfAllBlocksDoNotRace) {
    DeviceBuffer<int> count(std::vector<int>{0}), most(std::vector<int>{0});
    launch(count_kernel, "count", dim3(3), dim3(kThreads), 0, nullptr, count.data(), most.data());
    EXPECT_EQ(count.values()[0], 3 * kThreads);
    EXPECT_EQ(most.values()[0], 3 * kThreads - 1);
}

TEST(KernelsOnCpu, MemoryThatIsNotTheDevicesIsRefused) {
    int host[2] = {};
    expect_failure(
        [&] { launch(count_kernel, "count", dim3(1), dim3(1), 0, nullptr, &host[0], &host[1]); },
        HasSubstr("kernel count: an argument points to memory that is not the device's"));
}

}  // namespace
}  // namespace univi::model::cuda::test
