#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/language_model.h"

namespace univi::session {

/// What one position of a prompt holds, comparable between prompts: a token id, or (medium, place
/// in the medium).
using PositionTag = std::int64_t;
PositionTag token_tag(std::int32_t id);
/// `serial`: unique per encoded medium in the engine; `offset`: which of its visual tokens.
PositionTag visual_tag(std::int64_t serial, int offset);

/// The engine's key/value cache together with what each of its positions holds, so that a
/// prompt pays only for what comes after the longest prefix it shares with the last one.
/// Allocated on first use.
class PromptCache {
  public:
    explicit PromptCache(const model::LanguageModel& language);
    int capacity() const { return capacity_; }
    /// Cuts the cache to the longest prefix shared with `prompt`, at least one position short of
    /// it, and returns its length.
    int keep_shared_prefix(const std::vector<PositionTag>& prompt);
    /// Says what the cache holds now; cut to its length, so what was chosen but never fed
    /// is left out.
    void set_held(std::vector<PositionTag> held);
    /// Cuts back to `length` after a failure in the middle of a step.
    void truncate(int length);
    model::KeyValueCache& cache();

  private:
    const model::LanguageModel& language_;
    int capacity_ = 0;
    std::unique_ptr<model::KeyValueCache> cache_;
    std::vector<PositionTag> held_;
};

}  // namespace univi::session
