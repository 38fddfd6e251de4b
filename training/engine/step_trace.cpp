#include "training/engine/step_trace.h"

#include <string>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/trace.h"

namespace univi::training {

StepTrace::StepTrace(const TrainOptions& options, int rank)
    : path_(std::filesystem::path(options.output_dir) /
            ("trace-rank" + std::to_string(rank) + ".json")),
      left_(options.trace_steps) {
    if (left_ > 0) base::start_trace();
}

StepTrace::~StepTrace() {
    if (left_ > 0) write();
}

void StepTrace::note_step() {
    if (left_ > 0 && --left_ == 0) write();
}

void StepTrace::write() {
    try {
        base::write_trace(path_);
        base::log_info("Where the time of the first steps went stands in " + path_.string() +
                       " (chrome://tracing and Perfetto open it).");
    } catch (const base::Error& error) {
        base::log_warning(error.what());
    }
}

}  // namespace univi::training
