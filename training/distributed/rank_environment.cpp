#include "training/distributed/rank_environment.h"

#include <charconv>
#include <cstdlib>

#include "core/base/error.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

constexpr int kMaxRanks = 1 << 20;

/// Reads variables as whole numbers and says which one is wrong.
class Reader {
  public:
    explicit Reader(const EnvironmentLookup& lookup) : lookup_(lookup) {}
    bool has(const std::string& name) const { return lookup_(name).has_value(); }
    std::string text(const std::string& name, const std::string& otherwise) const {
        return lookup_(name).value_or(otherwise);
    }
    std::optional<int> number(const std::string& name) const {
        const auto value = lookup_(name);
        if (!value) return std::nullopt;
        int result = 0;
        const char* end = value->data() + value->size();
        const auto parsed = std::from_chars(value->data(), end, result);
        if (parsed.ec != std::errc() || parsed.ptr != end || result < 0 || result > kMaxRanks)
            throw Error(ErrorKind::Usage, "The variable " + name + " is \"" + *value +
                                              "\", not a whole number from 0 on.");
        return result;
    }
    int required(const std::string& name, const std::string& because) const {
        if (const auto value = number(name)) return *value;
        throw Error(ErrorKind::Usage, because + ", but the variable " + name +
                                          " is missing: start univi-train with torchrun "
                                          "--no-python, mpirun, srun or --include.");
    }

  private:
    const EnvironmentLookup& lookup_;
};

void check(const RankEnvironment& environment) {
    if (environment.size < 1 || environment.rank >= environment.size)
        throw Error(ErrorKind::Usage,
                    "Rank " + std::to_string(environment.rank) + " of " +
                        std::to_string(environment.size) +
                        " processes makes no sense: look at the launcher's variables (" +
                        environment.launcher + ").");
    if (environment.master_port < 1 || environment.master_port > 65535)
        throw Error(ErrorKind::Usage, "Port " + std::to_string(environment.master_port) +
                                          " is none: give --master_port 1 to 65535.");
}

/// Where rank 0 is, when the launcher says nothing of it. Only right when all ranks are
/// on one host.
std::string only_host(const Reader& read, const RankEnvironment& environment,
                      const std::string& how) {
    if (const std::string named = read.text("MASTER_ADDR", ""); !named.empty()) return named;
    if (environment.local_size == environment.size) return "127.0.0.1";
    throw Error(
        ErrorKind::Usage,
        "The processes run on several hosts, but MASTER_ADDR does not say where rank 0 is: " + how);
}

RankEnvironment from_torchrun(const Reader& read, int default_port) {
    RankEnvironment result;
    result.launcher = read.has("TORCHELASTIC_RUN_ID") ? "torchrun" : "RANK and WORLD_SIZE";
    result.size = read.required("WORLD_SIZE", "RANK is set");
    result.rank = read.required("RANK", "WORLD_SIZE is " + std::to_string(result.size));
    result.local_rank = read.number("LOCAL_RANK").value_or(result.rank);
    result.local_size = read.number("LOCAL_WORLD_SIZE").value_or(result.size);
    result.master_address = read.text("MASTER_ADDR", "127.0.0.1");
    result.master_port = read.number("MASTER_PORT").value_or(default_port);
    if (result.rank == 0) result.listener = read.number(kListenerVariable).value_or(-1);
    result.launcher_hosts_store = read.text("TORCHELASTIC_USE_AGENT_STORE", "") == "True";
    result.attempt = read.text("TORCHELASTIC_RESTART_COUNT", "0");
    return result;
}

RankEnvironment from_open_mpi(const Reader& read, int default_port) {
    RankEnvironment result;
    result.launcher = "mpirun";
    result.size = read.required("OMPI_COMM_WORLD_SIZE", "mpirun is the launcher");
    result.rank = read.required("OMPI_COMM_WORLD_RANK", "mpirun is the launcher");
    result.local_rank = read.number("OMPI_COMM_WORLD_LOCAL_RANK").value_or(result.rank);
    result.local_size = read.number("OMPI_COMM_WORLD_LOCAL_SIZE").value_or(result.size);
    result.master_address = only_host(read, result, "mpirun -x MASTER_ADDR=<first host> …");
    result.master_port = read.number("MASTER_PORT").value_or(default_port);
    return result;
}

RankEnvironment from_pmi(const Reader& read, int default_port) {
    RankEnvironment result;
    result.launcher = "mpiexec";
    result.size = read.required("PMI_SIZE", "mpiexec is the launcher");
    result.rank = read.required("PMI_RANK", "mpiexec is the launcher");
    result.local_rank = read.number("MPI_LOCALRANKID").value_or(result.rank);
    result.local_size = read.number("MPI_LOCALNRANKS").value_or(result.size);
    result.master_address = only_host(read, result, "mpiexec -genv MASTER_ADDR <first host> …");
    result.master_port = read.number("MASTER_PORT").value_or(default_port);
    return result;
}

/// "4(x2),3": tasks a node; the first number is taken (nodes are filled alike).
int first_number(const std::string& list, int otherwise) {
    int value = 0;
    const auto parsed = std::from_chars(list.data(), list.data() + list.size(), value);
    return parsed.ec == std::errc() && value > 0 ? value : otherwise;
}

RankEnvironment from_slurm(const Reader& read, int default_port) {
    RankEnvironment result;
    result.launcher = "Slurm";
    result.size = read.required("SLURM_NTASKS", "Slurm is the launcher");
    result.rank = read.required("SLURM_PROCID", "Slurm is the launcher");
    result.local_rank = read.number("SLURM_LOCALID").value_or(result.rank);
    result.local_size = first_number(read.text("SLURM_TASKS_PER_NODE", ""), result.size);
    result.master_address = read.text("MASTER_ADDR", "");
    if (result.master_address.empty()) {
        const std::string list = read.text("SLURM_STEP_NODELIST", read.text("SLURM_NODELIST", ""));
        result.master_address = list.empty() ? read.text("SLURM_LAUNCH_NODE_IPADDR", "127.0.0.1")
                                             : first_slurm_host(list);
    }
    // Jobs that share a host must not meet on one port.
    const int job = read.number("SLURM_JOB_ID").value_or(0);
    result.master_port = read.number("MASTER_PORT")
                             .value_or(default_port == 29500 ? 29500 + job % 1000 : default_port);
    return result;
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string first_slurm_host(const std::string& list) {
    const std::size_t bracket = list.find_first_of("[,");
    if (bracket == std::string::npos || list[bracket] == ',') {
        const std::string host = list.substr(0, bracket);
        if (host.empty())
            throw Error(ErrorKind::Usage, "The Slurm node list \"" + list + "\" names no host.");
        return host;
    }
    const std::size_t end = list.find_first_of("-,]", bracket + 1);
    const std::size_t close = list.find(']', bracket);
    if (end == std::string::npos || close == std::string::npos || end == bracket + 1)
        throw Error(ErrorKind::Usage, "The Slurm node list \"" + list +
                                          "\" is broken: set MASTER_ADDR to the first host.");
    const std::size_t tail_end = std::min(list.find(',', close), list.size());
    return list.substr(0, bracket) + list.substr(bracket + 1, end - bracket - 1) +
           list.substr(close + 1, tail_end - close - 1);
}

RankEnvironment read_rank_environment(const EnvironmentLookup& lookup, int default_port) {
    const Reader read(lookup);
    RankEnvironment result;
    result.master_port = default_port;
    if (read.has("RANK") || read.has("WORLD_SIZE")) {
        // WORLD_SIZE=1 alone says nothing: some shells export it.
        if (!read.has("RANK") && read.number("WORLD_SIZE").value_or(1) == 1) return result;
        result = from_torchrun(read, default_port);
    } else if (read.has("OMPI_COMM_WORLD_SIZE")) {
        result = from_open_mpi(read, default_port);
    } else if (read.has("PMI_SIZE")) {
        result = from_pmi(read, default_port);
    } else if (read.has("SLURM_PROCID") && read.has("SLURM_STEP_ID") &&
               read.number("SLURM_NTASKS").value_or(1) > 1) {
        result = from_slurm(read, default_port);
    } else {
        return result;
    }
    check(result);
    return result;
}

}  // namespace univi::training
