#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/train_protocol.h"
#include "training/distributed/rank_environment.h"
#include "training/engine/trainer_hooks.h"
#include "training/options/options.h"
#include "training/options/schedule.h"

namespace univi::training {

class CheckpointKeeper;
class RankTeam;
class RunCourse;
class RunRecorder;
struct RunParts;
struct RunPosition;

struct TrainResult {
    std::int64_t step = 0;    ///< optimiser steps done in all
    bool is_stopped = false;  ///< a stop was asked for; a checkpoint holds the position
};

/// One rank of a run of univi-train: loads the base, trains stage 1 or 2, keeps the run
/// folder (rank 0), resumes from the newest whole checkpoint in it, writes the result. Lives
/// on one thread.
class Trainer {
  public:
    /// `command`: for run.json. Events go to events.jsonl and, if `to_stdout`, to stdout.
    /// `environment`: which of how many processes this is; with several, the process is ended from
    /// within when another rank is lost while this one waits for it.
    Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop,
            bool to_stdout, TrainerHooks hooks = {}, RankEnvironment environment = {});
    ~Trainer();
    /// Throws Error with one sentence; it is also the last event of the run folder.
    TrainResult run();

  private:
    TrainResult train();
    void prepare();
    void check_targets() const;
    bool take_steps();
    std::filesystem::path write_checkpoint(const RunPosition& position, const base::Json& state);
    void save_result();
    std::string lost_device_sentence(const std::string& what) const;
    void fail(protocol::train::ErrorEvent error);

    TrainOptions options_;
    std::vector<std::string> command_;
    base::StopToken stop_;
    TrainerHooks hooks_;
    RankEnvironment environment_;
    // In the order in which they are made; later ones borrow earlier ones.
    std::unique_ptr<RunRecorder> recorder_;
    std::unique_ptr<RankTeam> team_;
    std::unique_ptr<RunCourse> course_;
    std::unique_ptr<RunParts> parts_;
    std::optional<Schedule> schedule_;
    std::unique_ptr<CheckpointKeeper> keeper_;
};

}  // namespace univi::training
