#include "core/protocol/attention_sinks.h"

#include <gtest/gtest.h>

namespace univi::protocol {
namespace {

/// What each of `words` words pays to 20 positions: 0.3 to position 2, and 0.3 to one of its own.
AttentionSinks sinks_of(int words) {
    AttentionSinks out;
    for (int word = 0; word < words; ++word) {
        std::vector<float> shares(20, 0.02F);
        shares[2] = 0.3F;
        shares[static_cast<std::size_t>(5 + word)] = 0.3F;
        out.add(shares);
    }
    return out;
}

TEST(AttentionSinks, APositionThatEveryWordLooksAtIsOneAndOneWordsOwnIsNot) {
    const AttentionSinks sinks = sinks_of(10);
    EXPECT_EQ(sinks.found(), std::vector<int>{2});
    EXPECT_NEAR(sinks.mean(2), 0.3, 1e-6);
    EXPECT_NEAR(sinks.mean(5), 0.1 * 0.3 + 0.9 * 0.02, 1e-6);
}

TEST(AttentionSinks, FewWordsTellNothing) {
    EXPECT_TRUE(sinks_of(AttentionSinks::kLeastWords - 1).found().empty());
    EXPECT_EQ(sinks_of(AttentionSinks::kLeastWords).found(), std::vector<int>{2});
    EXPECT_TRUE(AttentionSinks().found().empty());
    EXPECT_EQ(AttentionSinks().mean(0), 0);
}

TEST(AttentionSinks, OneWordOfTenMayLookElsewhere) {
    AttentionSinks sinks = sinks_of(9);
    sinks.add(std::vector<float>(20, 0.05F));
    EXPECT_EQ(sinks.found(), std::vector<int>{2});
    sinks.add(std::vector<float>(20, 0.05F));
    EXPECT_TRUE(sinks.found().empty());
}

TEST(AttentionSinks, WordsThatLookAtNothingOrHaveOtherPositionsAreLeftOut) {
    AttentionSinks sinks = sinks_of(6);
    sinks.add(std::vector<float>(20, 0.0F));
    sinks.add(std::vector<float>(7, 0.1F));
    sinks.add({});
    EXPECT_EQ(sinks.found(), std::vector<int>{2});
}

TEST(AttentionSinks, EqualSharesAreNone) {
    AttentionSinks sinks;
    for (int word = 0; word < 10; ++word) sinks.add(std::vector<float>(20, 0.05F));
    EXPECT_TRUE(sinks.found().empty());
}

}  // namespace
}  // namespace univi::protocol
