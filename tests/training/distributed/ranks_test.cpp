// univi-train in several processes: the same run as one process; signals, broken losses,
// a full disk.
#include <fstream>
#include <thread>

#include "core/base/atomic_folder.h"
#include "core/base/sha256.h"
#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "core/model/torch_file.h"
#include "tests/training/distributed/ranks_support.h"

namespace univi::training {
namespace {

/// Largest difference of two saved models, relative to the tensor's largest value.
double weights_apart(const test::fs::path& a, const test::fs::path& b) {
    const auto ours = model::read_safetensors(a / "model.safetensors"),
               theirs = model::read_safetensors(b / "model.safetensors");
    EXPECT_EQ(ours.size(), theirs.size());
    double worst = 0;
    for (const auto& [name, view] : ours) {
        const auto& other = theirs.at(name);
        const auto* x = reinterpret_cast<const float*>(view.data);
        const auto* y = reinterpret_cast<const float*>(other.data);
        double most = 1e-6, apart = 0;
        for (std::int64_t i = 0; i < view.num_elements(); ++i) {
            most = std::max(most, std::abs(static_cast<double>(y[i])));
            apart =
                std::max(apart, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
        }
        worst = std::max(worst, apart / most);
    }
    return worst;
}

TEST(Ranks, EveryStageEqualsOneProcess) {
    ScratchFolder folder;
    const auto one = run_process({command(
        folder, "one", {"--gradient_accumulation_steps", "2", "--save_strategy", "no"}, 4)});
    ASSERT_EQ(one.exit_code, 0) << one.err;
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        const std::string name = "stage" + std::to_string(stage);
        Words more = two_ranks(stage);
        more.insert(more.end(), {"--save_strategy", "no"});
        if (stage == 3) more.insert(more.end(), {"--gradient_checkpointing", "True"});
        const auto result = run_process({command(folder, name, more, 4)});
        ASSERT_EQ(result.exit_code, 0) << result.err;
        expect_same_run(folder / name, folder / "one");
        // AdamW's first steps are sign-like
        EXPECT_LT(weights_apart(folder / name, folder / "one"), 1e-3);
        const auto start = events(folder / name, "start").at(0);
        EXPECT_EQ(start["ranks"], 2);
        EXPECT_EQ(start["backend"], "gloo");
        EXPECT_EQ(start["parallel"]["zero_optimization"]["stage"], stage);
    }
}

/// All ranks end with the same sentence, and none has taken a step.
TEST(Ranks, AgreeThatThereIsNothingToLearn) {
    ScratchFolder folder;
    test::write(
        folder / "chat.json",
        R"([{"image": "none.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A cup."}]}])");
    test::write(folder / "d.json", R"({"D": {"chat_path": "chat.json", "here": "."}})");
    Words more = two_ranks(2);
    more.insert(more.end(), {"--datasets", (folder / "d.json").string(), "--dataset_use", "D"});
    const auto result = run_process({command(folder, "run", more)});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("Nothing can be learned from --dataset_use D"));
    EXPECT_TRUE(events(folder / "run", "step").empty());
    EXPECT_EQ(events(folder / "run", "error").at(0)["kind"], "nothing_to_learn");
}

/// A data set whose size every number of ranks here divides.
Words twelve_samples(const ScratchFolder& folder) {
    auto items = test::read_json(test::golden() / "data/train_chat_stage1.json");
    for (int i = 0; i < 4; ++i) items.push_back(items[static_cast<std::size_t>(i)]);
    test::write(folder / "twelve_chat.json", items.dump());
    const test::Json list = {{"twelve",
                              {{{"chat_path", (folder / "twelve_chat.json").string()},
                                {"inputs", (test::golden() / "inputs").string()}}}}};
    test::write(folder / "twelve.json", list.dump());
    return {"--datasets", (folder / "twelve.json").string(), "--dataset_use", "twelve"};
}

TEST(Ranks, OneRunOnTwoThenOneThenThree) {
    ScratchFolder folder;
    const Words data = twelve_samples(folder);
    // six samples a step, whoever computes them
    const auto run = [&](const std::string& name, int steps, Words more) {
        more.insert(more.end(), data.begin(), data.end());
        return run_process({command(folder, name, more, steps)});
    };
    ASSERT_EQ(run("one", 6, {"--gradient_accumulation_steps", "6"}).exit_code, 0);
    const auto two = run("many", 2,
                         {"--include", "localhost:0,1", "--zero_stage", "3",
                          "--gradient_accumulation_steps", "3", "--save_final", "False"});
    ASSERT_EQ(two.exit_code, 0) << two.err;
    const auto alone =
        run("many", 4, {"--gradient_accumulation_steps", "6", "--save_final", "False"});
    ASSERT_EQ(alone.exit_code, 0) << alone.err;
    EXPECT_THAT(alone.out, HasSubstr("\"resumed_from\":\"checkpoint-2\""));
    const auto three = run("many", 6,
                           {"--include", "localhost:0,1,2", "--zero_stage", "2",
                            "--gradient_accumulation_steps", "2"});
    ASSERT_EQ(three.exit_code, 0) << three.err;
    EXPECT_THAT(three.out, HasSubstr("\"resumed_from\":\"checkpoint-4\""));
    EXPECT_THAT(three.err, Not(HasSubstr("with another")));
    expect_same_run(folder / "many", folder / "one");
}

/// At stage 0 only the first rank has an optimizer state to write.
TEST(Ranks, StageZeroGoesOnWithBothRanks) {
    ScratchFolder folder;
    Words more = two_ranks(0);
    more.insert(more.end(), {"--save_final", "False"});
    const auto whole = run_process({command(folder, "whole", two_ranks(0), 4)});
    ASSERT_EQ(whole.exit_code, 0) << whole.err;
    const auto half = run_process({command(folder, "halves", more, 2)});
    ASSERT_EQ(half.exit_code, 0) << half.err;
    const auto rest = run_process({command(folder, "halves", two_ranks(0), 4)});
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_THAT(rest.out, HasSubstr("\"resumed_from\":\"checkpoint-2\""));
    expect_same_run(folder / "halves", folder / "whole");
}

TEST(Ranks, SignalsSaveAndStopOrSaveAndGoOn) {
    ScratchFolder folder;
    ASSERT_EQ(run_process({command(folder, "whole", two_ranks(2), 24)}).exit_code, 0);
    Process launcher({command(
        folder, "run",
        [] {
            Words more = two_ranks(2);
            more.insert(more.end(), {"--save_steps", "1000"});
            return more;
        }(),
        24)});
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return is_step(line, 2); }));
    // A rank that is only slow is waited for.
    const pid_t slow = children_of(launcher.id()).at(1);
    ::kill(slow, SIGSTOP);
    std::this_thread::sleep_for(700ms);
    ::kill(slow, SIGCONT);
    launcher.signal(SIGUSR1);
    ASSERT_TRUE(launcher.read_until(
        [](const std::string& line) { return line.find("\"checkpoint\"") != std::string::npos; }));
    ASSERT_TRUE(launcher.read_until(
        [](const std::string& line) { return line.find("\"step\"") != std::string::npos; }));
    launcher.signal(SIGTERM);
    ASSERT_TRUE(launcher.read_until(
        [](const std::string& line) { return line.find("\"stopped\"") != std::string::npos; }));
    EXPECT_EQ(launcher.wait(), 1);
    EXPECT_THAT(launcher.stderr_text(), Not(HasSubstr("the run ends with it")));
    ASSERT_EQ(run_process({command(folder, "run", two_ranks(2), 24)}).exit_code, 0);
    EXPECT_EQ(losses(folder / "run"), losses(folder / "whole"));
    EXPECT_EQ(base::sha256_file_hex(folder / "run/model.safetensors"),
              base::sha256_file_hex(folder / "whole/model.safetensors"));
}

/// The projector of the tests with one value that is not a number.
std::string broken_projector(const ScratchFolder& folder) {
    auto table = model::read_torch_file(kModels / "tinyA-base-stage1/mm_projector.bin");
    auto& weight = table.at("model.mm_projector.weight");
    std::vector<float> values(static_cast<std::size_t>(weight.num_elements()), std::nanf(""));
    weight.dtype = model::DType::F32;
    weight.data = reinterpret_cast<const std::byte*>(values.data());
    weight.bytes = values.size() * sizeof(float);
    weight.owner = nullptr;
    model::write_torch_file(folder / "broken.bin", table);
    return (folder / "broken.bin").string();
}

TEST(Ranks, ALossThatIsNoNumberNamesStepAndSamples) {
    ScratchFolder folder;
    const Words broken = {"--pretrain_mm_mlp_adapter", broken_projector(folder), "--save_strategy",
                          "no"};
    for (const bool many : {false, true}) {
        SCOPED_TRACE(many);
        Words more = broken;
        const Words ranks = many ? two_ranks(2) : Words{};
        more.insert(more.end(), ranks.begin(), ranks.end());
        const auto result = run_process({command(folder, many ? "many" : "one", more, 2)});
        EXPECT_EQ(result.exit_code, 1);
        EXPECT_THAT(result.err, HasSubstr("The loss is no longer a number at step 1"));
        EXPECT_THAT(result.err, HasSubstr("train_chat_stage1.json"));
        EXPECT_THAT(result.err, HasSubstr("(id "));
        more.insert(more.end(), {"--on_nan", "skip"});
        const auto skipped =
            run_process({command(folder, many ? "many-skip" : "one-skip", more, 2)});
        EXPECT_EQ(skipped.exit_code, 0) << skipped.err;
        EXPECT_THAT(skipped.err, HasSubstr("at step 2"));
        EXPECT_THAT(skipped.err, HasSubstr("the step is left out"));
    }
}

TEST(Ranks, AFullDiskKeepsTheLastCheckpoint) {
    ScratchFolder folder;
    for (const bool many : {false, true}) {
        const std::string name = many ? "many" : "one";
        Words more = {"--gradient_accumulation_steps", "2"};
        if (many) more = two_ranks(2);
        ASSERT_EQ(run_process({command(folder, name, more, 2)}).exit_code, 0);
        more.insert(more.end(), {"--save_final", "False"});
        // No file may grow beyond 3 MB from here on: the weights' 7 MB do not fit.
        std::string line = "trap '' XFSZ; ulimit -f 3000; exec";
        for (const auto& word : command(folder, name, more, 5)) line += " '" + word + "'";
        const auto result = run_process({{"/bin/bash", "-c", line}});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        EXPECT_THAT(result.err,
                    HasSubstr("The checkpoint of step 4 was not written, the one before it stays"));
        EXPECT_EQ(base::verify_manifest(folder / name / "checkpoint-2"), "");
        EXPECT_FALSE(test::fs::exists(folder / name / "checkpoint-4"));
        EXPECT_EQ(losses(folder / name).size(), 5U);
    }
}

}  // namespace
}  // namespace univi::training
