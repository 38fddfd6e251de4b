#include "training/engine/sample_reader.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "training/engine/data_loader.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::Each;
using ::testing::HasSubstr;

text::Tokenizer tiny_tokenizer() {
    text::Tokenizer tokenizer = text::Tokenizer::load(test::golden() / "models/tinyA-base");
    tokenizer.set_legacy(true);
    return tokenizer;
}

struct Fixture {
    ScratchFolder folder;
    text::Tokenizer tokenizer = tiny_tokenizer();
    std::vector<std::string> warnings;
    SampleReader::Warn warn = [this](const std::string& message) { warnings.push_back(message); };
};

/// One row of a golden tensor [rows, length].
std::vector<std::int32_t> golden_row(const model::TensorTable& table, const std::string& name,
                                     std::size_t row) {
    const auto& view = table.at(name);
    const auto length = static_cast<std::size_t>(view.shape[1]);
    const auto* data = reinterpret_cast<const std::int32_t*>(view.data) + row * length;
    return {data, data + length};
}

class GoldenSamples : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenSamples, IdsAndLabelsAreTheReferences) {
    Fixture f;
    const std::string stage = GetParam();
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), stage);
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    const auto table =
        model::read_safetensors(test::golden() / "data" / ("train_" + stage + ".safetensors"));
    for (std::size_t i = 0; i < 8; ++i) {
        const Sample sample = reader.read(static_cast<std::int64_t>(i));
        const std::string step = "step" + std::to_string(i / 2);
        auto ids = golden_row(table, step + "/input_ids", i % 2);
        auto labels = golden_row(table, step + "/labels", i % 2);
        ASSERT_LE(sample.ids.size(), ids.size());
        // padding
        for (std::size_t k = sample.ids.size(); k < ids.size(); ++k) EXPECT_EQ(ids[k], 0);
        ids.resize(sample.ids.size());
        labels.resize(sample.ids.size());
        EXPECT_EQ(sample.ids, ids) << i;
        EXPECT_EQ(sample.labels, labels) << i;
    }
    EXPECT_TRUE(f.warnings.empty());
}

INSTANTIATE_TEST_SUITE_P(Stages, GoldenSamples, ::testing::Values("stage1", "stage2"));

TEST(SampleReader, MediaOfEachKind) {
    Fixture f;
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), "stage2");
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    const Sample video = reader.read(4), text = reader.read(5), pictures = reader.read(6);
    ASSERT_EQ(video.media.size(), 1U);
    EXPECT_EQ(video.media[0].placeholders, 7);
    EXPECT_EQ(video.media[0].crops.size(), 7U);
    EXPECT_TRUE(text.media.empty());
    ASSERT_EQ(pictures.media.size(), 2U);
    EXPECT_EQ(pictures.media[0].placeholders, 1);
    EXPECT_EQ(pictures.media[1].crops[0].width, 224);
}

constexpr const char* kAsk =
    R"("conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A cup."}])";

TEST(SampleReader, MissingAndBrokenMediaLeaveTheSampleWithoutLoss) {
    Fixture f;
    test::write(f.folder / "broken.jpg", "this is no picture");
    test::write(f.folder / "chat.json", std::string(R"([{"id": "m", "image": "none.jpg", )") +
                                            kAsk + R"(}, {"id": "b", "image": "broken.jpg", )" +
                                            kAsk + "}]");
    const Dataset dataset = Dataset::from_source({f.folder / "chat.json", {f.folder.path()}});
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    for (int i = 0; i < 2; ++i) {
        const Sample sample = reader.read(i);
        ASSERT_EQ(sample.media.size(), 1U);
        EXPECT_TRUE(sample.media[0].is_blank);
        EXPECT_EQ(std::count(sample.ids.begin(), sample.ids.end(), text::kImageToken), 1);
        EXPECT_THAT(sample.labels, Each(text::kIgnoreLabel));
        reader.read(i);
    }
    ASSERT_EQ(f.warnings.size(), 2U);  // once an item
    EXPECT_THAT(f.warnings[0], HasSubstr("item 0 (id m)"));
    EXPECT_THAT(f.warnings[1], HasSubstr("broken.jpg"));
}

/// Three items: a good one, one with a missing picture, one that is no item.
Dataset mixed_dataset(const ScratchFolder& folder) {
    test::write(
        folder / "chat.json",
        std::string(
            R"([{"id": "g", "conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "Yes."}]},
{"id": "m", "image": "none.jpg", )") +
            kAsk + "},\n{\"id\": \"x\"}]");
    return Dataset::from_source({folder / "chat.json", {folder.path()}});
}

TEST(SampleReader, BadItemsAreMasked) {
    Fixture f;
    const Dataset dataset = mixed_dataset(f.folder);
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    EXPECT_FALSE(reader.read(0).is_skipped);
    const Sample bad = reader.read(2);
    EXPECT_EQ(bad.ids.size(), 1U);
    EXPECT_THAT(bad.labels, Each(text::kIgnoreLabel));
    EXPECT_FALSE(bad.is_skipped);
    reader.read(2);
    ASSERT_EQ(f.warnings.size(), 1U);
    EXPECT_THAT(f.warnings[0], HasSubstr("chat.json:3, item 2 (id x)"));
}

TEST(SampleReader, BadItemsAreSkipped) {
    Fixture f;
    const Dataset dataset = mixed_dataset(f.folder);
    SampleReaderOptions options;
    options.bad_items = BadItemPolicy::Skip;
    const SampleReader reader(dataset, f.tokenizer, options, nullptr, f.warn);
    EXPECT_FALSE(reader.read(0).is_skipped);
    EXPECT_TRUE(reader.read(1).is_skipped);
    EXPECT_TRUE(reader.read(2).is_skipped);
    ASSERT_EQ(f.warnings.size(), 2U);
    EXPECT_THAT(f.warnings[0], HasSubstr("chat.json:2, item 1 (id m)"));
    EXPECT_THAT(f.warnings[0], HasSubstr("left out"));
}

TEST(SampleReader, BadItemsEndTheRun) {
    Fixture f;
    const Dataset dataset = mixed_dataset(f.folder);
    SampleReaderOptions options;
    options.bad_items = BadItemPolicy::Stop;
    const SampleReader reader(dataset, f.tokenizer, options, nullptr, f.warn);
    EXPECT_FALSE(reader.read(0).ids.empty());
    for (const int item : {1, 2}) {
        try {
            reader.read(item);
            FAIL() << item;
        } catch (const base::Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("chat.json:" + std::to_string(item + 1) +
                                                ", item " + std::to_string(item)));
        }
    }
}

TEST(SampleReader, TruncationCutsIdsAndLabelsAlike) {
    Fixture f;
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), "stage1");
    SampleReaderOptions options;
    options.model_max_length = 88;
    const Sample sample = SampleReader(dataset, f.tokenizer, options, nullptr, f.warn).read(0);
    EXPECT_EQ(sample.ids.size(), 88U);
    EXPECT_EQ(sample.labels.size(), 88U);
    options.model_max_length = 20;  // cuts the placeholder off
    const Sample cut = SampleReader(dataset, f.tokenizer, options, nullptr, f.warn).read(0);
    EXPECT_TRUE(cut.media.empty());
    EXPECT_THAT(cut.labels, Each(text::kIgnoreLabel));
    EXPECT_EQ(f.warnings.size(), 1U);
}

TEST(SampleReader, PlainTemplateTrainsTheCaptionAlone) {
    Fixture f;
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), "stage1");
    SampleReaderOptions options;
    options.conversation_template = "plain";
    const Sample sample = SampleReader(dataset, f.tokenizer, options, nullptr, f.warn).read(0);
    const auto targets =
        sample.labels.size() - static_cast<std::size_t>(std::count(
                                   sample.labels.begin(), sample.labels.end(), text::kIgnoreLabel));
    EXPECT_GT(targets, 5U);
    EXPECT_EQ(sample.labels[1], text::kIgnoreLabel);
    EXPECT_EQ(sample.ids[1], text::kImageToken);
}

TEST(DataLoader, RanksReadTheirParts) {
    Fixture f;
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), "stage1");
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    for (const int workers : {0, 2}) {
        for (int rank = 0; rank < 2; ++rank) {
            // 8 samples in batches of 6: of the second batch the first rank has both,
            // the other none.
            const RankShare share{.num_samples = 8, .batch_size = 6, .ranks = 2, .rank = rank};
            DataLoader loader(reader, Sampler(8, true, 3), share, 1, workers, 3);
            Sampler sampler(8, true, 3);
            for (std::int64_t batch = 1; batch < 5; ++batch)
                for (auto at = share.part(batch).begin; at < share.part(batch).end; ++at)
                    EXPECT_EQ(loader.next().item, sampler.sample_at(at));
        }
    }
}

TEST(DataLoader, OrderDoesNotDependOnWorkers) {
    Fixture f;
    const Dataset dataset = Dataset::load(test::golden_datasets(f.folder), "stage1");
    const SampleReader reader(dataset, f.tokenizer, {}, nullptr, f.warn);
    std::vector<std::vector<std::int64_t>> orders;
    for (const int workers : {0, 1, 4}) {
        DataLoader loader(reader, Sampler(8, true, 3), 5, 1000, workers, 3);
        orders.emplace_back();
        for (int i = 0; i < 20; ++i) orders.back().push_back(loader.next().item);
    }
    EXPECT_EQ(orders[0], orders[1]);
    EXPECT_EQ(orders[0], orders[2]);
    EXPECT_EQ(orders[0][0], Sampler(8, true, 3).sample_at(5));
}

}  // namespace
}  // namespace univi::training
