#include "training/cli/ranks.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/protocol/fault.h"
#include "training/distributed/launcher.h"
#include "training/options/include.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

/// GPUs the driver shows, counted without starting CUDA (whose state would not survive
/// the ranks' start).
int count_gpus() {
    std::error_code error;
    int count = 0;
    for (fs::directory_iterator each("/proc/driver/nvidia/gpus", error), end; !error && each != end;
         each.increment(error))
        ++count;
    return count;
}

bool is_this_host(const std::string& host) {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return host == "localhost" || host == "127.0.0.1" || host == name;
}

}  // namespace

StartPlan choose_start(const TrainOptions& options) {
    StartPlan result;
    result.environment =
        read_rank_environment(process_environment, static_cast<int>(options.master_port));
    if (!result.environment.launcher.empty()) return result;
    const IncludedDevices included = parse_include(options.include);
    if (options.include.empty()) return result;
    if (!is_this_host(included.host))
        throw Error(ErrorKind::Usage,
                    "--include " + options.include +
                        ": only ranks of this host are started here; on other hosts "
                        "start univi-train with torchrun --no-python, srun or mpirun.");
    const std::string visible = process_environment("CUDA_VISIBLE_DEVICES").value_or("");
    int gpus = options.device == "cpu" ? 0 : count_gpus();
    if (gpus > 0 && !visible.empty()) gpus = count_visible(visible);
    if (included.devices.empty()) {
        result.num_local_ranks = std::max(1, gpus);
        return result;
    }
    result.num_local_ranks = static_cast<int>(included.devices.size());
    if (gpus == 0) return result;  // as many ranks on the CPU
    for (const int device : included.devices)
        if (device >= gpus)
            throw protocol::FaultError(
                ErrorKind::Usage, protocol::Fault::GpuGone,
                "--include " + options.include + ": this host has " + std::to_string(gpus) +
                    " GPUs, counted from 0, and no number " + std::to_string(device) + ".");
    result.visible_devices = visible_devices(included.devices, visible);
    if (result.num_local_ranks == 1)
        ::setenv("CUDA_VISIBLE_DEVICES", result.visible_devices.c_str(), 1);
    return result;
}

int start_local_ranks(const TrainOptions& options, const std::vector<std::string>& command,
                      const StartPlan& start) {
    LaunchOptions launch;
    launch.command = command;
    launch.num_ranks = start.num_local_ranks;
    launch.visible_devices = start.visible_devices;
    HeldPort held = hold_port(static_cast<int>(options.master_port));
    launch.port = held.port;
    launch.listener = std::move(held.listener);
    launch.output_dir = options.output_dir;
    if (const double seconds =
            std::atof(process_environment("UNIVI_RANK_TIMEOUT").value_or("").c_str());
        seconds > 0) {
        launch.stopped_limit = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
        launch.patience = std::max<std::chrono::milliseconds>(std::chrono::seconds(6),
                                                              launch.stopped_limit * 3 / 4);
    }
    base::log_info("Starting " + std::to_string(launch.num_ranks) + " ranks, meeting at port " +
                   std::to_string(launch.port));
    return launch_local_ranks(std::move(launch));
}

}  // namespace univi::training
