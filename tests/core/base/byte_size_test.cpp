#include "core/base/byte_size.h"

#include <gtest/gtest.h>

namespace univi::base {
namespace {

TEST(ByteSize, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parse_byte_size("80GB"), 80'000'000'000);
    EXPECT_EQ(parse_byte_size("24GiB"), std::int64_t{24} << 30);
    EXPECT_EQ(parse_byte_size("1.5 MiB"), 3 << 19);
    EXPECT_EQ(parse_byte_size("512m"), 512'000'000);
    EXPECT_EQ(parse_byte_size("2T"), 2'000'000'000'000);
    for (const char* text : {"", "12", "GB", "-1GB", "1XB", "1GBs", "1GB 2", "0GB", "1e9TB"})
        EXPECT_FALSE(parse_byte_size(text)) << text;
}

}  // namespace
}  // namespace univi::base
