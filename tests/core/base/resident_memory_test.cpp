#include "core/base/resident_memory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace univi {
namespace {

TEST(ResidentMemory, FollowsWhatThisProcessTouches) {
    const auto before = base::resident_memory();
    ASSERT_TRUE(before);
    EXPECT_GT(*before, 1 << 20);
    constexpr std::size_t kBytes = std::size_t{64} << 20;
    const std::vector<char> touched(kBytes, 1);
    EXPECT_GT(*base::resident_memory(), *before + std::int64_t(kBytes * 9 / 10));
    EXPECT_EQ(touched.back(), 1);
}

TEST(ResidentMemory, OfAnotherProcessWhileItLives) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        char byte = 0;
        ::close(ends[1]);
        [[maybe_unused]] const ssize_t got = ::read(ends[0], &byte, 1);
        ::_exit(0);
    }
    ::close(ends[0]);
    EXPECT_GT(base::resident_memory(child).value_or(0), 0);
    ::close(ends[1]);
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(base::resident_memory(child));
    EXPECT_FALSE(base::resident_memory(-1));
}

}  // namespace
}  // namespace univi
