#include "training/engine/join_ranks.h"

#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/base/cores.h"
#include "core/base/log.h"
#include "core/protocol/train_failure.h"
#include "training/engine/run_setup.h"

namespace univi::training {

namespace {

/// Seconds out of a variable, for tests and for slow networks.
std::chrono::milliseconds seconds_from(const char* name, std::chrono::milliseconds otherwise) {
    const auto text = process_environment(name);
    const double value = text ? std::atof(text->c_str()) : 0;
    return value > 0 ? std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000))
                     : otherwise;
}

TeamOptions team_options(const c10::Device& device) {
    TeamOptions result;
    result.device = device;
    result.join_timeout = seconds_from("UNIVI_JOIN_TIMEOUT", result.join_timeout);
    result.collective_timeout = seconds_from("UNIVI_COLLECTIVE_TIMEOUT", result.collective_timeout);
    result.heartbeat.timeout = seconds_from("UNIVI_RANK_TIMEOUT", result.heartbeat.timeout);
    result.heartbeat.interval = std::min(result.heartbeat.interval, result.heartbeat.timeout / 10);
    return result;
}

/// Ends the process on the watching thread: the main thread waits in a collective that will not
/// end, so nothing else can still speak.
[[noreturn]] void end_as_lost(RunRecorder& recorder, bool is_first,
                              const protocol::train::ErrorEvent& lost) {
    base::log_error(lost.message);
    const auto held = recorder.hold();
    try {
        recorder.event(lost);
    } catch (const std::exception&) {
    }
    protocol::train::keep_failure(lost);
    // the others read the verdict here
    if (is_first) std::this_thread::sleep_for(std::chrono::seconds(3));
    ::_exit(1);
}

}  // namespace

std::unique_ptr<RankTeam> join_ranks(const TrainOptions& options,
                                     const RankEnvironment& environment, RunRecorder& recorder) {
    at::set_num_threads(base::choose_threads(options.threads, environment.local_size));
    const c10::Device device =
        environment.is_alone() ? c10::Device(c10::kCPU) : open_rank_device(options, environment);
    if (!environment.is_alone())
        base::log_info("Rank " + std::to_string(environment.rank) + " of " +
                       std::to_string(environment.size) + " on " + device.str() + ", started by " +
                       environment.launcher);
    return std::make_unique<RankTeam>(
        environment, team_options(device),
        [&recorder, is_first = environment.rank == 0](const protocol::train::ErrorEvent& lost) {
            end_as_lost(recorder, is_first, lost);
        });
}

}  // namespace univi::training
