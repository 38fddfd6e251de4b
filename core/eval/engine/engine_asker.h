#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/eval/asker.h"
#include "core/session/engine.h"

namespace univi::eval {

/// Asks a loaded model. Pictures and clips of the last questions stay encoded, and questions about
/// the same medium share their prompt's beginning in the key/value cache.
class EngineAsker : public Asker {
  public:
    EngineAsker(const EngineAsker&) = delete;
    EngineAsker& operator=(const EngineAsker&) = delete;
    /// The engine must outlive it. `settings.conv` must name a template.
    EngineAsker(session::Engine& engine, const AskSettings& settings);
    std::string reply(const Ask& ask, const base::StopToken& stop) override;
    std::vector<std::vector<float>> candidate_logits(const std::vector<Ask>& asks,
                                                     const std::vector<std::string>& candidates,
                                                     const base::StopToken& stop) override;

  private:
    session::Question question_of(const Ask& ask) const;

    session::Engine& engine_;
    AskSettings settings_;
    std::unique_ptr<session::Conversation> conversation_;
    session::Observer observer_;     ///< warns of damaged media
    std::set<std::string> damaged_;  ///< media that were warned of
};

/// SHA-256 over the names and checksums of a model's files (its folder's, its base's, its vision
/// tower's): names the weights of a table.
std::string model_checksum(const session::ModelInfo& info, const std::string& model_base,
                           const base::StopToken& stop);

}  // namespace univi::eval
