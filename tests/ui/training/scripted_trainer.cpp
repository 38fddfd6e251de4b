// Plays univi-train for the tests of the window: writes a run folder as it does, trains nothing.
// What it does follows from --run_name:
//   "slow"                           a step every 20 ms until it is told to stop
//   "nan", "disk", "rank", "killed"  ends that way after 5 steps
//   "usage"                          ends before it makes the folder its own
//   anything else                    --max_steps quick steps, then done
// It writes the structs of core/protocol, as the real one does, so that window and trainer agree.
// SIGTERM: a checkpoint and the end; SIGUSR1: a checkpoint.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "core/base/atomic_file.h"
#include "core/base/log.h"
#include "core/protocol/train_failure.h"

namespace fs = std::filesystem;
using univi::base::Json;
using univi::protocol::Fault;
namespace train = univi::protocol::train;

namespace {

volatile std::sig_atomic_t stop_wanted = 0, save_wanted = 0;
fs::path folder;

void event(const train::Event& event) {
    std::ofstream(folder / "events.jsonl", std::ios::app) << train::to_line(event) << "\n";
}

void checkpoint(long step) {
    const std::string name = "checkpoint-" + std::to_string(step);
    if (fs::exists(folder / name)) return;  // asked for twice at the same step
    fs::create_directories(folder / ("." + name));
    for (const char* file : {"config.json", "model.safetensors"})
        std::ofstream(folder / ("." + name) / file) << "{}";
    fs::rename(folder / ("." + name), folder / name);
    event(train::CheckpointEvent{name, step});
}

long newestCheckpoint() {
    long newest = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        if (const std::string name = entry.path().filename(); name.starts_with("checkpoint-"))
            newest = std::max(newest, std::stol(name.substr(11)));
    return newest;
}

int fail(const std::string& kind, Fault fault, const std::string& sentence) {
    event(train::ErrorEvent{kind, sentence, fault, {}});
    univi::base::log_error(sentence);
    fs::remove(folder / "pid");
    return 1;
}

void step(long number, long total) {
    train::StepEvent step;
    step.step = number;
    step.total_steps = total;
    step.loss = 3.0 / double(number);
    step.learning_rate = 1e-4;
    step.grad_norm = 1.5;
    step.tokens_per_s = 1000;
    step.samples_per_s = 4;
    step.step_s = 0.02;
    step.eta_s = 0.02 * double(total - number);
    step.memory_bytes = 123'000'000;
    event(step);
}

}  // namespace

int main(int argc, char** argv) {
    std::string name;
    long total = 20;
    Json command = Json::array(),
         options = {{"learning_rate", 1e-4}, {"save_steps", 10}, {"tune_mm_mlp_adapter", false}};
    for (int i = 0; i < argc; ++i) command.push_back(argv[i]);
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string flag = argv[i], value = argv[i + 1];
        if (!flag.starts_with("--")) continue;
        options[flag.substr(2)] = value;
        if (flag == "--output_dir") folder = value;
        if (flag == "--run_name") name = value;
        if (flag == "--max_steps") total = std::stol(value);
        if (flag == "--tune_mm_mlp_adapter") options["tune_mm_mlp_adapter"] = value == "True";
    }
    univi::base::set_log_level(univi::base::LogLevel::Info);
    if (name == "usage") {
        const train::ErrorEvent error{
            "usage",
            "--learning_rat is not a flag of univi-train; did you mean --learning_rate?",
            Fault::Usage,
            {}};
        univi::base::log_error(error.message);
        train::keep_failure(error);
        return 2;
    }
    signal(SIGTERM, [](int) { stop_wanted = 1; });
    signal(SIGUSR1, [](int) { save_wanted = 1; });
    fs::create_directories(folder);
    univi::base::log_to_file((folder / "log.txt").string());
    std::ofstream(folder / "pid") << getpid() << "\n";
    options["max_steps"] = total;
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    const Json run{{"options", options},   {"command", command},
                   {"host", host},         {"started", "2026-01-02T03:04:05Z"},
                   {"total_steps", total}, {"device", "cpu"},
                   {"dtype", "fp32"},      {"ranks", 1}};
    // The window looks at any time: it must never see half a file.
    univi::base::write_file_atomically(folder / "run.json", run.dump());
    const long first = newestCheckpoint();
    train::StartEvent start;
    start.run = folder.string();
    start.facts.total_steps = total;
    if (first) start.resumed_from = "checkpoint-" + std::to_string(first);
    event(start);
    univi::base::log_info("Starting from the base model");
    const bool ends_badly = name == "nan" || name == "disk" || name == "rank" || name == "killed";
    for (long i = first + 1; i <= total; ++i) {
        step(i, total);
        if (name == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (i == 3) checkpoint(i);
        if (save_wanted) {
            save_wanted = 0;
            checkpoint(i);
        }
        if (stop_wanted) {
            checkpoint(i);
            event(train::StoppedEvent{i});
            fs::remove(folder / "pid");
            return 1;
        }
        if (ends_badly && i >= 5) {
            if (name == "killed") raise(SIGKILL);
            if (name == "nan")
                return fail("internal", Fault::NotANumber,
                            "The loss is no longer a number at step 5, with the samples "
                            "chat.json:12: lower --learning_rate or look at these samples.");
            if (name == "disk")
                return fail(
                    "file", Fault::DiskFull,
                    (folder / "events.jsonl").string() + " cannot be written: is the disk full?");
            return fail("device", Fault::RankLost,
                        "Rank 1 has given no sign of life for 20 s: its process is dead, stopped "
                        "or cut off.");
        }
    }
    for (const char* file : {"config.json", "model.safetensors"})
        std::ofstream(folder / file) << "{}";
    event(train::DoneEvent{total, 1.0});
    fs::remove(folder / "pid");
    return 0;
}
