#pragma once

// What the tests of univi-train in several processes share: a tiny run, its events, its processes.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <map>

#include "tests/support/process.h"
#include "tests/training/training_support.h"
#include "tests/training/typed_events.h"

namespace univi::training {

using test::ScratchFolder;
using ::testing::HasSubstr;
using ::testing::Not;
using ::univi::test::Process;
using ::univi::test::run_process;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

inline const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
inline const test::fs::path kModels = test::golden() / "models";
inline const std::map<std::string, std::string> kQuick = {{"UNIVI_RANK_TIMEOUT", "5"}};

using Words = std::vector<std::string>;

/// A tiny stage-2 run of `steps` steps whose common batch is two samples. Later flags win.
inline Words command(const ScratchFolder& folder, const std::string& output, const Words& more,
                     int steps = 6) {
    Words result = test::golden_run_words(kProgram, folder, output);
    const Words common = {"--per_device_train_batch_size",
                          "1",
                          "--max_steps",
                          std::to_string(steps),
                          "--save_steps",
                          "2",
                          "--learning_rate",
                          "1e-3",
                          "--logging_steps",
                          "1",
                          "--threads",
                          "1",
                          "--device",
                          "cpu",
                          "--save_dtype",
                          "fp32",
                          "--lr_scheduler_type",
                          "constant",
                          "--dataloader_num_workers",
                          "1",
                          "--visual_token_cache",
                          (folder / "cache").string()};
    result.insert(result.end(), common.begin(), common.end());
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

inline Words two_ranks(int stage) {
    return {"--include", "localhost:0,1", "--zero_stage", std::to_string(stage)};
}

inline std::vector<test::Json> events(const test::fs::path& run, const std::string& kind) {
    return test::events_of(run, kind);
}

inline std::map<int, double> losses(const test::fs::path& run) {
    std::map<int, double> result;
    for (const auto& event : events(run, "step"))
        result[event["step"].get<int>()] = event["loss"].get<double>();
    return result;
}

inline bool is_step(const std::string& line, int step) {
    const auto event = test::Json::parse(line, nullptr, false);
    return event.is_object() && event["event"] == "step" && event["step"] == step;
}

inline void expect_same_run(const test::fs::path& ours, const test::fs::path& expected) {
    const auto a = losses(ours), b = losses(expected);
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [step, loss] : b) EXPECT_NEAR(a.at(step) / loss, 1, 1e-5) << "step " << step;
}

/// Processes that `parent` started and that still run, oldest first: the ranks of a launcher.
inline std::vector<pid_t> children_of(pid_t parent) {
    const std::string id = std::to_string(parent);
    std::istringstream text(base::read_file("/proc/" + id + "/task/" + id + "/children"));
    std::vector<pid_t> result;
    for (pid_t child; text >> child;) result.push_back(child);
    return result;
}

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

inline int free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(descriptor);
    return ntohs(address.sin_port);
}

/// The variables torchrun sets.
inline std::map<std::string, std::string> torchrun_environment(int rank, int size, int port) {
    auto result = kQuick;
    result["RANK"] = result["LOCAL_RANK"] = std::to_string(rank);
    result["WORLD_SIZE"] = result["LOCAL_WORLD_SIZE"] = std::to_string(size);
    result["MASTER_ADDR"] = "127.0.0.1";
    result["MASTER_PORT"] = std::to_string(port);
    result["TORCHELASTIC_RUN_ID"] = "none";
    return result;
}

}  // namespace univi::training
