#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "app/engine/line_channel.h"
#include "app/engine/request_queue.h"
#include "app/engine/what_if_desk.h"
#include "core/session/engine.h"

namespace univi::engine {

/// Works on requests one after the other and answers each with events; those that only check a
/// model go to ModelChecker instead. Owns the model; lives on one thread. Whatever goes wrong
/// becomes an ErrorEvent of the request, and the next one is taken.
class Worker {
  public:
    /// `defaults`: what LoadRequest leaves open. `has_model` is kept true while a model is loaded.
    Worker(session::EngineOptions defaults, std::atomic<bool>& has_model, EventWriter& events);
    ~Worker();
    void run(RequestQueue& queue);

  private:
    void handle(const Work& work);
    void perform(const protocol::LoadRequest& request, const Work& work);
    void perform(const protocol::AskRequest& request, const Work& work);
    void perform(const protocol::EncodeRequest& request, const Work& work);
    void perform(const protocol::StopRequest& request, const Work& work);
    void perform(const protocol::ForgetRequest& request, const Work& work);
    void perform(const protocol::EstimateRequest& request, const Work& work);
    void perform(const protocol::PreviewRequest& request, const Work& work);
    void perform(const protocol::TokenLimitRequest& request, const Work& work);
    void perform(const protocol::FindRequest& request, const Work& work);
    void perform(const protocol::WhatIfRequest& request, const Work& work);
    void perform(const protocol::AttentionRequest& request, const Work& work);

    /// Loads and keeps `options` as what is loaded. Throws base::Error.
    void load(const session::EngineOptions& options, const Work& work);
    /// Loads what was loaded before, after another model could not be.
    void restore(const session::EngineOptions& options);
    /// Frees what hangs on the engine.
    void forget_all();
    /// Throws Error{Model} when no model is loaded.
    session::Engine& loaded_engine() const;
    session::Conversation& conversation(const std::string& name);
    session::Observer observer(std::int64_t id);
    protocol::TokenGroups named(protocol::TokenGroups groups) const;
    template <typename Body>
    void send(std::int64_t id, Body body);

    session::EngineOptions defaults_, loaded_;
    std::atomic<bool>& has_model_;
    EventWriter& events_;
    std::unique_ptr<session::Engine>
        engine_;  // before the conversations, which must not outlive it
    std::list<std::pair<std::string, std::unique_ptr<session::Conversation>>>
        conversations_;  // last used first
    WhatIfDesk what_if_;
};

}  // namespace univi::engine
