#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.h"

namespace univi::protocol {

// univi-train: one JSON event a line on stdout and in events.jsonl of the run folder. Field names
// are the contract of the run folder.

struct TrainStep {
    std::int64_t step = 0, total_steps = 0;
    double epoch = 0, loss = 0, learning_rate = 0, grad_norm = 0;
    double samples_per_s = 0, tokens_per_s = 0, step_s = 0, eta_s = 0;
    std::int64_t memory_bytes = 0;
};

/// {"event":"step", …}
base::Json to_json(const TrainStep& step);
TrainStep train_step_from_json(const base::Json& json);

/// Other events, built as JSON directly: {"event":"start", "run", "total_steps", …},
/// {"event":"checkpoint","path","step"}, {"event":"warning","message"},
/// {"event":"error","kind","message"}, {"event":"done","step","seconds"},
/// {"event":"stopped","step"}, {"event":"evaluation","step","loss","epoch"} (the held-out loss),
/// {"event":"branch","step","last_step","folder","from", "checkpoints","result","cause"} (the run
/// went back: what lay after `step` stands in `folder` of the run's folder). "start" says where
/// in the data it begins ("position") and what of the batches "changed" since the checkpoint:
/// name → {"before","now"}.
base::Json train_event(const std::string& event, const base::Json& fields);

/// One line without the newline, as stdout and events.jsonl hold it. Invalid UTF-8 is replaced; NaN
/// and infinity are null (train_step_from_json reads null as NaN).
std::string train_line(const base::Json& event);

}  // namespace univi::protocol
