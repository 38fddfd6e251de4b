#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/protocol/fault.h"

namespace univi::protocol::train {

// univi-train: one JSON event a line on stdout and in events.jsonl of the run folder. The names of
// events and fields (train_fields.h) are the contract of the run folder; unknown fields are
// skipped, so that folders of newer and older programs open.

/// {"event":"step", …}: one optimiser step. NaN is null.
struct StepEvent {
    std::int64_t step = 0, total_steps = 0;
    double epoch = 0, loss = 0, learning_rate = 0, grad_norm = 0;
    double samples_per_s = 0, tokens_per_s = 0, step_s = 0, eta_s = 0;
    std::int64_t memory_bytes = 0;
    std::optional<double> data_s;  ///< seconds that this step waited for samples
};

/// What a run is made of, as run.json has it too. What is not set is not known.
struct RunFacts {
    std::int64_t total_steps = 0;
    std::optional<std::int64_t> samples, batches_per_epoch, warmup_steps, trained_parameters;
    std::optional<std::int64_t> threads, ranks;
    std::string device, dtype, backend;
    base::Json parallel;  ///< DeepSpeed's settings in its own form
};
/// Where in the data a run begins.
struct DataPosition {
    std::int64_t step = 0, epoch = 0, sample = 0;
    bool operator==(const DataPosition&) const = default;
};
/// A size of the batches that is not what the checkpoint was made with.
struct BatchChange {
    std::int64_t before = 0, now = 0;
    bool operator==(const BatchChange&) const = default;
};
/// By name: "batch_size", "accumulation", "samples_a_step", "ranks", "num_samples".
using BatchChanges = std::map<std::string, BatchChange>;

struct StartEvent {
    RunFacts facts;            ///< stand in the event itself
    std::string run;           ///< the absolute folder
    std::string resumed_from;  ///< a checkpoint's name; empty (null): the base model
    std::string started_from;  ///< a checkpoint outside of the folder's own; empty (null): none
    std::string engine;        ///< "deepspeed", or empty
    std::optional<DataPosition> position;
    BatchChanges changed;
};
struct WarningEvent {
    std::string message;
    Fault fault = Fault::Other;
};
/// The last event of a run that ends on an error.
struct ErrorEvent {
    std::string kind;  ///< name of a base::ErrorKind, or "nothing_to_learn"
    std::string message;
    std::optional<Fault> fault;      ///< absent in folders of older programs
    std::vector<std::string> items;  ///< the samples it happened with, named for people
    /// Returns the fault, or what the kind says without one.
    Fault known_fault() const { return fault ? *fault : fault_of_kind(kind); }
};
struct CheckpointEvent {
    std::string path;  ///< its folder's name
    std::int64_t step = 0;
};
/// The held-out loss.
struct EvaluationEvent {
    std::int64_t step = 0;
    double loss = 0, epoch = 0;
};
/// fp16: a step was left out because the scaled gradients left the type's range.
struct OverflowEvent {
    std::int64_t step = 0;
    double loss_scale = 0, next = 0;  ///< before, and from here on
};
/// How far a long piece of work is. `total` 0: not known yet.
struct ProgressEvent {
    std::string doing;  ///< "checking_data"
    std::int64_t done = 0, total = 0;
};
struct StoppedEvent {
    std::int64_t step = 0;
};
struct DoneEvent {
    std::int64_t step = 0;
    double seconds = 0;  ///< NaN: not known
};

/// Why a line of the run was set aside.
enum class BranchCause {
    Asked,  ///< --resume_from_checkpoint named another point
    Needed  ///< nothing newer could be resumed from: damaged checkpoints, or a result without one
};
/// A line of the run that was set aside: the event "branch", and branch.json.
struct Branch {
    std::int64_t number = 0;     ///< from 1; the folder's name
    std::int64_t step = 0;       ///< up to here it is the history of the new line too
    std::int64_t last_step = 0;  ///< where it ended
    BranchCause cause = BranchCause::Asked;
    std::string from;  ///< what the new line began with; empty: the base
    std::vector<std::string> checkpoints, result;  ///< names of what moved
    std::string time;                              ///< UTC
};

using Event =
    std::variant<StartEvent, StepEvent, WarningEvent, ErrorEvent, CheckpointEvent, EvaluationEvent,
                 OverflowEvent, ProgressEvent, StoppedEvent, DoneEvent, Branch>;

/// Returns {"event":"step", …}.
base::Json to_json(const Event& event);
base::Json to_json(const RunFacts& facts);
/// As branch.json has it; reading throws Error{Format}.
base::Json to_json(const Branch& branch);
Branch branch_from_json(const base::Json& json);

/// Writes one line without the newline, as stdout and events.jsonl hold it. Invalid UTF-8 is
/// replaced; NaN and infinity are null.
std::string to_line(const Event& event);

/// Returns the event that tells of an error: kind, fault and samples where the thrower knew them,
/// the first line of what LibTorch or the standard library says.
ErrorEvent error_event(const std::exception& error);

/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field
/// where a field is missing or wrong, or the line is no JSON object with an "event".
std::optional<Event> parse_event(std::string_view line);
std::optional<Event> event_from_json(const base::Json& json);

}  // namespace univi::protocol::train
