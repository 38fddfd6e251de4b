// Where the tokens of media go is in placement_test.cpp.
#include "core/model/splice.h"

#include "tests/core/model/placed_prompt.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

using Ints = std::vector<std::int32_t>;

struct Spliced {
    LanguageModel language = random_language(small_config());
    MediaTokens medium(int placeholders, int count, float value) const {
        return {placeholders, at::full({count, 64}, value)};
    }
    at::Tensor embedding(std::int64_t id) const {
        return language.embed(at::tensor({id}, c10::kLong))[0];
    }
};

TEST(Splice, EachSlotIsItsWordOrItsVisualToken) {
    const Spliced s;
    const Ints ids{1, 5, kPlaceholder, 6, kPlaceholder, kPlaceholder, kPlaceholder, 7};
    const at::Tensor embeds = place_and_splice(
        s.language, ids, {s.medium(1, 2, 1), s.medium(3, 3, 2)}, VisualOrder::Interleaved);
    ASSERT_EQ(embeds.sizes(), (at::IntArrayRef{9, 64}));
    EXPECT_TRUE(at::equal(embeds[1], s.embedding(5)));
    EXPECT_TRUE(at::equal(embeds[3], at::full({64}, 1.0f)));
    EXPECT_TRUE(at::equal(embeds[4], s.embedding(6)));
    EXPECT_TRUE(at::equal(embeds[5], at::full({64}, 2.0f)));
    EXPECT_TRUE(at::equal(embeds[8], s.embedding(7)));
}

TEST(Splice, SlotsMayNameSomeOfAMediumsTokens) {
    const Spliced s;
    const at::Tensor tokens = at::arange(4).to(at::kFloat).unsqueeze(1).expand({4, 64});
    const at::Tensor embeds = splice(s.language, {1}, {{-1, 0}, {0, 2}, {0, 3}}, {tokens});
    ASSERT_EQ(embeds.size(0), 3);
    EXPECT_TRUE(at::equal(embeds[1], tokens[2]));
    EXPECT_TRUE(at::equal(embeds[2], tokens[3]));
}

TEST(Splice, ATokenMayBeLeftOutInTheMiddle) {
    const Spliced s;
    const at::Tensor tokens = at::arange(4).to(at::kFloat).unsqueeze(1).expand({4, 64});
    const at::Tensor embeds = splice(s.language, {1}, {{0, 0}, {0, 2}, {0, 3}, {-1, 0}}, {tokens});
    ASSERT_EQ(embeds.size(0), 4);
    for (const int i : {0, 1, 2})
        EXPECT_TRUE(at::equal(embeds[i], tokens[i == 0 ? 0 : i + 1])) << i;
}

TEST(Splice, TokensOfAnotherWidthAndEmptyPromptsAreRefused) {
    const Spliced s;
    EXPECT_NE(error_of([&] { splice(s.language, {1}, {{0, 0}}, {at::zeros({1, 32})}); }), "");
    EXPECT_NE(error_of([&] { splice(s.language, {}, {}, {}); }), "");
}

TEST(Splice, GradientsReachTheVisualTokens) {
    const Spliced s;
    MediaTokens medium = s.medium(1, 2, 1);
    medium.tokens.requires_grad_(true);
    place_and_splice(s.language, {1, kPlaceholder, 2}, {medium}, VisualOrder::Interleaved)
        .sum()
        .backward();
    EXPECT_TRUE(at::equal(medium.tokens.grad(), at::ones({2, 64})));
}

}  // namespace
}  // namespace univi::model::test
