// Spans of a trace: nested, on several threads, and none where nobody asked.
#include "core/base/trace.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/json.h"
#include "tests/support/scratch_folder.h"

namespace univi::base {
namespace {

using test::ScratchFolder;

Json written(const ScratchFolder& folder) {
    write_trace(folder / "trace.json");
    return read_json_file(folder / "trace.json", std::size_t{1} << 20).at("traceEvents");
}

TEST(Trace, HoldsSpansWithinTheirOuterOnes) {
    const ScratchFolder folder;
    start_trace();
    {
        const TraceSpan outer("outer");
        const TraceSpan inner("inner", "of \"two\"");
    }
    std::thread([] { const TraceSpan other("other"); }).join();
    const Json events = written(folder);
    ASSERT_EQ(events.size(), 3u);
    const Json &inner = events[0], &outer = events[1], &other = events[2];
    EXPECT_EQ(inner.at("name"), "inner");
    EXPECT_EQ(inner.at("args").at("detail"), "of \"two\"");
    EXPECT_EQ(outer.at("ph"), "X");
    EXPECT_EQ(inner.at("tid"), outer.at("tid"));
    EXPECT_NE(other.at("tid"), outer.at("tid"));
    const auto end = [](const Json& span) {
        return span.at("ts").get<double>() + span.at("dur").get<double>();
    };
    EXPECT_LE(outer.at("ts").get<double>(), inner.at("ts").get<double>());
    EXPECT_GE(end(outer), end(inner));
}

TEST(Trace, RecordsNothingUnasked) {
    const ScratchFolder folder;
    { const TraceSpan before("before"); }
    start_trace();
    EXPECT_TRUE(written(folder).empty());
    { const TraceSpan after("after"); }
    start_trace();
    EXPECT_TRUE(written(folder).empty());
}

/// A span that was open when the trace was written, or when another one began, is in neither.
TEST(Trace, LeavesOutSpansThatReachBeyondIt) {
    const ScratchFolder folder;
    start_trace();
    {
        const TraceSpan open("open");
        EXPECT_TRUE(written(folder).empty());
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        start_trace();
    }
    EXPECT_TRUE(written(folder).empty());
}

}  // namespace
}  // namespace univi::base
