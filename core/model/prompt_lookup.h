#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace univi::model {

/// Guesses the next tokens from what came before: what followed the last tokens where they stood
/// the time before (prompt lookup decoding, "prompt_lookup_num_tokens" of transformers). After
/// guesses that were all wrong it guesses less often for a while.
class PromptLookup {
  public:
    /// `context`: the prompt's tokens; a negative number is no token (a visual one) and is never
    /// matched or guessed. At most `most` tokens are guessed at a time; 0: none ever.
    PromptLookup(std::span<const std::int32_t> context, int most);

    /// The next token of the sequence.
    void push(std::int32_t id) { ids_.push_back(id); }
    /// Returns what may follow, nothing where the last tokens did not occur before or guesses do
    /// not pay now.
    std::vector<std::int32_t> guess();
    /// How many of the last guesses came true.
    void learn(std::size_t right);

  private:
    std::vector<std::int32_t> followers_of(std::size_t tokens) const;

    std::vector<std::int32_t> ids_;
    std::size_t most_;
    int pause_ = 0;  ///< tokens to wait after the next miss
    int waits_ = 0;  ///< tokens still to wait
};

}  // namespace univi::model
