#include "training/engine/evaluation.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;

/// Ten samples of words; the loss of a batch is the mean of its items' numbers.
struct Fixture {
    ScratchFolder folder;
    text::Tokenizer tokenizer = text::Tokenizer::load(test::golden() / "models/tinyA-base");
    std::optional<Dataset> dataset;
    std::optional<SampleReader> reader;

    Fixture() {
        std::string json = "[";
        for (int i = 0; i < 10; ++i)
            json +=
                std::string(i > 0 ? "," : "") +
                R"({"conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "Yes."}]})";
        test::write(folder / "chat.json", json + "]");
        dataset = Dataset::from_source({folder / "chat.json", {}});
        reader.emplace(*dataset, tokenizer, SampleReaderOptions{}, nullptr, nullptr);
    }
};

std::optional<double> mean_item(const std::vector<Sample>& samples) {
    if (samples.empty()) return std::nullopt;
    double sum = 0;
    for (const Sample& sample : samples) sum += static_cast<double>(sample.item);
    return sum / static_cast<double>(samples.size());
}

TEST(Evaluation, IsTheSameForAnyRanksAndWorkers) {
    Fixture f;
    for (const std::int64_t ranks : {1, 2, 4})
        for (const int workers : {0, 3}) {
            EvaluationSums all;
            for (std::int64_t rank = 0; rank < ranks; ++rank) {
                const RankShare share{
                    .num_samples = 10, .batch_size = 4, .ranks = ranks, .rank = rank};
                const EvaluationSums sums = evaluate(*f.reader, share, workers, mean_item, {});
                EXPECT_EQ(sums.batches, 3) << "ranks must stay in step";
                all.weighted_loss += sums.weighted_loss;
                all.samples += sums.samples;
            }
            EXPECT_EQ(all.samples, 10);
            EXPECT_DOUBLE_EQ(all.loss(), 4.5);
        }
}

TEST(Evaluation, BatchesWithoutTargetsDoNotCount) {
    Fixture f;
    const RankShare share{.num_samples = 10, .batch_size = 5};
    const auto sums = evaluate(*f.reader, share, 1,
                               [](const std::vector<Sample>& samples) -> std::optional<double> {
                                   if (samples[0].item == 0) return std::nullopt;
                                   return 2.0;
                               },
                               {});
    EXPECT_EQ(sums.samples, 5);
    EXPECT_EQ(sums.loss(), 2.0);
}

TEST(Evaluation, AStopEndsIt) {
    Fixture f;
    base::StopSource stop;
    int calls = 0;
    const RankShare share{.num_samples = 10, .batch_size = 2};
    EXPECT_THROW(evaluate(
                     *f.reader, share, 1,
                     [&](const std::vector<Sample>&) {
                         if (++calls == 2) stop.request_stop();
                         return std::optional<double>(1.0);
                     },
                     stop.get_token()),
                 base::Error);
    EXPECT_EQ(calls, 2);
}

TEST(Evaluation, HeldOutDataComesFromItsFlag) {
    Fixture f;
    test::write(f.folder / "d.json", R"({"Held": {"chat_path": "chat.json"}})");
    TrainOptions options;
    EXPECT_EQ(HeldOut::open(options, f.tokenizer, {}, nullptr, nullptr, 1, 0, {}), nullptr);
    options.datasets = (f.folder / "d.json").string();
    options.eval_dataset_use = "Held";
    options.per_device_eval_batch_size = 3;
    EvaluationSums all;
    for (int rank = 0; rank < 2; ++rank) {
        const auto held_out =
            HeldOut::open(options, f.tokenizer, {}, nullptr, nullptr, 2, rank, {});
        ASSERT_NE(held_out, nullptr);
        const auto sums = held_out->measure(mean_item, {});
        EXPECT_EQ(sums.batches, 2);  // of six, then four samples
        all.weighted_loss += sums.weighted_loss, all.samples += sums.samples;
    }
    EXPECT_EQ(all.samples, 10);
    EXPECT_DOUBLE_EQ(all.loss(), 4.5);
    options.eval_dataset_use = "Hold";
    EXPECT_THROW(HeldOut::open(options, f.tokenizer, {}, nullptr, nullptr, 1, 0, {}), base::Error);
}

TEST(Evaluation, DueStepsAreThoseOfTheFlags) {
    TrainOptions options;
    EXPECT_FALSE(is_evaluation_due(options, 500, true));
    options.evaluation_strategy = "steps";
    options.logging_steps = 10;
    EXPECT_TRUE(is_evaluation_due(options, 20, false));
    options.eval_steps = 7;
    EXPECT_FALSE(is_evaluation_due(options, 20, false));
    EXPECT_TRUE(is_evaluation_due(options, 21, false));
    options.evaluation_strategy = "epoch";
    EXPECT_FALSE(is_evaluation_due(options, 21, false));
    EXPECT_TRUE(is_evaluation_due(options, 22, true));
    EXPECT_TRUE(is_logging_due(options, 30, false));
    EXPECT_FALSE(is_logging_due(options, 1, false));
    options.logging_first_step = true;
    EXPECT_TRUE(is_logging_due(options, 1, false));
    options.logging_strategy = "epoch";
    EXPECT_FALSE(is_logging_due(options, 30, false));
    EXPECT_TRUE(is_logging_due(options, 31, true));
    options.logging_strategy = "no";
    EXPECT_FALSE(is_logging_due(options, 31, true));
}

}  // namespace
}  // namespace univi::training
