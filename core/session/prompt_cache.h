#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/language_model.h"
#include "core/session/position_tag.h"

namespace univi::session {

/// Returns how many sequences' keys and values a quarter of the machine's memory holds, from 1 to
/// 8; on a GPU 1.
int sequences_that_fit(const model::LanguageModel& language);

/// The engine's keys and values together with what each position holds, so that a prompt pays only
/// for what comes after the longest prefix it shares with one of the last sequences. Several are
/// kept, so that chats which take turns keep theirs. Memory is taken on first use, and pages of it
/// as positions are filled.
class PromptCache {
  public:
    /// Keeps the last `most_sequences` (at least 1).
    explicit PromptCache(const model::LanguageModel& language, int most_sequences = 1);
    /// Positions of a sequence.
    int capacity() const { return capacity_; }
    /// Makes the sequence with the longest prefix shared with `prompt` the current one, cut to that
    /// prefix, at least one position short of the prompt, and returns its length. Where more would
    /// be lost than is shared, the prefix goes on as a sequence of its own beside it, in place of
    /// the one that was unused longest when there are too many.
    int keep_shared_prefix(const std::vector<PositionTag>& prompt);
    /// Says what the current sequence holds now; cut to its length, so what was chosen but never
    /// fed is left out.
    void set_contents(std::vector<PositionTag> held);
    /// Cuts the current sequence back to `length` after a failure in the middle of a step.
    void truncate(int length);
    /// The current sequence's.
    model::KeyValueCache& cache();

  private:
    struct Sequence {
        std::unique_ptr<model::KeyValueCache> cache;
        std::vector<PositionTag> held;
        std::int64_t used = 0;  ///< when: a count of uses
    };

    Sequence& current() { return sequences_[current_]; }
    std::size_t most_shared(const std::vector<PositionTag>& prompt) const;
    std::size_t place_for_another();

    const model::LanguageModel& language_;
    int capacity_;
    std::size_t most_sequences_;
    std::vector<Sequence> sequences_{1};
    std::size_t current_ = 0;
    std::int64_t uses_ = 0;
};

}  // namespace univi::session
