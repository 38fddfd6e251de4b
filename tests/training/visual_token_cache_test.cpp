#include "training/engine/visual_token_cache.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/crc32c.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;

VisualTokens some_tokens() {
    VisualTokens tokens{1, 3, 4, {}};
    for (int i = 0; i < 12; ++i) tokens.values.push_back(std::sin(static_cast<float>(i)) * 3);
    return tokens;
}

test::fs::path only_file(const test::fs::path& folder) {
    for (const auto& entry : test::fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) return entry.path();
    return {};
}

TEST(VisualTokenCache, GivesBackWhatWasStored) {
    ScratchFolder folder;
    test::write(folder / "a.png", "picture");
    for (const bool half : {false, true}) {
        const VisualTokenCache cache(folder / "cache", "recipe", half);
        EXPECT_FALSE(cache.find(folder / "a.png"));
        VisualTokens tokens = some_tokens();
        cache.store(folder / "a.png", tokens);
        const auto found = cache.find(folder / "a.png");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->values, tokens.values);  // rounded already when fp16
        EXPECT_EQ(found->rows, 3);
        for (std::size_t i = 0; i < 12; ++i)
            EXPECT_NEAR(tokens.values[i], some_tokens().values[i], half ? 2e-3 : 0);
    }
}

TEST(VisualTokenCache, AnotherRecipeOrAChangedFileIsAnotherEntry) {
    ScratchFolder folder;
    test::write(folder / "a.png", "picture");
    VisualTokens tokens = some_tokens();
    VisualTokenCache(folder / "cache", "tower 1", false).store(folder / "a.png", tokens);
    EXPECT_FALSE(VisualTokenCache(folder / "cache", "tower 2", false).find(folder / "a.png"));
    test::write(folder / "a.png", "longer picture");
    EXPECT_FALSE(VisualTokenCache(folder / "cache", "tower 1", false).find(folder / "a.png"));
}

TEST(VisualTokenCache, DamagedEntriesAreNotUsed) {
    ScratchFolder folder;
    test::write(folder / "a.png", "picture");
    const VisualTokenCache cache(folder / "cache", "recipe", false);
    VisualTokens tokens = some_tokens();
    cache.store(folder / "a.png", tokens);
    const auto file = only_file(folder / "cache");
    const std::string good = base::read_file(file);
    std::string flipped = good;
    flipped[40] = static_cast<char>(flipped[40] ^ 1);
    test::write(file, flipped);
    EXPECT_FALSE(cache.find(folder / "a.png"));
    test::write(file, good.substr(0, good.size() - 1));
    EXPECT_FALSE(cache.find(folder / "a.png"));
    test::write(file, good);
    EXPECT_TRUE(cache.find(folder / "a.png"));
}

TEST(VisualTokenCache, HalfPrecisionRoundsAsIeeeSays) {
    ScratchFolder folder;
    test::write(folder / "a.png", "picture");
    const VisualTokenCache cache(folder / "cache", "recipe", true);
    const float infinity = std::numeric_limits<float>::infinity();
    const float smallest = std::ldexp(1.0F, -24);  // subnormal
    VisualTokens tokens{
        1, 1, 8, {1, -2, 65504, 65520, 1 + 1.0F / 2048, 1 + 3.0F / 2048, smallest, NAN}};
    cache.store(folder / "a.png", tokens);
    const std::vector<float> values = cache.find(folder / "a.png").value().values;
    const std::vector<float> expected = {1, -2, 65504, infinity, 1, 1 + 1.0F / 512, smallest};
    EXPECT_EQ(std::vector(values.begin(), values.end() - 1), expected);  // ties to even
    EXPECT_TRUE(std::isnan(values.back()));
}

TEST(Crc32c, KnownValues) {
    const std::string check = "123456789";  // the catalogue's check value
    EXPECT_EQ(base::crc32c(std::as_bytes(std::span(check))), 0xe3069283U);
    const std::string zeros(32, '\0');  // RFC 3720, B.4
    EXPECT_EQ(base::crc32c(std::as_bytes(std::span(zeros))), 0x8a9136aaU);
}

}  // namespace
}  // namespace univi::training
