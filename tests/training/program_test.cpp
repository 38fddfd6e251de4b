// The real univi-train: killed, resumed, stopped, told nonsense.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>

#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/model/model_config.h"
#include "core/protocol/train_failure.h"
#include "tests/support/process.h"
#include "training_support.h"
#include "typed_events.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;
using ::univi::test::Process;
using ::univi::test::run_process;
using namespace std::chrono_literals;

const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
const test::fs::path kModels = test::golden() / "models";

std::vector<std::string> command(const ScratchFolder& folder, const std::string& output,
                                 std::vector<std::string> more = {}) {
    std::vector<std::string> result = test::golden_run_words(kProgram, folder, output);
    const std::vector<std::string> common = {"--per_device_train_batch_size",
                                             "2",
                                             "--max_steps",
                                             "12",
                                             "--save_steps",
                                             "4",
                                             "--learning_rate",
                                             "1e-3",
                                             "--warmup_ratio",
                                             "0.1",
                                             "--lr_scheduler_type",
                                             "cosine",
                                             "--logging_steps",
                                             "5",
                                             "--threads",
                                             "1",
                                             "--device",
                                             "cpu",
                                             "--save_dtype",
                                             "fp32",
                                             "--visual_token_cache",
                                             (folder / "cache").string()};
    result.insert(result.end(), common.begin(), common.end());
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

bool is_step(const std::string& line, int step) {
    const auto event = test::Json::parse(line);
    return event["event"] == "step" && event["step"] == step;
}

/// Losses by step, as events.jsonl has them: each step once.
std::map<int, double> losses(const test::fs::path& run) {
    std::map<int, double> result;
    for (const auto& event : test::events_of(run, "step"))
        EXPECT_TRUE(result.emplace(event["step"].get<int>(), event["loss"].get<double>()).second)
            << event;
    return result;
}

void expect_equal_runs(const test::fs::path& a, const test::fs::path& b) {
    EXPECT_EQ(losses(a), losses(b));
    EXPECT_EQ(base::sha256_file_hex(a / "model.safetensors"),
              base::sha256_file_hex(b / "model.safetensors"));
    for (const char* file : {"optimizer.safetensors", "model.safetensors"})
        EXPECT_EQ(base::sha256_file_hex(a / "checkpoint-12" / file),
                  base::sha256_file_hex(b / "checkpoint-12" / file));
    auto history = [](const test::fs::path& run) {
        auto list = test::read_json(run / "trainer_state.json")["log_history"];
        list.erase(list.size() - 1);  // the summary has run times
        return list;
    };
    EXPECT_EQ(history(a), history(b));
}

TEST(UniviTrain, KilledAndStoppedRunsEndAsAnUnbrokenOne) {
    ScratchFolder folder;
    ASSERT_EQ(run_process({command(folder, "whole")}).exit_code, 0);
    {
        Process killed({command(folder, "killed")});
        ASSERT_TRUE(killed.read_until([](const std::string& line) { return is_step(line, 6); }));
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait(), -SIGKILL);
        EXPECT_FALSE(test::fs::exists(folder / "killed/model.safetensors"));
    }
    const auto resumed = run_process({command(folder, "killed")});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_THAT(resumed.out, HasSubstr("\"resumed_from\":\"checkpoint-4\""));
    expect_equal_runs(folder / "whole", folder / "killed");

    for (const int number : {SIGINT, SIGTERM}) {
        const std::string name = "stopped" + std::to_string(number);
        Process stopped({command(folder, name, {"--gradient_checkpointing", "False"})});
        ASSERT_TRUE(stopped.read_until([](const std::string& line) { return is_step(line, 2); }));
        stopped.signal(number);
        ASSERT_TRUE(stopped.read_until(
            [](const std::string& line) { return line.find("\"stopped\"") != std::string::npos; }));
        EXPECT_EQ(stopped.wait(), 1);
        ASSERT_EQ(run_process({command(folder, name)}).exit_code, 0);
        expect_equal_runs(folder / "whole", folder / name);
    }
}

TEST(UniviTrain, DamagedCheckpointIsSkipped) {
    ScratchFolder folder;
    ASSERT_EQ(run_process({command(folder, "a")}).exit_code, 0);
    ASSERT_EQ(run_process({command(folder, "b")}).exit_code, 0);
    test::fs::remove_all(folder / "b/checkpoint-12");
    test::fs::resize_file(folder / "b/checkpoint-8/optimizer.safetensors", 1000);
    test::fs::remove(folder / "b/config.json");  // else the run is taken for done
    const auto result = run_process({command(folder, "b")});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("Skipped the checkpoint"));
    EXPECT_THAT(result.out, HasSubstr("\"resumed_from\":\"checkpoint-4\""));
    expect_equal_runs(folder / "a", folder / "b");
}

TEST(UniviTrain, ADoneRunIsLeftAlone) {
    ScratchFolder folder;
    ASSERT_EQ(run_process({command(folder, "run")}).exit_code, 0);
    const auto before = base::sha256_file_hex(folder / "run/model.safetensors");
    const auto again = run_process({command(folder, "run")});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.err, HasSubstr("is done"));
    EXPECT_EQ(losses(folder / "run").size(), 12U);
    EXPECT_EQ(base::sha256_file_hex(folder / "run/model.safetensors"), before);
    // More steps go on from the newest checkpoint.
    const auto longer = run_process({command(folder, "run", {"--max_steps", "14"})});
    EXPECT_THAT(longer.out, HasSubstr("\"resumed_from\":\"checkpoint-12\""));
    EXPECT_EQ(losses(folder / "run").size(), 14U);
}

TEST(UniviTrain, GoingBackOpensALineThatARestartContinues) {
    ScratchFolder folder;
    const test::fs::path run = folder / "run";
    ASSERT_EQ(run_process({command(folder, "whole")}).exit_code, 0);
    ASSERT_EQ(run_process({command(folder, "run")}).exit_code, 0);
    const auto old = base::sha256_file_hex(run / "checkpoint-8/model.safetensors");
    {
        Process back({command(folder, "run",
                              {"--resume_from_checkpoint", (run / "checkpoint-4/").string(),
                               "--save_total_limit", "1"})});
        ASSERT_TRUE(back.read_until(
            [](const std::string& line) { return line.find("\"branch\"") != std::string::npos; }));
        back.signal(SIGKILL);
        back.wait();
    }
    EXPECT_FALSE(test::fs::exists(run / "model.safetensors"));
    const auto resumed = run_process({command(folder, "run", {"--save_total_limit", "1"})});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_THAT(resumed.out, HasSubstr("\"resumed_from\":\"checkpoint-4\""));
    expect_equal_runs(folder / "whole", run);
    EXPECT_FALSE(test::fs::exists(run / "checkpoint-8"));
    EXPECT_EQ(base::sha256_file_hex(run / "branches/1/checkpoint-8/model.safetensors"), old);
    EXPECT_TRUE(test::fs::exists(run / "branches/1/model.safetensors"));
    const auto wrong = run_process(
        {command(folder, "run", {"--resume_from_checkpoint", (run / "checkpoint-4").string()})});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("is not there. The run has checkpoint-12, "
                                     "branches/1/checkpoint-8, branches/1/checkpoint-12."));
}

/// Folders whose names are no UTF-8: run.json loses nothing, so that it starts the run again, and
/// the result finds its tower.
TEST(UniviTrain, FoldersOfAnyBytesAreTrainedInAndResumed) {
    ScratchFolder folder;
    const test::fs::path place = folder / "caf\xE9";
    test::fs::create_directories(place);
    test::fs::create_directory_symlink(kModels / "openai/clip-vit-tiny-patch14",
                                       place / "tour\xE9");
    const test::fs::path run = place / "run";
    const auto first = run_process({command(folder, "caf\xE9/run",
                                            {"--vision_tower", (place / "tour\xE9").string(),
                                             "--max_steps", "2", "--save_steps", "2"})});
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const auto written = test::read_json(run / "run.json");
    EXPECT_EQ(written["options"]["output_dir_bytes"], base::path_to_ascii(run.string()));
    EXPECT_EQ(written["command"][0], kProgram);
    EXPECT_TRUE(std::ranges::any_of(written["command"], [&](const test::Json& word) {
        return base::take_path(word, "path") == run.string();
    }));
    EXPECT_EQ(model::read_model_config(run).vision_tower, "tour\xE9");
    test::write(folder / "again.json", written["options"].dump());
    const auto second =
        run_process({{kProgram, "--config", (folder / "again.json").string(), "--max_steps", "4"}});
    ASSERT_EQ(second.exit_code, 0) << second.err;
    EXPECT_THAT(second.err, HasSubstr("Resuming from"));
    EXPECT_EQ(test::read_json(run / "trainer_state.json")["global_step"], 4);
    EXPECT_EQ(
        std::distance(test::fs::directory_iterator(folder.path()), test::fs::directory_iterator()),
        4)
        << "datasets.json, again.json, the cache and the folder";
}

TEST(UniviTrain, OneProcessAFolder) {
    ScratchFolder folder;
    Process first({command(folder, "run", {"--max_steps", "100000"})});
    ASSERT_TRUE(first.read_until([](const std::string& line) { return is_step(line, 1); }));
    EXPECT_EQ(std::stoi(base::read_file(folder / "run/pid")), first.id());
    const auto second = run_process({command(folder, "run")});
    EXPECT_NE(second.exit_code, 0);
    EXPECT_THAT(second.err, HasSubstr("Another univi-train"));
    first.signal(SIGINT);
    EXPECT_EQ(first.wait(), 1);
}

TEST(UniviTrain, AClosedStdoutDoesNotEndTheRun) {
    ScratchFolder folder;
    std::string line = "exec ";
    for (const auto& word : command(folder, "run")) line += "'" + word + "' ";
    // head goes after one line; the program's own exit code comes back through a file.
    const auto result = run_process(
        {{"/bin/bash", "-c", "set -o pipefail; (" + line + ") | head -n 1 >/dev/null"}});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(test::fs::exists(folder / "run/model.safetensors"));
}

struct BadCall {
    std::vector<std::string> more;
    int exit_code;
    const char* says;
};

/// What is asked for is traced, no more: two steps of four, each with its parts.
TEST(UniviTrain, TheFirstStepsAreTraced) {
    ScratchFolder folder;
    auto words = command(folder, "traced", {"--trace_steps", "2"});
    *(std::find(words.begin(), words.end(), "--max_steps") + 1) = "4";
    const auto run = run_process({words});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    std::map<std::string, int> spans;
    const auto trace = test::read_json(folder / "traced/trace-rank0.json");
    for (const auto& event : trace.at("traceEvents")) ++spans[event.at("name").get<std::string>()];
    for (const char* part : {"step", "clip gradients", "update", "agree"})
        EXPECT_EQ(spans[part], 2) << part;
    for (const char* part :
         {"wait for samples", "encode and lay out", "forward", "backward", "exchange gradients"})
        EXPECT_GE(spans[part], 2) << part;
    ASSERT_EQ(run_process({command(folder, "plain")}).exit_code, 0);
    EXPECT_FALSE(test::fs::exists(folder / "plain/trace-rank0.json"));
}

TEST(UniviTrain, AFailedStartIsToldAsAnEventToWhoeverAsks) {
    ScratchFolder folder;
    const auto file = folder / "failure.json";
    const auto failure = [&](const std::vector<std::string>& more) {
        run_process({command(folder, "run", more),
                     folder.path().string(),
                     {{protocol::train::kFailureVariable, file.string()}}});
        return protocol::train::read_failure(file).value_or(protocol::train::ErrorEvent());
    };
    const auto flag = failure({"--learning_rat", "1"});
    EXPECT_EQ(flag.known_fault(), protocol::Fault::Usage);
    EXPECT_THAT(flag.message, HasSubstr("--learning_rate"));
    EXPECT_FALSE(test::fs::exists(folder / "run/events.jsonl"));
    EXPECT_THAT(failure({"--model_name_or_path", "nowhere"}).message, HasSubstr("nowhere"));
}

class BadInput : public ::testing::TestWithParam<BadCall> {};

TEST_P(BadInput, IsOneSentence) {
    ScratchFolder folder;
    test::write(folder / "empty.json", "[]");
    auto words = command(folder, "run", GetParam().more);
    const auto result = run_process({words, folder.path().string()});
    EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.err;
    EXPECT_THAT(result.err, HasSubstr(GetParam().says));
    std::istringstream lines(result.err);
    int errors = 0;
    for (std::string line; std::getline(lines, line);)
        errors += line.find("error") != std::string::npos;
    EXPECT_EQ(errors, 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    Calls, BadInput,
    ::testing::Values(BadCall{{"--learning_rat", "1"}, 2, "--learning_rate"},
                      BadCall{{"--model_name_or_path", "nowhere"}, 1, "nowhere"},
                      BadCall{{"--vision_tower", "openai/none"}, 1, "openai/none"},
                      BadCall{{"--dataset_use", "Pretrain"}, 2, "stage1, stage2"},
                      BadCall{{"--datasets", "empty.json"}, 1, "empty.json"},
                      BadCall{{"--datasets", "missing.json"}, 2, "missing.json"},
                      BadCall{{"--pretrain_mm_mlp_adapter", "none.bin"}, 1, "none.bin"},
                      BadCall{{"--version", "v9"}, 2, "v9"},
                      BadCall{{"--output_dir", "/proc/none"}, 1, "/proc/none"},
                      BadCall{{"--device", "tpu"}, 2, "tpu"}));

TEST(UniviTrain, AHalfToldRankIsRefusedInASentence) {
    ScratchFolder folder;
    const auto result = run_process({command(folder, "run"), "", {{"WORLD_SIZE", "2"}}});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("WORLD_SIZE is 2, but the variable RANK is missing"));
}

TEST(UniviTrain, HelpAndVersion) {
    const auto help = run_process({{kProgram, "--help"}});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("--tune_mm_mlp_adapter"));
    EXPECT_THAT(run_process({{kProgram, "--version"}}).out, HasSubstr("univi-train "));
}

}  // namespace
}  // namespace univi::training
