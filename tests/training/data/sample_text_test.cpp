#include "training/data/sample_text.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/training/training_support.h"

namespace univi::training {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::Ne;

class SampleTextTest : public ::testing::Test {
  protected:
    SampleTextTest() { tokenizer.set_legacy(true); }

    static DataItem item(const std::string& question, const std::string& answer,
                         std::vector<std::string> names = {},
                         DataItem::Media media = DataItem::Media::Pictures) {
        DataItem result;
        result.messages = {{"human", question}, {"gpt", answer}};
        result.media = names.empty() ? DataItem::Media::None : media;
        result.names = std::move(names);
        return result;
    }

    SampleText judged(const DataItem& item, std::int64_t longest = 2048,
                      const FoundMedia& found = {}, const char* version = "v1") const {
        return judge(item, tokenizer, {text::find_template(version), longest}, found);
    }

    text::Tokenizer tokenizer = text::Tokenizer::load(test::golden() / "models/tinyA-base");
};

TEST_F(SampleTextTest, LearnsItsAnswers) {
    const SampleText text = judged(item("<image>\nWhat?", "A cup.", {"a.jpg"}));
    EXPECT_EQ(text.verdict(), Verdict::Learns);
    EXPECT_TRUE(text.shows_media);
    EXPECT_EQ(text.slots, 1);
    EXPECT_EQ(text.kept, static_cast<std::int64_t>(text.ids.size()));
    EXPECT_EQ(text.learned(), text.label_count);
    EXPECT_EQ(text.label_count,
              static_cast<std::int64_t>(text.labels.size()) -
                  std::count(text.labels.begin(), text.labels.end(), text::kIgnoreLabel));
    EXPECT_THAT(text.labels, Contains(Ne(text::kIgnoreLabel)));
}

TEST_F(SampleTextTest, AVideoTakesASlotAFrame) {
    const DataItem clip = item("<video>\nWhat?", "A car.", {"a.mp4"}, DataItem::Media::Video);
    EXPECT_EQ(judged(clip, 2048, {7}).slots, 7);
    EXPECT_EQ(judged(clip, 2048, {7}).verdict(), Verdict::Learns);
}

/// Media that no placeholder shows are not read: it does not matter that they are missing.
TEST_F(SampleTextTest, MediaThatAreNotShownDoNotMatter) {
    const DataItem unused = item("What?", "A cup.", {"a.jpg"});
    EXPECT_FALSE(shows_media(unused));
    const SampleText text = judged(unused, 2048, {1, /*is_missing=*/true});
    EXPECT_EQ(text.verdict(), Verdict::Learns);
    EXPECT_FALSE(text.lacks_media);
    EXPECT_EQ(text.slots, 0);
}

TEST_F(SampleTextTest, AMissingPictureTakesTheLoss) {
    const SampleText text =
        judged(item("<image>\nWhat?", "A cup.", {"a.jpg"}), 2048, {1, /*is_missing=*/true});
    EXPECT_EQ(text.verdict(), Verdict::LacksMedia);
    EXPECT_THAT(text.labels, Each(text::kIgnoreLabel));
    EXPECT_GT(text.label_count, 0);
    EXPECT_EQ(text.learned(), 0);
}

TEST_F(SampleTextTest, APictureBehindTheLongestSampleTakesTheLoss) {
    DataItem two = item("<image>\nWhat?", "A cup.", {"a.jpg", "b.jpg"});
    two.messages.push_back({"human", "<image>\nAnd here?"});
    two.messages.push_back({"gpt", "A ship."});
    const SampleText whole = judged(two);
    ASSERT_EQ(whole.verdict(), Verdict::Learns);
    const auto last = std::find(whole.ids.rbegin(), whole.ids.rend(), text::kImageToken);
    const std::int64_t behind = whole.ids.rend() - last;  // tokens up to the second picture
    EXPECT_EQ(judged(two, behind).verdict(), Verdict::Learns);
    const SampleText cut = judged(two, behind - 1);
    EXPECT_EQ(cut.verdict(), Verdict::CutsMedia);
    EXPECT_EQ(cut.slots, 1);
    EXPECT_EQ(cut.kept, behind - 1);
    EXPECT_THAT(cut.labels, Each(text::kIgnoreLabel));
    // Placeholders that the template leaves out are cut off too.
    const DataItem clip = item("<video>\nWhat?", "A car.", {"a.mp4"}, DataItem::Media::Video);
    EXPECT_EQ(judged(clip, 2048, {7}, "plain").verdict(), Verdict::CutsMedia);
}

TEST_F(SampleTextTest, AnEmptyAnswerAndACutOneTeachNothing) {
    EXPECT_EQ(judged(item("What?", "See </s> there.")).verdict(), Verdict::RoundsMismatch);
    const SampleText cut = judged(item("What?", "A cup."), 8);
    EXPECT_EQ(cut.verdict(), Verdict::NothingToLearn);
    EXPECT_EQ(cut.kept, 8);
}

TEST_F(SampleTextTest, ATextThatDoesNotFitItsTemplateIsRefused) {
    EXPECT_THROW(judged(item("What?", "A cup."), 2048, {}, "plain"), base::Error);
}

}  // namespace
}  // namespace univi::training
