#include "core/model/splice.h"

#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

constexpr std::int32_t kImage = -200;

struct Spliced {
    LanguageModel language = random_language(small_config());
    MediaTokens medium(int placeholders, int count, float value) const {
        return {placeholders, at::full({count, 64}, value)};
    }
};

using Ints = std::vector<std::int32_t>;

TEST(Splice, InterleavedPutsEachMediumAtItsPlaceholder) {
    const Spliced s;
    const Ints ids{1, 5, kImage, 6, kImage, kImage, kImage, 7};
    const auto out =
        splice(s.language, ids, {s.medium(1, 2, 1), s.medium(3, 3, 2)}, VisualOrder::Interleaved);
    EXPECT_EQ(out.origin, (Ints{1, 5, -1, -1, 6, -2, -2, -2, 7}));
    ASSERT_EQ(out.embeds.size(0), 9);
    EXPECT_TRUE(at::equal(out.embeds[3], at::full({64}, 1.0f)));
    EXPECT_TRUE(at::equal(out.embeds[5], at::full({64}, 2.0f)));
    EXPECT_TRUE(at::equal(out.embeds[8], s.language.embed(at::tensor({7}, c10::kLong))[0]));
}

TEST(Splice, ReferenceRepeatsTheHeadAndDropsTheMiddle) {
    const Spliced s;
    const Ints ids{1, 5, kImage, 6, kImage, 7};
    const auto out =
        splice(s.language, ids, {s.medium(1, 2, 1), s.medium(1, 1, 2)}, VisualOrder::Reference);
    EXPECT_EQ(out.origin, (Ints{1, 5, -1, -1, 1, 5, -2, 7}));
}

TEST(Splice, OneRunIsTheSameInBoth) {
    const Spliced s;
    const Ints ids{1, kImage, kImage, 7};
    for (const auto order : {VisualOrder::Interleaved, VisualOrder::Reference}) {
        const auto out = splice(s.language, ids, {s.medium(1, 1, 1), s.medium(1, 1, 2)}, order);
        EXPECT_EQ(out.origin, (Ints{1, -1, -2, 7}));
    }
    EXPECT_EQ(splice(s.language, {1, 2}, {}, VisualOrder::Reference).origin, (Ints{1, 2}));
}

TEST(Splice, MismatchesAreRefused) {
    const Spliced s;
    const auto refused = [&](const Ints& ids, const std::vector<MediaTokens>& media) {
        return !error_of([&] { splice(s.language, ids, media, VisualOrder::Interleaved); }).empty();
    };
    EXPECT_TRUE(refused({1, kImage}, {}));
    EXPECT_TRUE(refused({1, 2}, {s.medium(1, 1, 1)}));
    EXPECT_TRUE(refused({1, kImage, 2, kImage}, {s.medium(2, 1, 1)}));
    EXPECT_TRUE(refused({1, kImage}, {s.medium(0, 1, 1)}));
    EXPECT_FALSE(refused({kImage}, {s.medium(1, 1, 1)}));
}

TEST(Splice, GradientsReachTheVisualTokens) {
    const Spliced s;
    MediaTokens medium = s.medium(1, 2, 1);
    medium.tokens.requires_grad_(true);
    splice(s.language, {1, kImage, 2}, {medium}, VisualOrder::Interleaved).embeds.sum().backward();
    EXPECT_TRUE(at::equal(medium.tokens.grad(), at::ones({2, 64})));
}

}  // namespace
}  // namespace univi::model::test
