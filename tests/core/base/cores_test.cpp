#include "core/base/cores.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace univi::base {
namespace {

TEST(Cores, ThreadsAreWhatIsAskedForOrAShareOfTheCores) {
    const int cores = count_cores();
    EXPECT_GE(cores, 1);
    EXPECT_EQ(choose_threads(3), 3);
    EXPECT_EQ(choose_threads(3, 2), 3);
    EXPECT_EQ(choose_threads(100'000), 1024);
    EXPECT_EQ(choose_threads(0), cores);
    EXPECT_EQ(choose_threads(0, cores), 1);
    EXPECT_EQ(choose_threads(0, 10 * cores), 1);
    EXPECT_THROW(choose_threads(-1), Error);
}

}  // namespace
}  // namespace univi::base
