// Training steps on the device against the reference's losses, and ranks on two devices.
#include "tests/gpu/device_under_test.h"
#include "tests/training/distributed/ranks_support.h"
#include "tests/training/golden_run.h"
#include "training/engine/trainer.h"

namespace univi::training {
namespace {

class TrainingStep : public ::univi::test::OnDevice, public ::testing::WithParamInterface<int> {};

TEST_P(TrainingStep, LossesEqualTheReference) {
    const std::string stage = std::to_string(GetParam());
    ScratchFolder folder;
    TrainOptions options = test::golden_run_options(folder, "stage" + stage, "out");
    if (GetParam() == 1)
        options.pretrain_mm_mlp_adapter =
            (kModels / "tinyA-base-proj-init/mm_projector.bin").string();
    options.tune_mm_mlp_adapter = GetParam() == 1;
    options.max_steps = 5;
    options.learning_rate = GetParam() == 1 ? 2e-3 : 2e-5;
    options.warmup_ratio = 0.03;
    options.lr_scheduler_type = "cosine";
    options.placement = "reference";
    options.device = ::univi::test::device_under_test();
    std::vector<double> losses;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) { losses.push_back(step.loss); };
    Trainer(options, {}, {}, /*to_stdout=*/false, hooks).run();
    const auto golden =
        test::read_json(test::golden() / "data" / ("train_stage" + stage + ".json"));
    ASSERT_EQ(losses.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(losses[i] / golden["history"][i]["loss"].get<double>(), 1, 1e-3)
            << "step " << i;
}

INSTANTIATE_TEST_SUITE_P(Stages, TrainingStep, testing::Values(1, 2));

using TwoDevices = ::univi::test::OnDevice;

TEST_F(TwoDevices, EveryZeroStageEqualsOneProcessOnTheCpu) {
    if (model::device_count(placement.device.type()) < 2) GTEST_SKIP() << "there is one device";
    ScratchFolder folder;
    const auto one = run_process({command(
        folder, "one", {"--gradient_accumulation_steps", "2", "--save_strategy", "no"}, 2)});
    ASSERT_EQ(one.exit_code, 0) << one.err;
    const auto expected = losses(folder / "one");
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        const std::string name = "stage" + std::to_string(stage);
        Words more = two_ranks(stage);
        for (const char* word : {"--save_strategy", "no", "--device"}) more.push_back(word);
        more.push_back(::univi::test::kind_under_test());
        const auto result = run_process({command(folder, name, more, 2)});
        ASSERT_EQ(result.exit_code, 0) << result.err;
        for (const auto& [step, loss] : losses(folder / name))
            EXPECT_NEAR(loss / expected.at(step), 1, 1e-3) << "step " << step;
    }
}

using OneDevice = ::univi::test::OnDevice;

TEST_F(OneDevice, ZeroStagesOfOneRankEqualTheCpu) {
    ScratchFolder folder;
    const Words flags = {"--save_strategy", "no", "--deepspeed",
                         std::string(UNIVI_SOURCE_DIR) + "/resources/training/zero2_offload.json"};
    ASSERT_EQ(run_process({command(folder, "cpu", flags, 2)}).exit_code, 0);
    Words there = flags;
    there.push_back("--device");
    there.push_back(::univi::test::device_under_test());
    const auto result = run_process({command(folder, "away", there, 2)});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto expected = losses(folder / "cpu");
    for (const auto& [step, loss] : losses(folder / "away"))
        EXPECT_NEAR(loss / expected.at(step), 1, 1e-3) << "step " << step;
}

}  // namespace
}  // namespace univi::training
