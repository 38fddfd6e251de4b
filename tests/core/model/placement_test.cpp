#include "core/model/placement.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace univi::model {
namespace {

using Ints = std::vector<std::int32_t>;
using Media = std::vector<MediumRows>;

/// "3" is the id at place 3, "1:0" the first visual token of medium 1.
std::string to_text(const PlacedTokens& placed) {
    std::string out;
    for (const Slot& slot : placed.slots)
        out += (out.empty() ? "" : " ") +
               (slot.medium < 0 ? "" : std::to_string(slot.medium) + ":") +
               std::to_string(slot.index);
    return out;
}

TEST(Placement, EachMediumStandsAtItsPlaceholders) {
    const Ints ids{1, 5, kPlaceholder, 6, kPlaceholder, kPlaceholder, kPlaceholder, 7};
    const Ints labels{kNoLabel, 5, kNoLabel, 6, kNoLabel, kNoLabel, kNoLabel, 7};
    const auto placed = place_tokens(ids, Media{{1, 2}, {3, 3}}, VisualOrder::Interleaved, labels);
    EXPECT_EQ(to_text(placed), "0 1 0:0 0:1 3 1:0 1:1 1:2 7");
    EXPECT_EQ(placed.labels,
              (Ints{kNoLabel, 5, kNoLabel, kNoLabel, 6, kNoLabel, kNoLabel, kNoLabel, 7}));
}

/// The head comes again, the middle goes; the labels are cut behind the last placeholder at the
/// first run already, as upstream cuts them, and what is left over is dropped.
TEST(Placement, ReferenceRepeatsTheHeadAndShiftsTheLabels) {
    const Ints ids{1, 5, kPlaceholder, 6, kPlaceholder, 7, 8},
        labels{1, 5, kNoLabel, 6, kNoLabel, 7, 8};
    const auto placed = place_tokens(ids, Media{{1, 2}, {1, 1}}, VisualOrder::Reference, labels);
    EXPECT_EQ(to_text(placed), "0 1 0:0 0:1 0 1 1:0 5 6");
    EXPECT_EQ(placed.labels, (Ints{1, 5, kNoLabel, kNoLabel, 7, 8, kNoLabel, kNoLabel, kNoLabel}));
}

TEST(Placement, OneRunIsTheSameInBothAndLabelsAreOptional) {
    const Ints ids{1, kPlaceholder, kPlaceholder, 7};
    for (const auto order : {VisualOrder::Interleaved, VisualOrder::Reference}) {
        const auto placed = place_tokens(ids, Media{{1, 1}, {1, 2}}, order);
        EXPECT_EQ(to_text(placed), "0 0:0 1:0 1:1 3");
        EXPECT_TRUE(placed.labels.empty());
        EXPECT_EQ(to_text(place_tokens(Ints{1, 2}, Media{}, order)), "0 1");
    }
}

TEST(Placement, MediaThatDoNotFillTheRunsAreRefused) {
    const auto refused = [](const Ints& ids, const Media& media) {
        try {
            place_tokens(ids, media, VisualOrder::Interleaved);
            return false;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Model);
            return true;
        }
    };
    EXPECT_TRUE(refused({1, kPlaceholder}, {}));
    EXPECT_TRUE(refused({1, 2}, {{1, 1}}));
    EXPECT_TRUE(refused({1, kPlaceholder, 2, kPlaceholder}, {{2, 1}}));
    EXPECT_TRUE(refused({1, kPlaceholder}, {{0, 1}}));
    EXPECT_FALSE(refused({kPlaceholder}, {{1, 1}}));
}

}  // namespace
}  // namespace univi::model
