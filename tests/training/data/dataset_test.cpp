#include "training/data/dataset.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/training/training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;

TEST(Dataset, GoldenSamples) {
    ScratchFolder folder;
    const Dataset dataset = Dataset::load(test::golden_datasets(folder), "stage2");
    ASSERT_EQ(dataset.items().size(), 8U);
    EXPECT_EQ(dataset.items()[4].media, DataItem::Media::Video);
    EXPECT_EQ(dataset.items()[5].media, DataItem::Media::None);
    EXPECT_EQ(dataset.items()[6].names.size(), 2U);
    EXPECT_EQ(dataset.find_medium(dataset.items()[0], "messi5.jpg"),
              test::golden() / "inputs/messi5.jpg");
    EXPECT_TRUE(dataset.find_medium(dataset.items()[0], "none.jpg").empty());
    EXPECT_THAT(dataset.describe(dataset.items()[4]), HasSubstr("item 4 (id 8)"));
    EXPECT_EQ(Dataset::load(test::golden_datasets(folder), "stage1+stage2").items().size(), 16U);
}

TEST(Dataset, PathsAreRelativeToTheListAndFoldersTriedInOrder) {
    ScratchFolder folder;
    test::fs::create_directories(folder / "a");
    test::fs::create_directories(folder / "b");
    test::write(folder / "b/x.png", "x");
    test::write(folder / "chat.json",
                R"([{"image": "x.png", "conversations": [{"from": "human", "value": "<image>"},
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
    ScratchFolder folder;
    test::write(folder / "chat.json", std::string("[") +
                                          R"({"conversations": [{"from": "human", "value": "q"},
                {"from": "gpt", "value": "a"}]},)" +
                                          GetParam().json + "]");
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
        BadItem{R"({"conversations": [{"from": "tool", "value": "q"}]})", "\"tool\""},
        BadItem{R"({"conversations": [{"from": "system", "value": "q"}]})",
                "no message from human"},
        BadItem{
            R"({"messages": [{"role": "user", "content": "q"}, {"role": "system", "content": "s"}]})",
            "not the first"},
        BadItem{R"({"messages": [{"role": "user", "content": 5}]})", "no text"},
        BadItem{R"({"messages": [{"role": "user", "content": [{"type": "audio"}]}]})",
                "neither text"},
        BadItem{R"({"image": "", "conversations": [{"from": "human", "value": "<image>\nq"}]})",
                "0 pictures"},
        BadItem{R"({"image": ["a", ""], "conversations": [{"from": "human", "value": "q"}]})",
                "no file name"},
        BadItem{
            R"({"image": "https://x/a.jpg", "conversations": [{"from": "human", "value": "q"}]})",
            "download it"},
        BadItem{R"({"image": "C:\\a.jpg", "conversations": [{"from": "human", "value": "q"}]})",
                "Windows"},
        BadItem{
            R"({"conversations": [{"from": "human", "value": "q"}, {"from": "human", "value": "q"}]})",
            "take turns"},
        BadItem{R"({"image": "../x", "conversations": [{"from": "human", "value": "q"}]})",
                "leads out"},
        BadItem{R"({"image": "/etc/passwd", "conversations": [{"from": "human", "value": "q"}]})",
                "allow_absolute_media"},
        BadItem{R"({"image": 7, "conversations": [{"from": "human", "value": "q"}]})",
                "no file name"},
        BadItem{
            R"({"image": "a", "video": "b", "conversations": [{"from": "human", "value": "q"}]})",
            "both"},
        BadItem{
            R"({"image": "a", "conversations": [{"from": "human", "value": "<image><image>"}]})",
            "1 pictures"},
        BadItem{R"({"conversations": [{"from": "human", "value": "<video>"}]})", "no video"}));

DataItem item_of(const std::string& json, bool allow_absolute_media = false) {
    ScratchFolder folder;
    test::write(folder / "chat.json", "[" + json + "]");
    return Dataset::from_source({folder / "chat.json", {}, allow_absolute_media}).item(0);
}

/// The common form of chats gives the same conversation as the reference's.
TEST(Dataset, TheCommonFormOfChatsIsRead) {
    const char* forms[] = {
        R"({"conversations": [{"from": "user", "value": "<image>\nq"}, {"from": "assistant", "value": "a"}], "image": "x.png"})",
        R"({"messages": [{"role": "user", "content": "<image>\nq"}, {"role": "assistant", "content": "a"}], "images": ["x.png"]})",
        R"({"messages": [{"role": "User", "content": [{"type": "image", "image": "x.png"}, {"type": "text", "text": "q"}]},
                         {"role": "Assistant", "content": [{"type": "text", "text": "a"}]}]})",
        R"({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x.png"}}, {"type": "text", "text": "q"}]},
                         {"from": "gpt", "value": "a"}]})"};
    for (const char* form : forms) {
        const DataItem item = item_of(form);
        EXPECT_EQ(item.media, DataItem::Media::Pictures) << form;
        EXPECT_EQ(item.names, std::vector<std::string>{"x.png"});
        ASSERT_EQ(item.messages.size(), 2U);
        EXPECT_EQ(item.messages[0].from, "human");
        EXPECT_EQ(item.messages[0].value, "<image>\nq");
        EXPECT_EQ(item.messages[1].from, "gpt");
        EXPECT_EQ(item.messages[1].value, "a");
        EXPECT_TRUE(item.form.chat_roles || item.form.chat_keys);
        EXPECT_FALSE(item.form.system);
    }
    const DataItem told = item_of(
        R"({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]})");
    EXPECT_TRUE(told.form.system);
    ASSERT_EQ(told.messages.size(), 3U);
    EXPECT_EQ(told.messages[0].from, "system");
    EXPECT_FALSE(
        item_of(
            R"({"conversations": [{"from": "system", "value": " "}, {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]})")
            .form.system);
}

TEST(Dataset, AnEmptyNameIsNoPicture) {
    const std::string talk =
        R"("conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]})";
    for (const char* media : {R"("image": "")", R"("image": null)", R"("image": [])",
                              R"("image": [""])", R"("image": " ")", R"("video": "")",
                              R"("video": null)", R"("image": "", "video": null)"}) {
        const DataItem item = item_of("{" + std::string(media) + ", " + talk);
        EXPECT_EQ(item.media, DataItem::Media::None) << media;
        EXPECT_TRUE(item.names.empty()) << media;
    }
    const DataItem clip = item_of(
        R"({"image": "", "video": "v.mp4", "conversations": [{"from": "human", "value": "<video>\nq"}, {"from": "gpt", "value": "a"}]})");
    EXPECT_EQ(clip.media, DataItem::Media::Video);
}

TEST(Dataset, AbsolutePathsWhereTheSourceAllowsThem) {
    ScratchFolder folder;
    test::write(folder / "x.png", "x");
    test::write(folder / "d.json",
                R"({"yes": {"chat_path": "chat.jsonl", "allow_absolute_media": true},
                                       "no": {"chat_path": "chat.jsonl", "A": "."}, "bad": {"chat_path": "chat.jsonl", "allow_absolute_media": "yes"}})");
    const std::string talk =
        R"("conversations": [{"from": "human", "value": "<image>\nq"}, {"from": "gpt", "value": "a"}]})";
    test::write(folder / "chat.jsonl", "{\"image\": \"" + (folder / "x.png").string() + "\", " +
                                           talk + "\n{\"image\": \"/none.png\", " + talk);
    const Dataset yes = Dataset::load(folder / "d.json", "yes");
    EXPECT_TRUE(yes.is_json_lines(0));
    EXPECT_EQ(yes.find_medium(yes.item(0), yes.item(0).names[0]), folder / "x.png");
    EXPECT_TRUE(yes.find_medium(yes.item(1), yes.item(1).names[0]).empty());
    EXPECT_EQ(Dataset::missing_medium("/none.png"), "/none.png is not there");
    const Dataset no = Dataset::load(folder / "d.json", "no");
    try {
        no.item(0);
        FAIL();
    } catch (const ItemError& error) {
        EXPECT_EQ(error.fault(), ItemError::Fault::AbsolutePath);
        EXPECT_THAT(error.what(), HasSubstr("\"allow_absolute_media\": true"));
    }
    EXPECT_THROW(Dataset::load(folder / "d.json", "bad"), base::Error);
}

TEST(Dataset, ADamagedLastLineIsNamed) {
    ScratchFolder folder;
    const std::string good =
        R"({"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]})";
    test::write(folder / "chat.jsonl",
                good + "\r\n\r\n" + good + "\r\n{\"conversations\": [{\"from\": \"hum");
    const Dataset dataset = Dataset::from_source({folder / "chat.jsonl", {}});
    ASSERT_EQ(dataset.size(), 3U);
    EXPECT_EQ(dataset.item(1).messages.size(), 2U);
    try {
        dataset.item(2);
        FAIL();
    } catch (const ItemError& error) {
        EXPECT_EQ(error.fault(), ItemError::Fault::Json);
        EXPECT_THAT(error.what(), HasSubstr("chat.jsonl:4, item 2"));
        EXPECT_THAT(error.what(), HasSubstr("may be cut off"));
    }
}

TEST(Dataset, UnknownNameListsTheKnownOnes) {
    ScratchFolder folder;
    try {
        Dataset::load(test::golden_datasets(folder), "FINETUNE");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("stage1, stage2"));
    }
}

TEST(Dataset, FingerprintSeesOrderAndContent) {
    ScratchFolder folder;
    const auto file = test::golden_datasets(folder);
    EXPECT_EQ(Dataset::load(file, "stage1").fingerprint(),
              Dataset::load(file, "stage1").fingerprint());
    EXPECT_NE(Dataset::load(file, "stage1").fingerprint(),
              Dataset::load(file, "stage2").fingerprint());
    EXPECT_NE(Dataset::load(file, "stage1+stage2").fingerprint(),
              Dataset::load(file, "stage2+stage1").fingerprint());
}

}  // namespace
}  // namespace univi::training
