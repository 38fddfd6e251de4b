// univi-train in several processes: the same run as one process, and what happens when ranks die, hang, stop or meet a full disk.
#include <gmock/gmock.h>
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <map>
#include <random>
#include <thread>

#include "core/model/tensor_table.h"
#include "tests/support/process.h"
#include "tests/training/training_support.h"

namespace univi::training {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::univi::test::Process;
using ::univi::test::run_process;
using test::TemporaryFolder;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
const test::fs::path kModels = test::golden() / "models";
const std::map<std::string, std::string> kQuick = {{"UNIVI_RANK_TIMEOUT", "5"}};
/// Half of a short run is loading its libraries: with this the programs need not start themselves anew (core/base/openmp.h).
[[maybe_unused]] const int kNoRestart = ::setenv("GOMP_SPINCOUNT", "1000", /*overwrite=*/0);

using Words = std::vector<std::string>;

/// A tiny stage-2 run of `steps` steps whose common batch is two samples. Later flags win.
Words command(const TemporaryFolder& folder, const std::string& output, const Words& more, int steps = 6) {
    Words result = {kProgram, "--model_name_or_path", (kModels / "tinyA-base").string(), "--vision_tower",
                    (kModels / "openai/clip-vit-tiny-patch14").string(), "--pretrain_mm_mlp_adapter",
                    (kModels / "tinyA-base-stage1/mm_projector.bin").string(), "--datasets",
                    test::golden_datasets(folder).string(), "--dataset_use", "stage1", "--output_dir",
                    (folder / output).string(), "--per_device_train_batch_size", "1", "--max_steps", std::to_string(steps),
                    "--save_steps", "2", "--learning_rate", "1e-3", "--logging_steps", "1", "--threads", "1", "--device", "cpu",
                    "--save_dtype", "fp32", "--lr_scheduler_type", "constant", "--dataloader_num_workers", "1", "--visual_token_cache", (folder / "cache").string()};
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

Words two_ranks(int stage) {
    return {"--include", "localhost:0,1", "--zero_stage", std::to_string(stage)};
}

std::vector<test::Json> events(const test::fs::path& run, const std::string& kind) {
    std::vector<test::Json> result;
    std::istringstream lines(base::read_file(run / "events.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        const auto event = test::Json::parse(line);
        if (event["event"] == kind) result.push_back(event);
    }
    return result;
}

std::map<int, double> losses(const test::fs::path& run) {
    std::map<int, double> result;
    for (const auto& event : events(run, "step")) result[event["step"].get<int>()] = event["loss"].get<double>();
    return result;
}

bool is_step(const std::string& line, int step) {
    const auto event = test::Json::parse(line, nullptr, false);
    return event.is_object() && event["event"] == "step" && event["step"] == step;
}

/// Largest difference of two saved models, relative to the tensor's largest value.
double weights_apart(const test::fs::path& a, const test::fs::path& b) {
    const auto ours = model::read_safetensors(a / "model.safetensors"), theirs = model::read_safetensors(b / "model.safetensors");
    EXPECT_EQ(ours.size(), theirs.size());
    double worst = 0;
    for (const auto& [name, view] : ours) {
        const auto& other = theirs.at(name);
        const auto* x = reinterpret_cast<const float*>(view.data);
        const auto* y = reinterpret_cast<const float*>(other.data);
        double most = 1e-6, apart = 0;
        for (std::int64_t i = 0; i < view.num_elements(); ++i) {
            most = std::max(most, std::abs(static_cast<double>(y[i])));
            apart = std::max(apart, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
        }
        worst = std::max(worst, apart / most);
    }
    return worst;
}

void expect_same_run(const test::fs::path& ours, const test::fs::path& expected) {
    const auto a = losses(ours), b = losses(expected);
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [step, loss] : b) EXPECT_NEAR(a.at(step) / loss, 1, 1e-5) << "step " << step;
}

/// Processes that `parent` started and that still run, oldest first: the ranks of a launcher.
std::vector<pid_t> children_of(pid_t parent) {
    const std::string id = std::to_string(parent);
    std::istringstream text(base::read_file("/proc/" + id + "/task/" + id + "/children"));
    std::vector<pid_t> result;
    for (pid_t child; text >> child;) result.push_back(child);
    return result;
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

int free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(descriptor);
    return ntohs(address.sin_port);
}

TEST(Ranks, EveryStageEqualsOneProcess) {
    TemporaryFolder folder;
    const auto one = run_process({command(folder, "one", {"--gradient_accumulation_steps", "2", "--save_strategy", "no"}, 4)});
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
        EXPECT_LT(weights_apart(folder / name, folder / "one"), 1e-3);  // AdamW's first steps are sign-like
        const auto start = events(folder / name, "start").at(0);
        EXPECT_EQ(start["ranks"], 2);
        EXPECT_EQ(start["backend"], "gloo");
        EXPECT_EQ(start["parallel"]["zero_optimization"]["stage"], stage);
    }
}

/// A data set whose size every number of ranks here divides.
Words twelve_samples(const TemporaryFolder& folder) {
    auto items = test::read_json(test::golden() / "data/train_chat_stage1.json");
    for (int i = 0; i < 4; ++i) items.push_back(items[static_cast<std::size_t>(i)]);
    test::write(folder / "twelve_chat.json", items.dump());
    const test::Json list = {{"twelve", {{{"chat_path", (folder / "twelve_chat.json").string()},
                                          {"inputs", (test::golden() / "inputs").string()}}}}};
    test::write(folder / "twelve.json", list.dump());
    return {"--datasets", (folder / "twelve.json").string(), "--dataset_use", "twelve"};
}

TEST(Ranks, OneRunOnTwoThenOneThenThree) {
    TemporaryFolder folder;
    const Words data = twelve_samples(folder);
    const auto run = [&](const std::string& name, int steps, Words more) {  // six samples a step, whoever computes them
        more.insert(more.end(), data.begin(), data.end());
        return run_process({command(folder, name, more, steps)});
    };
    ASSERT_EQ(run("one", 6, {"--gradient_accumulation_steps", "6"}).exit_code, 0);
    const auto two = run("many", 2, {"--include", "localhost:0,1", "--zero_stage", "3", "--gradient_accumulation_steps", "3",
                                     "--save_final", "False"});
    ASSERT_EQ(two.exit_code, 0) << two.err;
    const auto alone = run("many", 4, {"--gradient_accumulation_steps", "6", "--save_final", "False"});
    ASSERT_EQ(alone.exit_code, 0) << alone.err;
    EXPECT_THAT(alone.out, HasSubstr("\"resumed_from\":\"checkpoint-2\""));
    const auto three = run("many", 6, {"--include", "localhost:0,1,2", "--zero_stage", "2", "--gradient_accumulation_steps", "2"});
    ASSERT_EQ(three.exit_code, 0) << three.err;
    EXPECT_THAT(three.out, HasSubstr("\"resumed_from\":\"checkpoint-4\""));
    EXPECT_THAT(three.err, Not(HasSubstr("with another")));
    expect_same_run(folder / "many", folder / "one");
}

struct Loss {
    int rank;
    int signal;
};
class LostRank : public ::testing::TestWithParam<Loss> {};

TEST_P(LostRank, EndsTheOthersAndIsNamed) {
    const auto [rank, signal] = GetParam();
    TemporaryFolder folder;
    Process launcher({command(folder, "run", two_ranks(2), 1000000), "", kQuick});
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return is_step(line, 2); })) << launcher.stderr_text();
    const auto ranks = children_of(launcher.id());
    ASSERT_EQ(ranks.size(), 2U);
    const auto begin = Clock::now();
    ::kill(ranks[static_cast<std::size_t>(rank)], signal);
    const auto code = launcher.wait(60s);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(*code, 1);
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(launcher.stderr_text(), HasSubstr("Rank " + std::to_string(rank)));
    EXPECT_THAT(launcher.stderr_text(), HasSubstr("signal " + std::to_string(signal)));
    // The run folder says it too, for the window that looks later.
    const auto errors = events(folder / "run", "error");
    ASSERT_FALSE(errors.empty());
    EXPECT_THAT(errors.back()["message"].get<std::string>(), HasSubstr("Rank " + std::to_string(rank)));
    for (const pid_t each : ranks) EXPECT_NE(::kill(each, 0), 0) << "rank process " << each << " is left over";
}

INSTANTIATE_TEST_SUITE_P(Ranks, LostRank, ::testing::Values(Loss{1, SIGKILL}, Loss{0, SIGKILL}, Loss{1, SIGSTOP}, Loss{0, SIGSTOP}),
                         [](const auto& info) {
                             return std::string(info.param.signal == SIGKILL ? "Killed" : "Stopped") + std::to_string(info.param.rank);
                         });

/// The variables torchrun sets.
std::map<std::string, std::string> torchrun_environment(int rank, int size, int port) {
    auto result = kQuick;
    result["RANK"] = result["LOCAL_RANK"] = std::to_string(rank);
    result["WORLD_SIZE"] = result["LOCAL_WORLD_SIZE"] = std::to_string(size);
    result["MASTER_ADDR"] = "127.0.0.1";
    result["MASTER_PORT"] = std::to_string(port);
    result["TORCHELASTIC_RUN_ID"] = "none";
    return result;
}

TEST(Ranks, StartedByAnotherLauncherTheyNameAKilledRankThemselves) {
    TemporaryFolder folder;
    const int port = free_port();
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 3; ++rank)
        ranks.push_back(std::make_unique<Process>(univi::test::ProcessOptions{
            command(folder, "run", {"--zero_stage", "2"}, 1000000), "", torchrun_environment(rank, 3, port)}));
    ASSERT_TRUE(ranks[0]->read_until([](const std::string& line) { return is_step(line, 2); })) << ranks[0]->stderr_text();
    const auto begin = Clock::now();
    ranks[1]->signal(SIGKILL);
    for (const int rank : {0, 2}) {
        EXPECT_EQ(ranks[static_cast<std::size_t>(rank)]->wait(40s), 1);
        EXPECT_THAT(ranks[static_cast<std::size_t>(rank)]->stderr_text(), HasSubstr("Rank 1 has given no sign of life"));
    }
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(events(folder / "run", "error").at(0)["message"].get<std::string>(), HasSubstr("Rank 1"));
}

TEST(Ranks, StartedByAnotherLauncherTheyNameAStoppedRankThemselves) {
    TemporaryFolder folder;
    const int port = free_port();
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 2; ++rank)
        ranks.push_back(std::make_unique<Process>(univi::test::ProcessOptions{
            command(folder, "run", {"--zero_stage", "3"}, 1000000), "", torchrun_environment(rank, 2, port)}));
    ASSERT_TRUE(ranks[0]->read_until([](const std::string& line) { return is_step(line, 2); })) << ranks[0]->stderr_text();
    ranks[0]->signal(SIGSTOP);  // the one that serves the meeting place
    const auto begin = Clock::now();
    EXPECT_EQ(ranks[1]->wait(40s), 1);
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(ranks[1]->stderr_text(), HasSubstr("Rank 0 has given no sign of life"));
}

/// Two network namespaces with a cable between them: 10.213.7.1 and 10.213.7.2. Needs the right to make them.
class TwoHosts {
  public:
    TwoHosts() {
        const std::string a = names_[0], b = names_[1];
        is_there_ = run("ip netns add " + a + " && ip netns add " + b + " && ip link add veth0 netns " + a +
                        " type veth peer name veth0 netns " + b) &&
                    run("ip -n " + a + " addr add 10.213.7.1/24 dev veth0 && ip -n " + a + " link set veth0 up && ip -n " + a +
                        " link set lo up && ip -n " + b + " addr add 10.213.7.2/24 dev veth0 && ip -n " + b +
                        " link set veth0 up && ip -n " + b + " link set lo up");
    }
    ~TwoHosts() {
        for (const std::string& name : names_) run("ip netns del " + name);
    }
    bool is_there() const { return is_there_; }
    Words on(int host, const Words& command) const {
        Words result = {"/bin/sh", "-c", "exec ip netns exec " + names_[host] + " \"$@\"", "sh"};
        result.insert(result.end(), command.begin(), command.end());
        return result;
    }

  private:
    static bool run(const std::string& line) { return run_process({{"/bin/sh", "-c", line + " 2>/dev/null"}}).exit_code == 0; }
    std::string names_[2] = {"univi-a-" + std::to_string(::getpid()), "univi-b-" + std::to_string(::getpid())};
    bool is_there_ = false;
};

TEST(Ranks, TwoHostsAreOneRun) {
    const TwoHosts hosts;
    if (!hosts.is_there()) GTEST_SKIP() << "network namespaces cannot be made here (that takes root and iproute2)";
    TemporaryFolder folder;
    const Words alone = {"--gradient_accumulation_steps", "2", "--save_strategy", "no", "--save_final", "False"};
    ASSERT_EQ(run_process({command(folder, "one", alone, 3)}).exit_code, 0);
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 2; ++rank) {
        auto environment = torchrun_environment(rank, 2, 29533);
        environment["MASTER_ADDR"] = "10.213.7.1";
        environment["LOCAL_RANK"] = "0";
        environment["LOCAL_WORLD_SIZE"] = "1";
        ranks.push_back(std::make_unique<Process>(univi::test::ProcessOptions{
            hosts.on(rank, command(folder, "two", {"--zero_stage", "3", "--save_strategy", "no"}, 3)), "", environment}));
    }
    for (const auto& rank : ranks) EXPECT_EQ(rank->wait(60s), 0) << rank->stderr_text();
    expect_same_run(folder / "two", folder / "one");
}

TEST(Ranks, ARankThatFailsByItselfSaysWhyToAll) {
    TemporaryFolder folder;
    const int port = free_port();
    Process first({command(folder, "run", {"--zero_stage", "2"}), "", torchrun_environment(0, 2, port)});
    Process second({command(folder, "run", {"--zero_stage", "2", "--pretrain_mm_mlp_adapter", "nowhere.bin"}), "",
                    torchrun_environment(1, 2, port)});
    EXPECT_EQ(second.wait(40s), 1);
    EXPECT_EQ(first.wait(40s), 1);
    EXPECT_THAT(first.stderr_text(), HasSubstr("nowhere.bin"));
}

TEST(Ranks, SignalsSaveAndStopOrSaveAndGoOn) {
    TemporaryFolder folder;
    ASSERT_EQ(run_process({command(folder, "whole", two_ranks(2), 24)}).exit_code, 0);
    Process launcher({command(folder, "run", [] {
        Words more = two_ranks(2);
        more.insert(more.end(), {"--save_steps", "1000"});
        return more;
    }(), 24)});
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return is_step(line, 2); }));
    // A rank that is only slow is waited for.
    const pid_t slow = children_of(launcher.id()).at(1);
    ::kill(slow, SIGSTOP);
    std::this_thread::sleep_for(700ms);
    ::kill(slow, SIGCONT);
    launcher.signal(SIGUSR1);
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return line.find("\"checkpoint\"") != std::string::npos; }));
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return line.find("\"step\"") != std::string::npos; }));
    launcher.signal(SIGTERM);
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return line.find("\"stopped\"") != std::string::npos; }));
    EXPECT_EQ(launcher.wait(), 1);
    EXPECT_THAT(launcher.stderr_text(), Not(HasSubstr("the run ends with it")));
    ASSERT_EQ(run_process({command(folder, "run", two_ranks(2), 24)}).exit_code, 0);
    EXPECT_EQ(losses(folder / "run"), losses(folder / "whole"));
    EXPECT_EQ(base::sha256_file_hex(folder / "run/model.safetensors"), base::sha256_file_hex(folder / "whole/model.safetensors"));
}

/// All processes of a run at once, as a power cut does it.
void kill_everything(Process& launcher) {
    const auto ranks = children_of(launcher.id());
    ::kill(launcher.id(), SIGKILL);
    for (const pid_t rank : ranks) ::kill(rank, SIGKILL);
    launcher.wait();
    for (const pid_t rank : ranks)
        while (::kill(rank, 0) == 0) std::this_thread::sleep_for(5ms);
}

/// UNIVI_KILL_ROUNDS, 10 unless it is set.
int kill_rounds() {
    const char* text = std::getenv("UNIVI_KILL_ROUNDS");
    return text ? std::max(1, std::atoi(text)) : 10;
}

TEST(Ranks, KilledAtRandomPointsARunEndsAsTheUnbrokenOne) {
    TemporaryFolder folder;
    const int rounds = kill_rounds(), num_steps = rounds * 8 / 5;  // a round takes one step or two
    const Words more = {"--include", "localhost:0,1", "--zero_stage", "2", "--save_steps", "1", "--save_total_limit", "2"};
    ASSERT_EQ(run_process({command(folder, "whole", more, num_steps)}).exit_code, 0);
    std::mt19937 random(7);
    int kills = 0;
    for (int i = 0; i < rounds; ++i) {
        Process launcher({command(folder, "run", more, num_steps)});
        // Somewhere within a step or while a checkpoint is written, at a random number of steps after the start.
        const int steps = 1 + static_cast<int>(random() % 2);
        int seen = 0;
        const auto at = launcher.read_until([&](const std::string& line) {
            return line.find("\"event\":\"step\"") != std::string::npos && ++seen == steps;
        });
        if (!at) break;  // the run is done
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
        kill_everything(launcher);
        ++kills;
    }
    EXPECT_GE(kills, rounds / 2);
    RecordProperty("kills", kills);
    const auto last = run_process({command(folder, "run", more, num_steps)});
    ASSERT_EQ(last.exit_code, 0) << last.err;
    EXPECT_EQ(losses(folder / "run"), losses(folder / "whole"));
    EXPECT_EQ(base::sha256_file_hex(folder / "run/model.safetensors"), base::sha256_file_hex(folder / "whole/model.safetensors"));
    for (const auto& entry : test::fs::directory_iterator(folder / "run"))
        EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr(".tmp")));
}

TEST(Ranks, TornTruncatedAndFlippedCheckpointsAreSkipped) {
    TemporaryFolder folder;
    ASSERT_EQ(run_process({command(folder, "whole", two_ranks(2), 8)}).exit_code, 0);
    const auto run = folder / "run";
    test::fs::copy(folder / "whole", run, test::fs::copy_options::recursive);
    test::fs::remove(run / "config.json");  // else the run is taken for done
    test::fs::remove(run / "checkpoint-8/optimizer-00002-of-00002.safetensors");
    test::fs::resize_file(run / "checkpoint-6/optimizer-00001-of-00002.safetensors", 5000);
    {
        std::fstream file(run / "checkpoint-4/model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(200000);
        const char byte = static_cast<char>(file.get() ^ 4);
        file.seekp(200000);
        file.put(byte);
    }
    const auto result = run_process({command(folder, "run", two_ranks(2), 8)});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"resumed_from\":\"checkpoint-2\""));
    for (const char* each : {"checkpoint-8", "checkpoint-6", "checkpoint-4"})
        EXPECT_THAT(result.err, HasSubstr(std::string("Skipped the checkpoint ") + (run / each).string()));
    EXPECT_EQ(base::sha256_file_hex(run / "model.safetensors"), base::sha256_file_hex(folder / "whole/model.safetensors"));
}

TEST(Ranks, APortInUseIsReplaced) {
    TemporaryFolder folder;
    const int busy = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(busy, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(busy, 1), 0);
    ::getsockname(busy, reinterpret_cast<sockaddr*>(&address), &size);
    const std::string port = std::to_string(ntohs(address.sin_port));
    Words more = two_ranks(1);
    more.insert(more.end(), {"--master_port", port, "--save_strategy", "no"});
    const auto result = run_process({command(folder, "run", more, 1)});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("Port " + port + " is in use"));
    // Without our launcher there is nobody to choose another one for all: a sentence.
    const auto refused = run_process({command(folder, "other", {}), "", torchrun_environment(0, 2, ntohs(address.sin_port))});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("Port " + port + " is in use"));
    ::close(busy);
}

/// The projector of the tests with one value that is not a number.
std::string broken_projector(const TemporaryFolder& folder) {
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
    TemporaryFolder folder;
    const Words broken = {"--pretrain_mm_mlp_adapter", broken_projector(folder), "--save_strategy", "no"};
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
        const auto skipped = run_process({command(folder, many ? "many-skip" : "one-skip", more, 2)});
        EXPECT_EQ(skipped.exit_code, 0) << skipped.err;
        EXPECT_THAT(skipped.err, HasSubstr("at step 2"));
        EXPECT_THAT(skipped.err, HasSubstr("the step is left out"));
    }
}

TEST(Ranks, AFullDiskKeepsTheLastCheckpoint) {
    TemporaryFolder folder;
    for (const bool many : {false, true}) {
        const std::string name = many ? "many" : "one";
        Words more = many ? two_ranks(2) : Words{"--gradient_accumulation_steps", "2"};
        ASSERT_EQ(run_process({command(folder, name, more, 2)}).exit_code, 0);
        more.insert(more.end(), {"--save_final", "False"});
        // No file may grow beyond 3 MB from here on: the weights' 7 MB do not fit.
        std::string line = "trap '' XFSZ; ulimit -f 3000; exec";
        for (const auto& word : command(folder, name, more, 5)) line += " '" + word + "'";
        const auto result = run_process({{"/bin/bash", "-c", line}});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        EXPECT_THAT(result.err, HasSubstr("The checkpoint of step 4 was not written, the one before it stays"));
        EXPECT_EQ(base::verify_manifest(folder / name / "checkpoint-2"), "");
        EXPECT_FALSE(test::fs::exists(folder / name / "checkpoint-4"));
        EXPECT_EQ(losses(folder / name).size(), 5U);
    }
}

}  // namespace
}  // namespace univi::training
