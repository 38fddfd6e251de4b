#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/language_model.h"
#include "core/session/position_tag.h"

namespace univi::session {

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
    void set_contents(std::vector<PositionTag> held);
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
