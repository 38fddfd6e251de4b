#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sampling_options.h"
#include "core/base/stop_token.h"

namespace univi::eval {

/// How a model is asked. The defaults are the published scripts' (transformers' own top-k 50
/// included); greedy() is the preset beside them.
struct AskSettings {
    std::string conv;  ///< template; empty: the task's (default_template)
    /// The seed of item n is n more, so shards and resumed runs agree. Of the repetition penalty
    /// the model's own holds.
    base::SamplingOptions sampling{.top_k = 50};
    int max_frames = 64;

    void greedy() { sampling.temperature = 0, sampling.top_k = 0; }
};

/// One question to the model, on its own.
struct Ask {
    std::string medium;  ///< file; empty: none
    bool is_video = false;
    std::string text;
    std::string reply_start;  ///< words the reply begins with
    std::uint64_t seed = 0;
    std::optional<int> max_new_tokens;  ///< in place of the settings'
};

/// The model as the evaluations see it. One thread.
class Asker {
  public:
    virtual ~Asker() = default;
    /// Returns the reply without blanks around it. Throws Error{Media|File} when the medium cannot
    /// be read, Error{Context} when the question is too long, Error{Stopped}, and what else goes
    /// wrong.
    virtual std::string reply(const Ask& ask, const base::StopToken& stop) = 0;
    /// Returns per question the logit that each candidate's token has as the next one (the last
    /// token of its own tokenization, as published). Questions are run together.
    virtual std::vector<std::vector<float>> candidate_logits(
        const std::vector<Ask>& asks, const std::vector<std::string>& candidates,
        const base::StopToken& stop) = 0;
};

}  // namespace univi::eval
