#include "training/engine/dataset.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::TemporaryFolder;
using ::testing::HasSubstr;

TEST(Dataset, GoldenSamples) {
    TemporaryFolder folder;
    const Dataset dataset = Dataset::load(test::golden_datasets(folder), "stage2");
    ASSERT_EQ(dataset.items().size(), 8U);
    EXPECT_EQ(dataset.items()[4].media, DataItem::Media::Video);
    EXPECT_EQ(dataset.items()[5].media, DataItem::Media::None);
    EXPECT_EQ(dataset.items()[6].names.size(), 2U);
    EXPECT_EQ(dataset.find_medium(dataset.items()[0], "messi5.jpg"), test::golden() / "inputs/messi5.jpg");
    EXPECT_TRUE(dataset.find_medium(dataset.items()[0], "none.jpg").empty());
    EXPECT_THAT(dataset.describe(dataset.items()[4]), HasSubstr("item 4 (id 8)"));
    EXPECT_EQ(Dataset::load(test::golden_datasets(folder), "stage1+stage2").items().size(), 16U);
}

TEST(Dataset, PathsAreRelativeToTheListAndFoldersTriedInOrder) {
    TemporaryFolder folder;
    test::fs::create_directories(folder / "a");
    test::fs::create_directories(folder / "b");
    test::write(folder / "b/x.png", "x");
    test::write(folder / "chat.json", R"([{"image": "x.png", "conversations": [{"from": "human", "value": "<image>"},
                                          {"from": "gpt", "value": "ok"}]}])");
    test::write(folder / "d.json", R"({"D": [{"chat_path": "chat.json", "A": "a", "B": "b"}]})");
    const Dataset dataset = Dataset::load(folder / "d.json", "D");
    EXPECT_EQ(dataset.find_medium(dataset.items()[0], "x.png"), folder / "b/x.png");
}

struct BadItem {
    const char* json;
    const char* says;
};

class BadDataset : public ::testing::TestWithParam<BadItem> {};

TEST_P(BadDataset, IsRefusedByFileAndItem) {
    TemporaryFolder folder;
    test::write(folder / "chat.json", std::string("[") + R"({"conversations": [{"from": "human", "value": "q"},
                {"from": "gpt", "value": "a"}]},)" + GetParam().json + "]");
    try {
        Dataset::from_source({folder / "chat.json", {}}).item(1);
        FAIL() << "accepted: " << GetParam().json;
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Format);
        EXPECT_THAT(error.what(), HasSubstr("chat.json:2, item 1"));
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Items, BadDataset,
    ::testing::Values(
        BadItem{"5", "no JSON object"}, BadItem{R"({"id": 3})", "(id 3) has no list"},
        BadItem{R"({"conversations": []})", "no list"},
        BadItem{R"({"conversations": [{"from": "human"}]})", "\"value\""},
        BadItem{R"({"conversations": [{"from": "user", "value": "q"}]})", "\"user\""},
        BadItem{R"({"conversations": [{"from": "human", "value": "q"}, {"from": "human", "value": "q"}]})", "take turns"},
        BadItem{R"({"image": "../x", "conversations": [{"from": "human", "value": "q"}]})", "leads out"},
        BadItem{R"({"image": "/etc/passwd", "conversations": [{"from": "human", "value": "q"}]})", "leads out"},
        BadItem{R"({"image": 7, "conversations": [{"from": "human", "value": "q"}]})", "no file name"},
        BadItem{R"({"image": "a", "video": "b", "conversations": [{"from": "human", "value": "q"}]})", "both"},
        BadItem{R"({"image": "a", "conversations": [{"from": "human", "value": "<image><image>"}]})", "1 pictures"},
        BadItem{R"({"conversations": [{"from": "human", "value": "<video>"}]})", "no video"}));

TEST(Dataset, UnknownNameListsTheKnownOnes) {
    TemporaryFolder folder;
    try {
        Dataset::load(test::golden_datasets(folder), "FINETUNE");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("stage1, stage2"));
    }
}

TEST(Dataset, FingerprintSeesOrderAndContent) {
    TemporaryFolder folder;
    const auto file = test::golden_datasets(folder);
    EXPECT_EQ(Dataset::load(file, "stage1").fingerprint(), Dataset::load(file, "stage1").fingerprint());
    EXPECT_NE(Dataset::load(file, "stage1").fingerprint(), Dataset::load(file, "stage2").fingerprint());
    EXPECT_NE(Dataset::load(file, "stage1+stage2").fingerprint(), Dataset::load(file, "stage2+stage1").fingerprint());
}

}  // namespace
}  // namespace univi::training
