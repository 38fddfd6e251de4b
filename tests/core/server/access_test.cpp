#include "core/server/access.h"

#include <gtest/gtest.h>

#include "tests/core/server/errors.h"

namespace univi::test {
namespace {

using server::Access;
using server::is_loopback;

TEST(Access, KnowsTheNamesOfThisMachine) {
    for (const char* host : {"localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"})
        EXPECT_TRUE(is_loopback(host)) << host;
    for (const char* host :
         {"0.0.0.0", "::", "192.168.1.2", "127.0.0.1.evil.org", "localhost.evil.org", ""})
        EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Access, AsksForTheKeyWhereThereIsOne) {
    const Access open("", {}), locked("secret", {});
    EXPECT_NO_THROW(open.check_key(""));
    EXPECT_NO_THROW(locked.check_key("Bearer secret"));
    for (const char* wrong :
         {"", "secret", "Bearer", "Bearer secre", "Bearer secrets", "bearer secret"})
        EXPECT_EQ(refusal_of([&] { locked.check_key(wrong); }).status, 401) << wrong;
}

TEST(Access, LetsPagesOfThisMachineAndNamedOnesAsk) {
    const Access access("", {"https://chat.example.org"});
    for (const char* fine : {"", "http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443",
                             "https://chat.example.org"})
        EXPECT_NO_THROW(access.check_origin(fine)) << fine;
    for (const char* wrong : {"null", "https://example.org", "http://localhost.evil.org:3000",
                              "https://chat.example.org.evil.org", "file://localhost"})
        EXPECT_EQ(refusal_of([&] { access.check_origin(wrong); }).status, 403) << wrong;
    EXPECT_NO_THROW(Access("", {"*"}).check_origin("https://example.org"));
}

/// Without a key a page may not reach the server through a name of its own.
TEST(Access, AnswersToNamesOfThisMachineUnlessThereIsAKey) {
    const Access open("", {}), locked("secret", {});
    EXPECT_NO_THROW(open.check_host("localhost:8080"));
    EXPECT_NO_THROW(open.check_host("[::1]:8080"));
    EXPECT_EQ(refusal_of([&] { open.check_host("evil.org:8080"); }).status, 403);
    EXPECT_EQ(refusal_of([&] { open.check_host(""); }).status, 403);
    EXPECT_NO_THROW(locked.check_host("my.server:8080"));
}

}  // namespace
}  // namespace univi::test
