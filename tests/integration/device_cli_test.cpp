// univi-cli on a device that is not the CPU: what it says, groups, evaluates and dumps is what it
// does on the CPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/file.h"
#include "core/model/safetensors.h"
#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

const std::string kSamples = UNIVI_SOURCE_DIR "/resources/samples/";

ProcessResult run_on(const std::string& device, std::vector<std::string> words) {
    words.insert(words.begin(), program("univi-cli"));
    words.insert(words.end(), {"--device", device, "--dtype", "fp32", "--threads", "2"});
    return run_process({words,
                        {},
                        {{"UNIVI_DEVICE_LIBRARY",
                          std::string(UNIVI_BIN_DIR) + "/../tests/libunivi_fake_device.so"}}});
}

std::string said_on(const std::string& device, const std::vector<std::string>& words) {
    const auto result = run_on(device, words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
}

TEST(CliOnFake, ChatSaysTheSame) {
    const std::vector<std::string> words{"chat", "--image", kSamples + "fruit.jpg", "--prompt",
                                         "What is in this picture?"};
    const std::string here = said_on("cpu", words);
    EXPECT_GT(here.size(), 5U);
    EXPECT_EQ(said_on("fake:1", words), here);
    EXPECT_EQ(said_on("fake:0,1", words), here);
}

TEST(CliOnFake, ATrainingStepIsMeasuredThere) {
    auto words = std::vector<std::string>{program("univi-cli"), "bench", "train", "--runs", "1",
                                          "--device",           "fake:1"};
    const auto result =
        run_process({words,
                     {},
                     {{"UNIVI_DEVICE_LIBRARY",
                       std::string(UNIVI_BIN_DIR) + "/../tests/libunivi_fake_device.so"}}});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto figure = base::Json::parse(result.out);
    EXPECT_EQ(figure["device"], "fake:1");
    EXPECT_GT(figure["median"], 0);
}

TEST(CliOnFake, ClustersAreTheSame) {
    const ScratchFolder folder;
    const auto groups_on = [&](const std::string& device) {
        const std::string out = (folder / device.substr(0, 3)).string();
        said_on(device, {"clusters", "--image", kSamples + "street.jpg", "--out", out});
        return base::read_json_file(out +
                                    "/clusters.json")["frames"][0]["stages"][2]["patch_to_group"];
    };
    const auto here = groups_on("cpu");
    EXPECT_GT(here.size(), 100U);
    EXPECT_EQ(groups_on("fake:0"), here);
}

TEST(CliOnFake, DumpsTheSameTensors) {
    const ScratchFolder folder;
    const auto dump_on = [&](const std::string& device) {
        const std::string out = (folder / (device.substr(0, 3) + ".safetensors")).string();
        said_on(device, {"dump", "--image", kSamples + "street.jpg", "--prompt", "What is this?",
                         "--out", out});
        return model::read_safetensors(out);
    };
    const auto here = dump_on("cpu"), there = dump_on("fake:0");
    ASSERT_EQ(there.size(), here.size());
    for (const auto& [name, expected] : here) {
        if (expected.dtype != model::DType::F32) continue;
        const auto& found = there.at(name);
        const auto* a = reinterpret_cast<const float*>(found.data);
        const auto* b = reinterpret_cast<const float*>(expected.data);
        double most = 1e-6, apart = 0;
        for (std::int64_t i = 0; i < expected.num_elements(); ++i) {
            most = std::max(most, std::abs(static_cast<double>(b[i])));
            apart = std::max(apart, std::abs(static_cast<double>(a[i]) - b[i]));
        }
        EXPECT_LT(apart / most, 1e-3) << name;
    }
}

TEST(CliOnFake, EvaluatesToTheSameAnswers) {
    const ScratchFolder folder;
    const auto answers_on = [&](const std::string& device) {
        const std::string answers = (folder / (device.substr(0, 3) + ".jsonl")).string();
        said_on(device, {"eval", "pope", "--questions",
                         std::string(UNIVI_TEST_DATA) + "/eval/pope_random.jsonl", "--media",
                         kSamples, "--answers", answers, "--json"});
        return base::read_file(answers);
    };
    const std::string here = answers_on("cpu");
    EXPECT_EQ(std::count(here.begin(), here.end(), '\n'), 6);
    EXPECT_EQ(answers_on("fake:0"), here);
}

TEST(CliOnFake, InfoSaysWhatLiesWhere) {
    const std::string text = said_on("fake:0,1", {"info"});
    EXPECT_NE(text.find("lies on          fake:0: layers 0 to 7"), std::string::npos) << text;
    const auto none = run_on("fake:7", {"info"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_NE(none.err.find("this machine has 2 fake device(s)"), std::string::npos) << none.err;
    const auto full = run_on("fake:0", {"info", "--max-memory", "0:20MB"});
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_NE(full.err.find("The model in fp32 needs "), std::string::npos) << full.err;
}

}  // namespace
}  // namespace univi::test
