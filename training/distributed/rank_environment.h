#pragma once

#include <functional>
#include <optional>
#include <string>

namespace univi::training {

/// Which of how many processes this one is, as its launcher said through environment variables.
struct RankEnvironment {
    int rank = 0, size = 1;
    int local_rank = 0, local_size = 1;        ///< among the processes of this host
    std::string master_address = "127.0.0.1";  ///< host of rank 0
    int master_port = 29500;
    /// of rank 0: a socket that our launcher has opened at that port; -1: none
    int listener = -1;
    /// torchrun's agent already serves at that address and port
    bool launcher_hosts_store = false;
    /// torchrun's restart count: a new try must not meet the old one's keys
    std::string attempt = "0";
    /// "torchrun", "mpirun", "Slurm" …, empty: started alone
    std::string launcher;
    bool is_alone() const { return size == 1; }
};

/// The variable by which our launcher hands that socket on.
inline constexpr const char* kListenerVariable = "UNIVI_LISTENER";

/// Looks a variable up; nullopt when it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> process_environment(const std::string& name);

/// RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT (torchrun, our own
/// launcher); else Open MPI's OMPI_COMM_WORLD_*; MPICH's and Intel's PMI_*; Slurm's SLURM_*.
/// `default_port`: when none is named. Throws Error{Usage} that names the variable which is missing
/// or makes no sense.
RankEnvironment read_rank_environment(const EnvironmentLookup& lookup, int default_port);

/// First host of a Slurm node list: "gpu[03-07,9],login1" is gpu03. Throws Error{Usage} on
/// a broken list.
std::string first_slurm_host(const std::string& list);

}  // namespace univi::training
