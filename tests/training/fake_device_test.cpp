// univi-train on a device that is not the CPU: the same runs as there, on one device and on two,
// and what it says of a device that is full or lost.
#include "tests/training/distributed/ranks_support.h"

namespace univi::training {
namespace {

/// The real program told of the fake device.
::univi::test::ProcessResult run_on_fake(const Words& words,
                                         std::map<std::string, std::string> more = {}) {
    more["UNIVI_DEVICE_LIBRARY"] = std::string(UNIVI_BIN_DIR) + "/../tests/libunivi_fake_device.so";
    return run_process({words, {}, more});
}

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

void expect_same_losses(const test::fs::path& ours, const test::fs::path& expected,
                        double tolerance) {
    const auto a = losses(ours), b = losses(expected);
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [step, loss] : b) EXPECT_NEAR(a.at(step) / loss, 1, tolerance) << step;
}

/// The reports that processes left as "<prefix><process>".
std::vector<test::Json> reports(const test::fs::path& folder, const std::string& prefix) {
    std::vector<test::Json> found;
    for (const auto& each : test::fs::directory_iterator(folder))
        if (each.path().filename().string().starts_with(prefix))
            found.push_back(test::read_json(each.path()));
    return found;
}

std::int64_t counter(const test::fs::path& folder, const std::string& prefix,
                     const std::string& device, const std::string& name) {
    for (const test::Json& report : reports(folder, prefix))
        for (const test::Json& each : report)
            if (each["device"] == device) return each[name].get<std::int64_t>();
    return 0;
}

/// The devices that hold anything, one for each process: its own and no other.
std::vector<std::string> devices_used(const test::fs::path& folder, const std::string& prefix) {
    std::vector<std::string> used;
    for (const test::Json& report : reports(folder, prefix))
        for (const test::Json& each : report)
            if (each["allocations"] > 0) used.push_back(each["device"]);
    std::ranges::sort(used);
    return used;
}

struct Kind {
    const char* name;
    Words flags;
    double tolerance;
};

class TrainingOnFake : public testing::TestWithParam<Kind> {};

TEST_P(TrainingOnFake, LossesEqualTheCpu) {
    ScratchFolder folder;
    const Words flags = with(GetParam().flags, {"--save_strategy", "no"});
    const auto here = run_process({command(folder, "cpu", flags, 3)});
    ASSERT_EQ(here.exit_code, 0) << here.err;
    const auto there = run_on_fake(command(folder, "fake", with(flags, {"--device", "fake:1"}), 3));
    ASSERT_EQ(there.exit_code, 0) << there.err;
    expect_same_losses(folder / "fake", folder / "cpu", GetParam().tolerance);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, TrainingOnFake,
    testing::Values(
        Kind{"fp32", {}, 1e-4},
        Kind{"bf16",
             {"--bf16", "True", "--tf32", "False", "--gradient_checkpointing", "True"},
             2e-2},
        Kind{"lora", {"--lora_enable", "True", "--lora_r", "8", "--lora_dropout", "0.1"}, 1e-4},
        Kind{"nf4", {"--bits", "4", "--lora_enable", "True", "--lora_r", "4"}, 1e-3},
        Kind{"tower", {"--vision_tune", "True", "--visual_token_cache", ""}, 1e-4}),
    [](const auto& info) { return info.param.name; });

TEST(RanksOnFake, EveryStageOnTwoDevicesEqualsTheCpu) {
    ScratchFolder folder;
    const auto one = run_process({command(
        folder, "one", {"--gradient_accumulation_steps", "2", "--save_strategy", "no"}, 3)});
    ASSERT_EQ(one.exit_code, 0) << one.err;
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        const std::string name = "stage" + std::to_string(stage);
        Words more = with(two_ranks(stage), {"--save_strategy", "no", "--device", "fake"});
        const test::fs::path report = folder / (name + ".json");
        const auto result =
            run_on_fake(command(folder, name, more, 3), {{"UNIVI_FAKE_REPORT", report}});
        ASSERT_EQ(result.exit_code, 0) << result.err;
        EXPECT_THAT(result.err, HasSubstr("Rank 0 of 2 on fake:0"));
        EXPECT_THAT(result.err, HasSubstr("Rank 1 of 2 on fake:1"));
        expect_same_losses(folder / name, folder / "one", 1e-4);
        EXPECT_EQ(devices_used(folder.path(), name + ".json."),
                  (std::vector<std::string>{"fake:0", "fake:1"}));
    }
}

/// Two ranks on the fake device that speak over the stand-in for NCCL.
::univi::test::ProcessResult run_over_nccl(const Words& words,
                                           std::map<std::string, std::string> more = {}) {
    more["UNIVI_NCCL_LIBRARY"] = std::string(UNIVI_BIN_DIR) + "/../tests/libunivi_fake_nccl.so";
    return run_on_fake(with(words, {"--device", "fake"}), std::move(more));
}

TEST(RanksOverNccl, EveryStageEqualsTheCpu) {
    ScratchFolder folder;
    const auto one = run_process({command(
        folder, "one", {"--gradient_accumulation_steps", "2", "--save_strategy", "no"}, 3)});
    ASSERT_EQ(one.exit_code, 0) << one.err;
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        const std::string name = "stage" + std::to_string(stage);
        const auto result = run_over_nccl(
            command(folder, name, with(two_ranks(stage), {"--save_strategy", "no"}), 3),
            {{"FAKE_NCCL_REPORT", folder / (name + ".nccl")},
             {"UNIVI_FAKE_REPORT", folder / (name + ".json")}});
        ASSERT_EQ(result.exit_code, 0) << result.err;
        expect_same_losses(folder / name, folder / "one", 1e-4);
        for (const char* rank : {".nccl.0", ".nccl.1"})
            EXPECT_GT(test::read_json(folder / (name + rank))["collectives"], 6);
        for (const test::Json& report : reports(folder.path(), name + ".json."))
            for (const test::Json& each : report) EXPECT_EQ(each["stream_faults"], 0) << result.err;
    }
}

TEST(RanksOverNccl, AreSummedInBf16AndFp16Too) {
    ScratchFolder folder;
    for (const std::string type : {"bf16", "fp16"}) {
        const Words flags = {"--" + type, "True", "--tf32", "False", "--save_strategy", "no"};
        const auto one = run_on_fake(
            command(folder, type,
                    with(flags, {"--gradient_accumulation_steps", "2", "--device", "fake:0"}), 3));
        ASSERT_EQ(one.exit_code, 0) << one.err;
        const auto two = run_over_nccl(command(folder, type + "2", with(flags, two_ranks(2)), 3));
        ASSERT_EQ(two.exit_code, 0) << two.err;
        expect_same_losses(folder / (type + "2"), folder / type, 3e-2);
    }
}

TEST(RanksOverNccl, AnOldLibraryIsNamed) {
    ScratchFolder folder;
    const auto old = run_over_nccl(command(folder, "old", two_ranks(1), 3),
                                   {{"FAKE_NCCL_VERSION", "2804"}, {"UNIVI_RANK_TIMEOUT", "5"}});
    EXPECT_EQ(old.exit_code, 1);
    EXPECT_THAT(old.err, HasSubstr("NCCL is version 2.8.4, too old"));
}

TEST(RanksOverNccl, ADeviceThatFailsInACollectiveIsNamed) {
    ScratchFolder folder;
    const auto lost = run_over_nccl(command(folder, "lost", two_ranks(2), 50),
                                    {{"FAKE_NCCL_FAIL", "1:40:1"}, {"UNIVI_RANK_TIMEOUT", "5"}});
    EXPECT_EQ(lost.exit_code, 1);
    EXPECT_THAT(lost.err, HasSubstr("The device fake:1 failed in a collective (NCCL: unhandled"));
    const auto last = events(folder / "lost", "error").back();
    EXPECT_THAT(last["message"].get<std::string>(), HasSubstr("Rank 1: The device fake:1"));
    EXPECT_EQ(last["fault"], "gpu_gone");
}

/// Its peer waits in a collective that never ends: the signs of life tell it.
TEST(RanksOverNccl, ADeviceThatIsLostEndsItsPeer) {
    ScratchFolder folder;
    const auto lost = run_over_nccl(command(folder, "lost", two_ranks(2), 50),
                                    {{"UNIVI_FAKE_LOST", "1:6000"}, {"UNIVI_RANK_TIMEOUT", "5"}});
    EXPECT_EQ(lost.exit_code, 1);
    EXPECT_THAT(lost.err, HasSubstr("The device fake:1 was lost at step "));
    EXPECT_EQ(events(folder / "lost", "error").back()["fault"], "gpu_gone");
}

TEST(TrainingOnFakeDevice, LeavesItsMomentsToTheHost) {
    ScratchFolder folder;
    const Words flags = {"--save_strategy", "no", "--deepspeed",
                         std::string(UNIVI_SOURCE_DIR) + "/resources/training/zero2_offload.json"};
    ASSERT_EQ(run_process({command(folder, "cpu", flags, 3)}).exit_code, 0);
    const auto there = run_on_fake(command(folder, "fake", with(flags, {"--device", "fake:0"}), 3));
    ASSERT_EQ(there.exit_code, 0) << there.err;
    expect_same_losses(folder / "fake", folder / "cpu", 1e-4);
}

TEST(TrainingOnFakeDevice, GoesOnFromItsCheckpoint) {
    ScratchFolder folder;
    const Words flags = {"--device", "fake:0"};
    const auto whole = run_on_fake(command(folder, "whole", flags, 6));
    ASSERT_EQ(whole.exit_code, 0) << whole.err;
    ASSERT_EQ(run_on_fake(command(folder, "parts", with(flags, {"--max_steps", "4"}))).exit_code,
              0);
    const auto more = run_on_fake(command(folder, "parts", with(flags, {"--max_steps", "6"})));
    ASSERT_EQ(more.exit_code, 0) << more.err;
    expect_same_losses(folder / "parts", folder / "whole", 1e-5);
}

TEST(TrainingOnFakeDevice, SaysWhatADeviceThatIsFullLacks) {
    ScratchFolder folder;
    const auto full = run_on_fake(command(folder, "full", {"--device", "fake:1"}, 3),
                                  {{"UNIVI_FAKE_MEMORY", "1000000"}});
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_THAT(full.err, HasSubstr("Out of memory (fake out of memory. Tried to allocate "));
    EXPECT_THAT(full.err, HasSubstr("fake:1 has a total capacity of 1000000 bytes"));
    EXPECT_THAT(full.err, HasSubstr("--gradient_checkpointing True"));
    const auto last = events(folder / "full", "error").back();
    EXPECT_EQ(last["kind"], "memory");
}

TEST(TrainingOnFakeDevice, HalvesABatchThatDoesNotFit) {
    ScratchFolder folder;
    const Words flags = {"--per_device_train_batch_size",
                         "2",
                         "--auto_micro_batch",
                         "True",
                         "--save_strategy",
                         "no",
                         "--device",
                         "fake:0"};
    const test::fs::path report = folder / "report";
    const auto whole =
        run_on_fake(command(folder, "whole", flags, 3), {{"UNIVI_FAKE_REPORT", report}});
    ASSERT_EQ(whole.exit_code, 0) << whole.err;
    const std::int64_t peak = counter(folder.path(), "report.", "fake:0", "peak_bytes");
    const auto halved = run_on_fake(command(folder, "halved", flags, 3),
                                    {{"UNIVI_FAKE_MEMORY", std::to_string(peak * 95 / 100)}});
    ASSERT_EQ(halved.exit_code, 0) << halved.err;
    EXPECT_THAT(halved.err, HasSubstr("the run goes on with 1 sample at a time"));
    expect_same_losses(folder / "halved", folder / "whole", 1e-3);
}

TEST(TrainingOnFakeDevice, EndsWithTheNameOfADeviceThatIsLost) {
    ScratchFolder folder;
    const auto lost = run_on_fake(command(folder, "lost", {"--device", "fake:0"}, 50),
                                  {{"UNIVI_FAKE_LOST", "0:6000"}});
    EXPECT_EQ(lost.exit_code, 1);
    EXPECT_THAT(lost.err, HasSubstr("The device fake:0 was lost at step "));
    EXPECT_EQ(events(folder / "lost", "error").back()["fault"], "gpu_gone");
    const auto on = run_on_fake(command(folder, "lost", {"--device", "fake:0"}, 6));
    EXPECT_EQ(on.exit_code, 0) << on.err;
}

TEST(TrainingOnFakeDevice, AStepWaitsForItsLossAndItsGradient) {
    ScratchFolder folder;
    const auto waits = [&](const std::string& name, int steps) {
        const auto result = run_on_fake(command(folder, name,
                                                {"--save_strategy", "no", "--device", "fake:0",
                                                 "--per_device_train_batch_size", "2"},
                                                steps),
                                        {{"UNIVI_FAKE_REPORT", folder / (name + ".json")}});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return counter(folder.path(), name + ".json.", "fake:0", "synchronisations");
    };
    waits("first", 6);  // fills the cache of visual tokens
    EXPECT_EQ(waits("six", 6) - waits("two", 2), 4 * 2);
}

TEST(TrainingOnFakeDevice, IsUnknownWithoutTheLibrary) {
    ScratchFolder folder;
    const auto result = run_process({command(folder, "run", {"--device", "fake:0"})});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("The device fake:0 is unknown"));
}

}  // namespace
}  // namespace univi::training
