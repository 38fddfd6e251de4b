#include "core/base/child_process.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace univi::base {
namespace {

using Stream = ChildOptions::Stream;
constexpr std::chrono::milliseconds kPatience{20000};

std::string all_of(ChildProcess& child) {
    std::string text;
    while (const auto bytes = child.read(kPatience)) text += *bytes;
    return text;
}

TEST(ChildProcess, GivesOutputErrorsAndExitCode) {
    ChildProcess child({"sh", "-c", "echo out; echo err >&2; exit 3"},
                       {.output = Stream::Pipe, .errors = Stream::Pipe});
    EXPECT_EQ(all_of(child), "out\nerr\n");
    EXPECT_EQ(child.wait(), 3);
    EXPECT_EQ(child.ended(), 3);
}

TEST(ChildProcess, HasVariablesOfItsOwnAndNoInput) {
    ::setenv("UNIVI_TEST_KEPT", "kept", 1);
    ::setenv("UNIVI_TEST_CHANGED", "before", 1);
    ChildProcess child({"sh", "-c", "cat; echo $UNIVI_TEST_KEPT $UNIVI_TEST_CHANGED"},
                       {.input = Stream::Null,
                        .output = Stream::Pipe,
                        .environment = {"UNIVI_TEST_CHANGED=after"}});
    EXPECT_EQ(all_of(child), "kept after\n");
    EXPECT_EQ(child.wait(), 0);
}

TEST(ChildProcess, NamesAProgramThatIsNotThere) {
    try {
        ChildProcess child({"univi-no-such-program"});
        FAIL() << "started";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(),
                     "The program univi-no-such-program could not be started: No such file or "
                     "directory.");
    }
}

TEST(ChildProcess, ASignalReachesTheWholeGroup) {
    ChildProcess child({"sh", "-c", "sleep 600 & echo ready; wait"},
                       {.output = Stream::Pipe, .own_group = true});
    EXPECT_EQ(child.read(kPatience), "ready\n");
    EXPECT_FALSE(child.ended());
    child.signal(SIGTERM);
    EXPECT_EQ(all_of(child), "");  // ends when the last process that holds the pipe is gone
    EXPECT_EQ(child.wait(), 128 + SIGTERM);
}

TEST(ChildProcess, ALeftChildIsEnded) {
    { const ChildProcess left({"sleep", "600"}); }  // does not come back before its end
    ChildProcess watcher({"true"});
    {
        ChildProcess child({"sleep", "600"}, {.end_signal = SIGTERM});
        ChildProcess moved = std::move(child);
        watcher = std::move(moved);
    }
    EXPECT_FALSE(watcher.ended());
    watcher.signal(SIGTERM);
    EXPECT_EQ(watcher.wait(), 128 + SIGTERM);
}

}  // namespace
}  // namespace univi::base
