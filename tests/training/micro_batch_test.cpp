// --auto_micro_batch: a device that has no room for a whole batch gives the same run with fewer
// samples at a time.
#include <gmock/gmock.h>

#include <c10/util/Exception.h>

#include "tests/support/errors.h"
#include "tiny_run.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using test::tiny_options;
using ::testing::HasSubstr;

/// A device with room for `room` samples; `asked`: how many each forward pass came with.
TrainerHooks small_device(std::int64_t room, std::vector<std::int64_t>* asked = nullptr) {
    TrainerHooks hooks;
    hooks.before_forward = [=](std::int64_t, std::int64_t samples) {
        if (asked) asked->push_back(samples);
        if (samples > room)
            throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__},
                                        "CUDA out of memory. Tried to allocate 20.00 GiB.");
    };
    return hooks;
}

void expect_same_run(const test::fs::path& ours, const test::fs::path& whole) {
    const auto a = test::losses_of(ours), b = test::losses_of(whole);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i] / b[i], 1, 1e-5) << "step " << i;
    EXPECT_LT(test::models_apart(ours, whole), 1e-4);
}

TEST(MicroBatch, FewerSamplesAtATimeGiveTheSameRun) {
    ScratchFolder folder;
    TrainOptions options = tiny_options(folder, "whole");
    options.per_device_train_batch_size = 4;
    test::train_on_ranks(options, 1);
    options.output_dir = (folder / "parts").string();
    options.auto_micro_batch = true;
    std::vector<std::int64_t> asked;
    test::train_on_ranks(options, 1, [&](int) { return small_device(1, &asked); });
    // 4 and 2 do not fit; from then on one by one.
    std::vector<std::int64_t> expected(16, 1);
    expected.insert(expected.begin(), {4, 2});
    EXPECT_EQ(asked, expected);
    expect_same_run(folder / "parts", folder / "whole");
    const auto warnings = test::events_of(folder / "parts", "warning");
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_THAT(
        warnings[0]["message"].get<std::string>(),
        HasSubstr("Out of memory at step 1 (CUDA out of memory. Tried to allocate 20.00 GiB."));
    EXPECT_THAT(warnings[1]["message"].get<std::string>(),
                HasSubstr("goes on with 1 sample at a time"));
    // The samples' targets differ in number, so equal weights would not give the same loss.
    options.auto_micro_batch = false;
    options.per_device_train_batch_size = 1;
    options.gradient_accumulation_steps = 4;
    options.output_dir = (folder / "means").string();
    test::train_on_ranks(options, 1);
    EXPECT_GT(
        std::abs(test::losses_of(folder / "means")[0] / test::losses_of(folder / "whole")[0] - 1),
        1e-3);
}

TEST(MicroBatch, OneRankOutOfMemoryInTheMiddleOfARunIsAgreedByAll) {
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        ScratchFolder folder;
        TrainOptions options = tiny_options(folder, "whole");
        options.zero_stage = stage;
        options.max_steps = 3;
        options.gradient_accumulation_steps = 2;
        test::train_on_ranks(options, 2);
        options.output_dir = (folder / "parts").string();
        options.auto_micro_batch = true;
        std::vector<std::int64_t> of_first;
        test::train_on_ranks(options, 2, [&](int rank) {
            TrainerHooks hooks;
            if (rank == 0) return small_device(100, &of_first);
            hooks.before_forward = [calls = 0](std::int64_t step, std::int64_t samples) mutable {
                // The second batch of the second step: gradients of the first are there already.
                if (step == 1 && samples > 1 && ++calls == 2) throw std::bad_alloc();
            };
            return hooks;
        });
        EXPECT_EQ(of_first, (std::vector<std::int64_t>{2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1}));
        expect_same_run(folder / "parts", folder / "whole");
        const auto warnings = test::events_of(folder / "parts", "warning");
        ASSERT_EQ(warnings.size(), 1U);
        EXPECT_THAT(warnings[0]["message"].get<std::string>(),
                    HasSubstr("Out of memory at step 2"));
    }
}

std::string memory_error(const TrainOptions& options, const TrainerHooks& hooks) {
    return univi::test::error_of([&] { Trainer(options, {}, {}, false, hooks).run(); },
                                 base::ErrorKind::Memory);
}

TEST(MicroBatch, WithoutTheFlagTheErrorSaysWhatToChange) {
    ScratchFolder folder;
    TrainOptions options = tiny_options(folder, "run");
    TrainerHooks hooks;
    // LibTorch's own words
    hooks.before_forward = [](std::int64_t, std::int64_t) { at::empty({std::int64_t{1} << 55}); };
    const std::string sentence = memory_error(options, hooks);
    for (const char* each :
         {"Out of memory (", "a smaller --per_device_train_batch_size",
          "--gradient_checkpointing True", "--zero_stage 3", "--auto_micro_batch True"})
        EXPECT_THAT(sentence, HasSubstr(each));
    const auto error = test::events_of(folder / "run", "error").at(0);
    EXPECT_EQ(error["message"], sentence);
    EXPECT_EQ(error["fault"], "out_of_memory");
    // Nor does the flag help where one sample is too much.
    options.auto_micro_batch = true;
    EXPECT_THAT(memory_error(options, small_device(0)), HasSubstr("with one sample at a time"));
}

}  // namespace
}  // namespace univi::training
