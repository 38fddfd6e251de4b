#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/session/conversation.h"
#include "core/session/engine_options.h"
#include "core/session/model_info.h"

namespace univi::session {

// The only door for univi-engine, univi-cli and serve: plain C++ types, no Torch, FFmpeg or Qt.

class WhatIf;

/// A loaded model on a device. Not thread-safe: one thread owns it; stop tokens may be fired
/// from any thread.
class Engine {
  public:
    using Progress = std::function<void(double fraction, const std::string& what)>;
    /// Throws base::Error, one sentence.
    static std::unique_ptr<Engine> load(const EngineOptions& options, const Progress& progress = {},
                                        const base::StopToken& stop = {});
    ~Engine();
    const ModelInfo& info() const;
    /// The conversation must not outlive the engine.
    std::unique_ptr<Conversation> start_conversation();

    /// Makes a question about one medium ready to be asked with something changed. Throws
    /// Error{Usage}. Must not outlive the engine.
    std::unique_ptr<WhatIf> start_what_if(const Question& question);

    /// Sets EngineOptions::token_limit from now on; what is above a lower one goes at once.
    void set_token_limit(std::int64_t bytes);

    /// Turns one line of text into ids, BOS first.
    std::vector<std::int32_t> tokenize(const std::string& text) const;

    /// Writes the model (LoRA merged, projector in place, tower in a folder inside) as a folder of
    /// safetensors shards that loads on its own. The folder appears whole or not at all. Throws
    /// base::Error. Weights that were loaded in int8 or int4 are written so.
    void convert(const std::string& out, const base::StopToken& stop = {}) const;

  private:
    struct Impl;
    explicit Engine(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Finds out whether Engine::load would succeed, from configuration, tokenizer, device, and the
/// names and shapes of the weights, which stay mapped on the CPU: needs little memory beside a
/// loaded model. Throws base::Error as Engine::load does.
void check_model(const EngineOptions& options, const base::StopToken& stop = {});

}  // namespace univi::session
