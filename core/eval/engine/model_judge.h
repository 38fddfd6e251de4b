#pragma once

#include <memory>

#include "core/eval/judge.h"
#include "core/session/engine.h"

namespace univi::eval {

/// A local model as judge: greedy at first, asked again at temperature 0.7 with another seed. The
/// judge's system message becomes the template's.
class ModelJudge : public Judge {
  public:
    /// The engine must outlive it. `checksum`: model_checksum of it.
    ModelJudge(session::Engine& engine, std::string checksum);
    std::string ask(const JudgeRequest& request, const base::StopToken& stop) override;
    std::string name() const override;

  private:
    session::Engine& engine_;
    std::string checksum_;
    std::unique_ptr<session::Conversation> conversation_;
};

}  // namespace univi::eval
