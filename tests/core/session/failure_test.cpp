#include "core/session/failure.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace univi::test {
namespace {

base::Error describe(const std::exception_ptr& failure) {
    return session::describe_failure(failure, "answering a question");
}

TEST(Failure, KeepsTypedErrors) {
    const auto error = describe(
        std::make_exception_ptr(base::Error(base::ErrorKind::Media, "The file is no picture.")));
    EXPECT_EQ(error.kind(), base::ErrorKind::Media);
    EXPECT_STREQ(error.what(), "The file is no picture.");
}

TEST(Failure, CallsFailedAllocationsMemory) {
    for (const auto& failure : {std::make_exception_ptr(std::bad_alloc()),
                                std::make_exception_ptr(std::runtime_error(
                                    "CUDA out of memory. Tried to allocate 2 GiB\nframe #0: …")),
                                std::make_exception_ptr(std::runtime_error(
                                    "DefaultCPUAllocator: can't allocate memory: you tried …"))}) {
        const auto error = describe(failure);
        EXPECT_EQ(error.kind(), base::ErrorKind::Memory);
        EXPECT_NE(std::string(error.what()).find("while answering a question"), std::string::npos);
        EXPECT_EQ(std::string(error.what()).find("frame #0"), std::string::npos);
    }
}

TEST(Failure, NamesTheDeviceThatIsFullAndWhatWasWanted) {
    const auto full = describe(std::make_exception_ptr(std::runtime_error(
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 1 has a total capacity of 79.15 GiB "
        "of which 4.00 MiB is free.\nException raised from …")));
    EXPECT_EQ(full.kind(), base::ErrorKind::Memory);
    EXPECT_EQ(std::string(full.what())
                  .find("GPU 1 has no memory for another 20.00 MiB while "
                        "answering a question: "),
              0U)
        << full.what();
}

TEST(Failure, CallsABrokenGpuDevice) {
    const auto lost = describe(std::make_exception_ptr(
        std::runtime_error("CUDA error: unspecified launch failure\nCUDA kernel errors …")));
    EXPECT_EQ(lost.kind(), base::ErrorKind::Device);
    EXPECT_NE(std::string(lost.what()).find("unspecified launch failure"), std::string::npos);
}

TEST(Failure, GivesOneLineOfAnythingElse) {
    const auto error =
        describe(std::make_exception_ptr(std::runtime_error("shape mismatch\nframe #0: …")));
    EXPECT_EQ(error.kind(), base::ErrorKind::Internal);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("shape mismatch"), std::string::npos);
}

}  // namespace
}  // namespace univi::test
