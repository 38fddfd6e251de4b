#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/base/json.h"
#include "training/options/options.h"
#include "training/run/branches.h"
#include "training/run/run_lock.h"
#include "training/run/tensorboard_writer.h"

namespace univi::training {

class WandbFolder;

/// What run.json says of a process that works in a run's folder.
struct RunRecord {
    TrainOptions options;
    std::vector<std::string> command;
    base::Json facts;              ///< about data and model, an object
    std::string libtorch_version;  ///< of the library that trains
};

/// The folder of a run: run.json, events.jsonl (also on stdout), trainer_state.json, runs/ or
/// wandb/ as --report_to says, log.txt, pid. One process at a time: a lock on `pid` is held while
/// this object lives.
class RunFolder {
  public:
    /// Makes the folder, takes the lock and completes a change of line that was cut off.
    /// `to_stdout`: events are printed too. Throws Error{Usage|File}.
    RunFolder(const std::filesystem::path& folder, bool to_stdout);
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    const std::filesystem::path& path() const { return folder_; }
    /// Where the curves of a run that goes on begin.
    struct Curves {
        /// steps whose values stand in the folder; < 0: not known
        std::int64_t shown = -1;
        /// log_history of the run: what it has of later steps is written once more
        base::Json history = base::Json::array();
    };
    /// Writes run.json. Opens the event files that the options ask for, and logs how to upload them
    /// where that takes a command.
    void write_run(const RunRecord& record, const Curves& curves);
    void write_run(const RunRecord& record) { write_run(record, Curves()); }
    /// Makes another line of the run the folder's own (see change_line) and prints
    /// the event "branch".
    void change_line(const BranchOrder& order);
    /// Drops step events after `step` (and a torn last line) from events.jsonl: they will be
    /// written again. So will the held-out loss of `step` itself when it `owes_evaluation`.
    void rewind_events(std::int64_t step, bool owes_evaluation);
    /// Appends one event as a line; a closed stdout is not an error.
    void event(const protocol::train::Event& event);
    /// Hugging Face's trainer_state.json.
    void write_state(const base::Json& state) const;
    /// Values for the curves of TensorBoard and wandb; nothing before write_run().
    void scalars(std::int64_t step, const std::vector<std::pair<std::string, double>>& values);
    /// The same of an entry of log_history.
    void scalars(const base::Json& entry);

  private:
    void open_wandb(const RunRecord& record, const Curves& curves);
    void open_events();
    void replace_events(const std::string& lines);
    std::filesystem::path newest_wandb_aside() const;
    std::filesystem::path folder_;
    bool to_stdout_;
    std::optional<RunLock> lock_;
    base::FileDescriptor events_;
    std::unique_ptr<TensorBoardWriter> tensorboard_;
    std::unique_ptr<WandbFolder> wandb_;
};

}  // namespace univi::training
