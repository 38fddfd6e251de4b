#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/group_choice.h"
#include "core/session/observer.h"
#include "core/session/question.h"

namespace univi::session {

struct ConversationParts;

/// How a medium's visual tokens are made, where it differs from the model's configuration.
struct MergeChange {
    std::optional<std::array<double, 3>> stages;  ///< groups of each stage; up to 1: a share
    std::optional<double> temporal_rate;          ///< events; up to 1: a share of the frames
    std::optional<int> neighbors;                 ///< k of DPC-KNN
    bool operator==(const MergeChange&) const = default;
};

/// What is asked about in place of the medium as it is.
struct Variant {
    MergeChange merge;
    std::vector<int> left_out;            ///< visual tokens of the medium so merged, ascending
    std::optional<std::uint64_t> seed{};  ///< of the reply, in place of the question's
};

/// What a variant came to.
struct VariantAnswer {
    protocol::DoneEvent done;  ///< the reply; empty where none was asked for
    int prompt_tokens = 0, visual_tokens = 0;
    /// ln p of the tokens of the first answer as the reply to this variant's prompt
    std::vector<double> token_log_probabilities;
    double log_probability = 0;  ///< their sum
};

/// What a ranking leaves out at a time.
enum class RankBy { Groups, Events };

/// A group or event, and what the first answer is without it.
struct RankedPart {
    std::vector<int> left_out;
    VariantAnswer answer;
    double fall = 0;  ///< of the first answer's log-probability
};

/// Asks one question about one picture or video again and again with something changed: merged
/// otherwise, or without some of its groups. The vision tower runs once. Lives on the engine's
/// thread.
class WhatIf {
  public:
    /// `question` names one medium. What `parts` points to must outlive it. Throws Error{Usage}.
    WhatIf(const ConversationParts& parts, Question question);
    ~WhatIf();
    /// Encodes the medium and asks as it is. Comes first. Throws as Conversation::ask does, and
    /// Error{Stopped}; Error{Model} when the model says nothing.
    VariantAnswer first(const Observer& observer, const base::StopToken& stop = {});
    /// Returns how the medium's tokens are laid out. Throws Error{Usage} for a change outside its
    /// range.
    GroupLayout layout(const MergeChange& change = {});
    /// Returns the groups of the medium so merged, its frames' pictures with them. Valid until the
    /// next call of this object. Throws as layout() does.
    const protocol::TokenGroups& groups(const MergeChange& change = {});
    /// Throws Error{Usage} for a seed where none plays a part (temperature 0).
    void check_seed(std::optional<std::uint64_t> seed) const;
    /// Asks about a variant. `reply`: decode one too, not only score the first answer. Throws
    /// Error{Usage} when nothing of the medium is left, and as check_seed does.
    VariantAnswer ask(const Variant& variant, bool reply, const base::StopToken& stop = {});
    /// Returns how many variants a ranking has. Throws Error{Usage} when there is nothing to leave
    /// out.
    int count_to_rank(RankBy by);
    /// Leaves out every group or event in turn; what the first answer misses most comes first, of
    /// equal falls the earlier one. `progress`: after each, how many are done of how many. Throws
    /// as count_to_rank and ask do.
    std::vector<RankedPart> rank(RankBy by, const std::function<void(int, int)>& progress = {},
                                 const base::StopToken& stop = {});
    /// Returns the text of each token of the first answer.
    const std::vector<std::string>& answer_tokens() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::session
