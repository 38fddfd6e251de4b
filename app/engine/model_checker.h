#pragma once

#include <atomic>

#include "app/engine/line_channel.h"
#include "app/engine/request_queue.h"
#include "core/session/engine.h"

namespace univi::engine {

/// Answers the load requests that only check a model. It has a thread of its own, so that a reply
/// goes on while another model is looked at; it shares nothing with the loaded one.
class ModelChecker {
  public:
    /// `defaults`: what LoadRequest leaves open. `has_model`: whether a model is loaded, which a
    /// failed check leaves as it is.
    ModelChecker(session::EngineOptions defaults, const std::atomic<bool>& has_model,
                 EventWriter& events);
    /// Until the queue is closed.
    void run(RequestQueue& queue);

  private:
    void check(const Work& work);

    session::EngineOptions defaults_;
    const std::atomic<bool>& has_model_;
    EventWriter& events_;
};

}  // namespace univi::engine
