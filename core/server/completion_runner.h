#pragma once

#include <memory>

#include "core/server/completion_job.h"
#include "core/server/metrics.h"
#include "core/session/engine.h"

namespace univi::server {

/// Answers jobs one after the other on the engine's thread. All share one conversation, whose
/// history is set anew for each, so that media are encoded once and a prompt pays only for what it
/// does not share with the last ones.
class CompletionRunner {
  public:
    /// Both must outlive it.
    CompletionRunner(session::Engine& engine, Metrics& metrics);
    /// Answers a job: its last event is a CompletionEnd or an ApiError. Never throws.
    void run(CompletionJob& job);

  private:
    void answer(CompletionJob& job);

    Metrics& metrics_;
    std::unique_ptr<session::Conversation> conversation_;
};

}  // namespace univi::server
