#include "training/engine/batch.h"

#include <gmock/gmock.h>

namespace univi::training {
namespace {

using ::testing::ElementsAre;

constexpr auto kSlot = text::kImageToken;

Sample make_sample(std::vector<std::int32_t> ids, std::vector<std::int32_t> labels,
                   std::vector<std::int32_t> media) {
    Sample sample;
    sample.ids = std::move(ids);
    sample.labels = std::move(labels);
    for (const auto placeholders : media) {
        sample.media.emplace_back();
        sample.media.back().placeholders = placeholders;
    }
    return sample;
}

TEST(BatchLayout, TextAloneAndPadding) {
    const auto layout = lay_out_batch(
        {make_sample({1, 5, 6}, {-100, 5, 6}, {}), make_sample({1, 7}, {-100, 7}, {})}, {{}, {}},
        model::VisualOrder::Interleaved);
    EXPECT_EQ(layout.length, 3);
    EXPECT_THAT(layout.text_ids, ElementsAre(1, 5, 6, 1, 7));
    EXPECT_THAT(layout.gather, ElementsAre(0, 1, 2, 3, 4, 5));  // row 5 is the zero row
    EXPECT_THAT(layout.predictors, ElementsAre(0, 1, 3));
    EXPECT_THAT(layout.targets, ElementsAre(5, 6, 7));
    EXPECT_EQ(layout.num_tokens(), 5);
}

TEST(BatchLayout, PictureAndVideoStandWhereTheirSlotsAre) {
    // A picture of 2 tokens, then a video of 3 slots and 2 tokens.
    const auto layout = lay_out_batch({make_sample({1, kSlot, 5, kSlot, kSlot, kSlot, 6},
                                                   {-100, -100, 5, -100, -100, -100, 6}, {1, 3})},
                                      {{2, 2}}, model::VisualOrder::Interleaved);
    EXPECT_EQ(layout.length, 7);
    // text rows 0..2, visual rows 3..6
    EXPECT_THAT(layout.gather, ElementsAre(0, 3, 4, 1, 5, 6, 2));
    EXPECT_THAT(layout.predictors, ElementsAre(2, 5));
    EXPECT_THAT(layout.targets, ElementsAre(5, 6));
}

TEST(BatchLayout, VisualRowsOfLaterSamplesComeAfter) {
    const auto layout = lay_out_batch(
        {make_sample({kSlot, 5}, {-100, 5}, {1}), make_sample({kSlot, 6}, {-100, 6}, {1})},
        {{1}, {2}}, model::VisualOrder::Interleaved);
    EXPECT_THAT(layout.gather, ElementsAre(2, 0, 5, 3, 4, 1));
}

TEST(BatchLayout, ReferenceRepeatsTheTextBeforeTheFirstRun) {
    const auto layout = lay_out_batch(
        {make_sample({1, kSlot, 5, kSlot, 6, 7}, {-100, -100, -100, -100, 6, 7}, {1, 1})}, {{1, 1}},
        model::VisualOrder::Reference);
    EXPECT_THAT(layout.text_ids, ElementsAre(1, 1, 6, 7));
    EXPECT_THAT(layout.gather, ElementsAre(0, 4, 1, 5, 2, 3));
    // Upstream cuts the labels behind the last placeholder at the first run already: they come to
    // stand too early.
    EXPECT_THAT(layout.predictors, ElementsAre(1));
    EXPECT_THAT(layout.targets, ElementsAre(6));
}

TEST(BatchLayout, NoTargetsNoLoss) {
    const auto layout = lay_out_batch({make_sample({1, 2}, {-100, -100}, {})}, {{}},
                                      model::VisualOrder::Interleaved);
    EXPECT_TRUE(layout.targets.empty());
}

}  // namespace
}  // namespace univi::training
