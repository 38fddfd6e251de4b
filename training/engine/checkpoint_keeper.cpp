#include "training/engine/checkpoint_keeper.h"

#include <utility>

#include "core/base/error.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {

CheckpointKeeper::CheckpointKeeper(const TrainOptions& options, const RunCourse& course,
                                   RunRecorder& recorder, Write write)
    : options_(options), course_(course), recorder_(recorder), write_(std::move(write)) {}

bool CheckpointKeeper::is_due() const {
    if (options_.save_strategy == Interval::Steps)
        return course_.position().step % options_.save_steps == 0;
    return options_.save_strategy == Interval::Epoch && course_.ended_epoch();
}

void CheckpointKeeper::save() {
    const std::int64_t step = course_.position().step;
    if (last_saved_ == step) return;
    const std::filesystem::path folder =
        write_(course_.position_to_save(), trainer_state(options_, course_));
    last_saved_ = step;
    if (!recorder_.folder()) return;
    remove_old_checkpoints(options_.output_dir, options_.save_total_limit, step);
    recorder_.report_checkpoint(course_, folder);
}

void CheckpointKeeper::save_or_warn() {
    using protocol::Fault;
    try {
        save();
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::File) throw;
        const bool is_full = protocol::fault_of(error) == Fault::DiskFull;
        recorder_.warn_once("The checkpoint of step " + std::to_string(course_.position().step) +
                                " was not written, the one before it stays: " + error.what(),
                            is_full ? Fault::DiskFull : Fault::NotSaved);
    }
}

}  // namespace univi::training
