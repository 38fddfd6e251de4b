#include "core/model/cuda_driver.h"

#include <gmock/gmock.h>

#include "tests/support/environment.h"

namespace univi::model {
namespace {

using testing::HasSubstr;
using univi::test::ScopedEnvironment;

const std::string kFake = UNIVI_BIN_DIR "/../tests/libunivi_fake_libcuda.so";

TEST(CudaDriver, SaysWhatIsMissingInOneSentence) {
    EXPECT_EQ(why_no_driver("libunivi_nowhere.so"), "there is no NVIDIA driver on this machine");
    const ScopedEnvironment visible("CUDA_VISIBLE_DEVICES", nullptr);
    const ScopedEnvironment gpus("FAKE_CUDA_GPUS", "90");
    EXPECT_EQ(why_no_driver(kFake), "");
    {
        const ScopedEnvironment old("FAKE_CUDA_VERSION", "12040");
        EXPECT_EQ(why_no_driver(kFake),
                  "the NVIDIA driver is made for CUDA 12.4, and LibTorch's CUDA part needs one for "
                  "13.0 or newer: install a newer driver");
    }
    {
        const ScopedEnvironment broken("FAKE_CUDA_INIT", "803");
        EXPECT_THAT(why_no_driver(kFake), HasSubstr("does not start (error 803"));
    }
    {
        const ScopedEnvironment none("FAKE_CUDA_INIT", "100");
        EXPECT_EQ(why_no_driver(kFake), "the NVIDIA driver reports no usable GPU");
    }
    const ScopedEnvironment none("FAKE_CUDA_GPUS", "");
    const ScopedEnvironment mig("CUDA_VISIBLE_DEVICES", "MIG-41b3");
    EXPECT_EQ(why_no_driver(kFake),
              "the NVIDIA driver reports no usable GPU (CUDA_VISIBLE_DEVICES is \"MIG-41b3\")");
}

TEST(CudaDriver, NamesAGpuThatIsTooOld) {
    const ScopedEnvironment two("FAKE_CUDA_GPUS", "61,80");
    EXPECT_EQ(why_no_driver(kFake), "") << "one of them will do";
    EXPECT_EQ(
        why_gpu_too_old(0, kFake),
        "the GPU Test GPU 0 has compute capability 6.1, and LibTorch's CUDA part needs 7.5 or "
        "higher");
    EXPECT_EQ(why_gpu_too_old(1, kFake), "");
    const ScopedEnvironment old("FAKE_CUDA_GPUS", "52,61");
    EXPECT_THAT(why_no_driver(kFake), HasSubstr("compute capability 5.2"));
}

}  // namespace
}  // namespace univi::model
