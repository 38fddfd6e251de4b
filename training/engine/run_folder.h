#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "training/options/options.h"
#include "training/engine/tensorboard.h"

namespace univi::training {

class WandbFolder;

/// The folder of a run: run.json, events.jsonl (also on stdout), trainer_state.json, runs/ or wandb/ as --report_to says, log.txt,
/// pid. One process at a time: a lock on `pid` is held while this object lives.
class RunFolder {
  public:
    /// Makes the folder and takes the lock. `to_stdout`: events are printed too. Throws Error{Usage|File}.
    RunFolder(const std::filesystem::path& folder, bool to_stdout);
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    const std::filesystem::path& path() const { return folder_; }
    /// run.json: all settings, versions, command line, `facts` about data and model. Opens the event files that `options` ask
    /// for, and logs how to upload them where that takes a command.
    void write_run(const TrainOptions& options, const std::vector<std::string>& command, const base::Json& facts);
    /// Drops step events after `step` (and a torn last line) from events.jsonl: they will be written again.
    void rewind_events(std::int64_t step);
    /// Appends one event as a line; a closed stdout is not an error.
    void event(const base::Json& event);
    /// Hugging Face's trainer_state.json.
    void write_state(const base::Json& state) const;
    /// Values for the curves of TensorBoard and wandb; nothing before write_run().
    void scalars(std::int64_t step, const std::vector<std::pair<std::string, double>>& values);

  private:
    std::filesystem::path folder_;
    bool to_stdout_;
    int lock_ = -1, events_ = -1;
    std::unique_ptr<TensorBoardWriter> tensorboard_;
    std::unique_ptr<WandbFolder> wandb_;
};

}  // namespace univi::training
