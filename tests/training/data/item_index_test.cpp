#include "training/data/item_index.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>

#include "core/base/error.h"
#include "core/base/resident_memory.h"
#include "tests/training/training_support.h"
#include "training/data/dataset.h"
#include "training/data/parallel_items.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;

std::vector<std::string> texts(const std::string& json) {
    ScratchFolder folder;
    test::write(folder / "list.json", json);
    const auto index = ItemIndex::make(folder / "list.json");
    std::vector<std::string> result;
    for (std::size_t i = 0; i < index->size(); ++i) result.push_back(index->text(i));
    return result;
}

TEST(ItemIndex, FindsItemsWhateverTheyHold) {
    using List = std::vector<std::string>;
    EXPECT_EQ(texts("[]"), List{});
    EXPECT_EQ(texts(" [ ] \n"), List{});
    EXPECT_EQ(texts(R"([{"a":1},{"b":[2,{"c":"]}"}]}])"),
              (List{R"({"a":1})", R"({"b":[2,{"c":"]}"}]})"}));
    EXPECT_EQ(texts("[1 , \"x,]\" ,null\n,true , [1,2]]"),
              (List{"1", "\"x,]\"", "null", "true", "[1,2]"}));
    EXPECT_EQ(texts(R"(["\"", "\\", "\\\"]", "a"])"),
              (List{R"("\"")", R"("\\")", R"("\\\"]")", R"("a")"}));
    EXPECT_EQ(texts("\xef\xbb\xbf[1]"), List{"1"});
}

TEST(ItemIndex, JsonLines) {
    using List = std::vector<std::string>;
    EXPECT_EQ(texts("{\"a\":1}"), List{R"({"a":1})"});
    EXPECT_EQ(texts("\xef\xbb\xbf\r\n{\"a\":1}\r\n\r\n  {\"b\":\"[{\"} \r\n\n"),
              (List{R"({"a":1})", R"({"b":"[{"})"}));
    // Files that were joined have a mark in the middle; a damaged line spoils no other.
    EXPECT_EQ(texts("{\"a\":1}\n\xef\xbb\xbf{\"b\": [\n{\"c\":3}"),
              (List{R"({"a":1})", R"({"b": [)", R"({"c":3})"}));
}

TEST(ItemIndex, JsonLinesAcrossPieces) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    for (std::size_t shift = 0; shift < 12; ++shift) {
        const std::string fill(kPiece - 8 - shift, 'x');
        const auto all = texts("{\"a\":\"" + fill + "\"}\r\n{\"b\":2}\r\n{\"c\":3}");
        ASSERT_EQ(all.size(), 3U) << shift;
        EXPECT_EQ(all[0], "{\"a\":\"" + fill + "\"}");
        EXPECT_EQ(all[1], R"({"b":2})");
        EXPECT_EQ(all[2], R"({"c":3})");
    }
}

TEST(ItemIndex, LinesOfJsonLines) {
    ScratchFolder folder;
    std::string lines;
    for (int i = 0; i < 3000; ++i) lines += "\n{\"i\": " + std::to_string(i) + "}\n";
    test::write(folder / "list.jsonl", lines);
    const auto index = ItemIndex::make(folder / "list.jsonl");
    EXPECT_TRUE(index->is_json_lines());
    ASSERT_EQ(index->size(), 3000U);
    for (const std::size_t i : {0U, 1023U, 1024U, 2999U}) {
        EXPECT_EQ(index->line(i), static_cast<std::int64_t>(2 + 2 * i));
        EXPECT_EQ(test::Json::parse(index->text(i))["i"], i);
    }
}

/// Quotes, backslashes and brackets at every offset around the border of the pieces that are read.
TEST(ItemIndex, PieceBordersDoNotMatter) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    const std::string tail = R"(\\\"]}\\"},{"k":"\\"},7])";
    for (std::size_t shift = 0; shift < tail.size() + 4; ++shift) {
        const std::string head = R"([{"a":")";
        const std::string fill(kPiece - head.size() - shift, 'x');
        const auto all = texts(head + fill + tail);
        ASSERT_EQ(all.size(), 3U) << shift;
        EXPECT_EQ(all[0], R"({"a":")" + fill + R"(\\\"]}\\"})");
        EXPECT_EQ(all[1], R"({"k":"\\"})");
        EXPECT_EQ(all[2], "7");
    }
}

TEST(ItemIndex, LinesAreThoseOfTheFile) {
    ScratchFolder folder;
    std::string json = "[\n";
    for (int i = 0; i < 5000; ++i)
        json += (i > 0 ? ",\n" : "") + std::string("{\n\"i\": ") + std::to_string(i) + "}";
    test::write(folder / "list.json", json + "\n]\n");
    const auto index = ItemIndex::make(folder / "list.json");
    ASSERT_EQ(index->size(), 5000U);
    for (const std::size_t i : {0U, 1U, 1023U, 1024U, 1025U, 4999U}) {
        EXPECT_EQ(index->line(i), static_cast<std::int64_t>(2 + 2 * i));
        EXPECT_EQ(test::Json::parse(index->text(i))["i"], i);
    }
}

struct BadList {
    const char* json;
    const char* says;
};

class RefusedList : public ::testing::TestWithParam<BadList> {};

TEST_P(RefusedList, NamesTheLine) {
    try {
        texts(GetParam().json);
        FAIL() << GetParam().json;
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Format);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Lists, RefusedList,
    ::testing::Values(BadList{"", "list.json:1 is empty"}, BadList{"\xef\xbb\xbf", "is empty"},
                      BadList{"7", "must be a JSON list"},
                      BadList{"\n{\n \"data\": []\n}", "list.json:2 begins an object"},
                      BadList{"{\"a\": ", "list.json:1 begins an object"},
                      BadList{"\xff\xfe[", "is UTF-16 text"},
                      BadList{"[1,\n2", "list.json:2 ends before"}, BadList{"[\"a", "cut off"},
                      BadList{"[1\n 2]", "list.json:2 lacks a comma"},
                      BadList{"[1,\n\n]", "list.json:3 has a comma"},
                      BadList{"[,1]", "has a comma"}, BadList{"[1]\n\nx", "list.json:3 goes on"},
                      BadList{"[}", "closing brace"}, BadList{"[{\"a\":1}{}]", "lacks a comma"}));

TEST(ItemIndex, MissingAndShortenedFiles) {
    ScratchFolder folder;
    EXPECT_THROW(ItemIndex::make(folder / "none.json"), base::Error);
    test::write(folder / "list.json", R"([{"a":1},{"b":2}])");
    const auto index = ItemIndex::make(folder / "list.json");
    test::fs::resize_file(folder / "list.json", 9);
    EXPECT_EQ(index->text(0), R"({"a":1})");
    try {
        index->text(1);
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::File);
    }
}

/// Resident bytes of this process.
std::int64_t resident_bytes() {
    return base::resident_memory().value();
}

TEST(ItemIndex, MemoryDoesNotFollowTheBytes) {
    ScratchFolder folder;
    {
        std::ofstream file(folder / "list.json");
        const std::string words(1500, 'w');
        for (int i = 0; i < 40'000; ++i)
            file << (i ? ",\n" : "[") << R"({"id": )" << i << R"(, "text": ")" << words << "\"}";
        file << "]";
    }
    const auto bytes = static_cast<std::int64_t>(test::fs::file_size(folder / "list.json"));
    ASSERT_GT(bytes, 60'000'000);
    const std::int64_t before = resident_bytes();
    const auto index = ItemIndex::make(folder / "list.json");
    EXPECT_EQ(index->size(), 40'000U);
    EXPECT_LT(resident_bytes() - before, bytes / 8);
}

TEST(ParallelItems, EachItemOnceAndTheFirstErrorOut) {
    std::vector<std::atomic<int>> seen(1000);
    for_each_item(seen.size(), 4, {}, "counting", [&](std::size_t i) { ++seen[i]; });
    for (const auto& count : seen) ASSERT_EQ(count, 1);
    for_each_item(0, 4, {}, "counting", [](std::size_t) { FAIL(); });
    const auto throwing = [](std::size_t i) {
        if (i == 500) throw base::Error(base::ErrorKind::Format, "item 500");
    };
    EXPECT_THROW(for_each_item(1000, 4, {}, "counting", throwing), base::Error);
}

TEST(ItemIndex, StopEndsIt) {
    ScratchFolder folder;
    test::write(folder / "list.json", "[]");
    base::StopSource stop;
    stop.request_stop();
    EXPECT_THROW(ItemIndex::make(folder / "list.json", stop.get_token()), base::Error);
}

constexpr const char* kTalk =
    R"("conversations": [{"from": "human", "value": "one two\tthree"}, {"from": "gpt", "value": "four"}]})";

TEST(Dataset, ChangesShowInTheFingerprint) {
    ScratchFolder folder;
    const auto sum = [&](const std::string& json) {
        test::write(folder / "c.json", json);
        return Dataset::from_source({folder / "c.json", {}}).fingerprint();
    };
    const std::string item = std::string("{\"id\": 1, ") + kTalk;
    const auto first = sum("[" + item + "]");
    EXPECT_EQ(sum("[" + item + "]"), first);
    EXPECT_NE(sum("[" + item + "," + item + "]"), first);
    std::string other = item;
    other[other.find("one")] = 'O';
    EXPECT_NE(sum("[" + other + "]"), first);
}

TEST(Dataset, CheckItemsNamesTheFirstBadOne) {
    ScratchFolder folder;
    std::string json = "[";
    for (int i = 0; i < 2000; ++i)
        json += (i > 0 ? ",\n" : "") + std::string("{\"id\": ") + std::to_string(i) +
                (i == 1500 || i == 1900 ? "}" : std::string(", ") + kTalk);
    test::write(folder / "c.json", json + "]");
    const Dataset dataset = Dataset::from_source({folder / "c.json", {}});
    try {
        check_items(dataset, 3);
        FAIL();
    } catch (const ItemError& error) {
        EXPECT_EQ(error.fault(), ItemError::Fault::Shape);
        EXPECT_THAT(error.what(), HasSubstr("c.json:1501, item 1500 (id 1500)"));
    }
    const auto lengths = measure_lengths(dataset, 3);
    ASSERT_EQ(lengths.size(), 2000U);
    EXPECT_EQ(lengths[0], 4);
    EXPECT_EQ(lengths[1500], 0);
}

}  // namespace
}  // namespace univi::training
