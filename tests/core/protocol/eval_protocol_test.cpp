#include "core/protocol/eval_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace univi::protocol::evaluation {
namespace {

TEST(EvaluationProtocol, EveryEventComesBackAsItWas) {
    const SetProgress progress{"random", 12, 3, 500, 1, 90.5, "/media/a.jpg"};
    const std::vector<Event> all = {LoadEvent{0.5, "reading weights"},
                                    StartEvent{progress},
                                    ProgressEvent{progress},
                                    UnansweredEvent{"random", 7, "/media/a.jpg", "No such file."},
                                    JudgeEvent{"random", 3, 8, 5, 1, 12.5},
                                    DevicesEvent{4},
                                    ResultsEvent{"/out/caf\xE9/results.json"},
                                    DoneEvent{}};
    ASSERT_EQ(all.size(), std::variant_size_v<Event>);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string line = to_line(all[i]);
        const auto back = parse_event(line);
        ASSERT_TRUE(back) << line;
        EXPECT_EQ(back->index(), i) << line;
        EXPECT_EQ(to_line(*back), line);
    }
    EXPECT_EQ(std::get<ResultsEvent>(*parse_event(to_line(all[6]))).file,
              "/out/caf\xE9/results.json");
    EXPECT_THAT(to_line(all[2]), testing::HasSubstr(R"("event":"progress")"));
    EXPECT_THAT(to_line(all[2]), testing::HasSubstr(R"("seconds_left":90.5,"set":"random")"));
    EXPECT_FALSE(parse_event(R"({"event":"sing"})"));
    EXPECT_THROW(parse_event(R"({"event":"progress","set":"a"})"), base::Error);
}

}  // namespace
}  // namespace univi::protocol::evaluation
