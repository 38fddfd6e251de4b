// Ranks started by others than our launcher, on one host or two, and a port that is taken.
#include "tests/training/distributed/ranks_support.h"

namespace univi::training {
namespace {

/// Two network namespaces with a cable between them: 10.213.7.1 and 10.213.7.2. Needs the right
/// to make them.
class TwoHosts {
  public:
    TwoHosts() {
        const std::string a = names_[0], b = names_[1];
        is_there_ =
            run("ip netns add " + a + " && ip netns add " + b + " && ip link add veth0 netns " + a +
                " type veth peer name veth0 netns " + b) &&
            run("ip -n " + a + " addr add 10.213.7.1/24 dev veth0 && ip -n " + a +
                " link set veth0 up && ip -n " + a + " link set lo up && ip -n " + b +
                " addr add 10.213.7.2/24 dev veth0 && ip -n " + b + " link set veth0 up && ip -n " +
                b + " link set lo up");
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
    static bool run(const std::string& line) {
        return run_process({{"/bin/sh", "-c", line + " 2>/dev/null"}}).exit_code == 0;
    }
    std::string names_[2] = {"univi-a-" + std::to_string(::getpid()),
                             "univi-b-" + std::to_string(::getpid())};
    bool is_there_ = false;
};

/// Three steps by one process: what every launcher's two ranks must equal.
void run_alone(const ScratchFolder& folder) {
    const Words alone = {
        "--gradient_accumulation_steps", "2", "--save_strategy", "no", "--save_final", "False"};
    ASSERT_EQ(run_process({command(folder, "one", alone, 3)}).exit_code, 0);
}

bool is_installed(const std::string& program) {
    return run_process({{"/bin/sh", "-c", "command -v " + program}}).exit_code == 0;
}

/// The launcher itself, where it is installed.
void expect_launched(const std::string& program, Words launch) {
    if (!is_installed(program)) GTEST_SKIP() << program << " is not installed here";
    ScratchFolder folder;
    run_alone(folder);
    const Words run = command(
        folder, "two", {"--zero_stage", "2", "--save_strategy", "no", "--save_final", "False"}, 3);
    // the shell looks along PATH
    launch.insert(launch.begin(), {"/bin/sh", "-c", "exec \"$@\"", "sh", program});
    launch.insert(launch.end(), run.begin(), run.end());
    const auto result = run_process({launch, {}}, {}, 120s);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err + result.out, HasSubstr("started by " + program));
    EXPECT_EQ(events(folder / "two", "start").at(0)["ranks"], 2);
    expect_same_run(folder / "two", folder / "one");
}

TEST(Launchers, Torchrun) {
    expect_launched("torchrun", {"--no-python", "--nproc-per-node", "2"});
}

TEST(Launchers, Mpirun) {
    Words words = {"--oversubscribe", "-np", "2"};
    if (::geteuid() == 0) words.insert(words.begin(), "--allow-run-as-root");
    expect_launched("mpirun", words);
}

/// Slurm's variables, as srun sets them; without Slurm.
TEST(Launchers, SlurmVariables) {
    ScratchFolder folder;
    run_alone(folder);
    const std::string port = std::to_string(free_port());
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 2; ++rank) {
        auto environment = kQuick;
        environment["SLURM_PROCID"] = environment["SLURM_LOCALID"] = std::to_string(rank);
        environment.insert({{"SLURM_NTASKS", "2"},
                            {"SLURM_STEP_ID", "0"},
                            {"SLURM_JOB_ID", "4711"},
                            {"SLURM_TASKS_PER_NODE", "2"},
                            {"SLURM_STEP_NODELIST", "localhost"},
                            {"MASTER_PORT", port}});
        ranks.push_back(std::make_unique<Process>(univi::test::ProcessOptions{
            command(folder, "two", {"--zero_stage", "1", "--save_strategy", "no"}, 3), "",
            environment}));
    }
    for (const auto& rank : ranks) EXPECT_EQ(rank->wait(60s), 0) << rank->stderr_text();
    EXPECT_THAT(ranks[0]->stderr_text(), HasSubstr("started by Slurm"));
    expect_same_run(folder / "two", folder / "one");
}

TEST(Launchers, TwoHostsAreOneRun) {
    const TwoHosts hosts;
    if (!hosts.is_there())
        GTEST_SKIP() << "network namespaces cannot be made here (that takes root and iproute2)";
    ScratchFolder folder;
    run_alone(folder);
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 2; ++rank) {
        auto environment = torchrun_environment(rank, 2, 29533);
        environment["MASTER_ADDR"] = "10.213.7.1";
        environment["LOCAL_RANK"] = "0";
        environment["LOCAL_WORLD_SIZE"] = "1";
        ranks.push_back(std::make_unique<Process>(univi::test::ProcessOptions{
            hosts.on(rank,
                     command(folder, "two", {"--zero_stage", "3", "--save_strategy", "no"}, 3)),
            "", environment}));
    }
    for (const auto& rank : ranks) EXPECT_EQ(rank->wait(60s), 0) << rank->stderr_text();
    expect_same_run(folder / "two", folder / "one");
}

TEST(Launchers, APortInUseIsReplaced) {
    ScratchFolder folder;
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
    const auto refused = run_process(
        {command(folder, "other", {}), "", torchrun_environment(0, 2, ntohs(address.sin_port))});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("Port " + port + " is in use"));
    ::close(busy);
}

}  // namespace
}  // namespace univi::training
