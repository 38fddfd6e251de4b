#include "core/base/exception_text.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace univi::base {
namespace {

TEST(ExceptionText, TheStackBehindTheFirstLineIsLeftOut) {
    EXPECT_EQ(first_line(std::runtime_error("shape mismatch\nframe #0: …\nframe #1: …")),
              "shape mismatch");
    EXPECT_EQ(first_line(std::runtime_error("one line")), "one line");
    EXPECT_EQ(first_line(std::runtime_error("")), "");
}

TEST(ExceptionText, ExhaustedMemoryIsKnownByTypeAndByWords) {
    EXPECT_TRUE(is_out_of_memory(std::bad_alloc()));
    for (const char* words : {"CUDA out of memory. Tried to allocate 2.00 GiB",
                              "DefaultCPUAllocator: can't allocate memory: you tried to allocate",
                              "not enough memory", "mmap: Cannot allocate memory"})
        EXPECT_TRUE(is_out_of_memory(std::runtime_error(words))) << words;
    EXPECT_FALSE(is_out_of_memory(std::runtime_error("the memory plan is wrong")));
}

}  // namespace
}  // namespace univi::base
