#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/medium.h"
#include "core/session/observer.h"
#include "core/session/question.h"

namespace univi::session {

struct ConversationParts;

struct DumpOptions {
    Question question;
    bool all_logits = false;
    std::string out;  ///< .safetensors
    /// safetensors with the reference's random terms (names: tensor_dump.h)
    std::string frame_noise, token_noise;
};

/// Turns and media of one conversation. Media are encoded once and kept; the key/value cache is
/// kept, so a follow-up question pays for its own tokens only. Lives on the engine's thread.
class Conversation {
  public:
    /// What `parts` points to must outlive the conversation.
    explicit Conversation(const ConversationParts& parts);
    ~Conversation();
    /// Replaces the history (restored from the app's store, or an edited turn). Keeps what is still
    /// valid of media and cache. `earlier_turns`: more that are not among them and count as
    /// dropped.
    void set_history(const std::vector<protocol::PastTurn>& turns, int earlier_turns = 0);
    /// Says what a file of the history is, from now on.
    void name_kind(const std::string& medium, MediumKind kind);
    /// Encodes a medium now; groups through the observer. Kept for the next ask that names it.
    protocol::TokenGroups encode(const MediumRequest& medium, const Observer& observer,
                                 const base::StopToken& stop = {});
    /// Says which visual tokens of a medium lie near a phrase (FoundEvent). Encodes the medium
    /// first when it is not known. Throws Error{Usage} for a phrase without tokens.
    protocol::FoundEvent find(const protocol::FindRequest& request, const Observer& observer,
                              const base::StopToken& stop = {});
    /// Asks and appends the turn. A stop returns what was said so far with Finish::Stopped (a stop
    /// before the first token appends no turn). Errors leave the conversation as it was. What does
    /// not fit is dropped as the options' when_full says: from the prompt, never from the turns.
    protocol::DoneEvent ask(const Question& question, const Observer& observer,
                            const base::StopToken& stop = {});
    /// Says what the words of a reply to the question look at in a layer or head, each through
    /// Observer::on_token, and what draws the attention of all of them. Appends no turn. The last
    /// reply's own tokens are known; another one's text is made into tokens again.
    protocol::AttentionEvent look_again(const Question& question, const std::string& reply,
                                        const protocol::AttentionChoice& choice,
                                        const Observer& observer, const base::StopToken& stop = {});
    /// Returns how much of the context the question would take, without reading or encoding
    /// anything: a picture counts as the model's tokens for one, a video that was not encoded yet
    /// as -1.
    protocol::EstimateEvent estimate(const Question& question) const;
    /// Returns the prompt that the question would make, by the same rules.
    protocol::PreviewEvent preview(const Question& question) const;
    /// Returns the unmodified fp32 logits [vocab] of the token that would follow the question (and
    /// its reply_start). Appends no turn; the prompt stays in the cache, so a following ask pays
    /// for one position. Throws as ask does, Error{Stopped} too.
    std::vector<float> next_logits(const Question& question, const Observer& observer = {},
                                   const base::StopToken& stop = {});
    /// The same for questions that know nothing of each other, run through the decoder together:
    /// one row each. Equal to asking one by one but for rounding.
    std::vector<std::vector<float>> next_logits_together(const std::vector<Question>& questions,
                                                         const Observer& observer = {},
                                                         const base::StopToken& stop = {});
    /// Writes every intermediate tensor (design: `dump`).
    void dump(const DumpOptions& options, const Observer& observer = {},
              const base::StopToken& stop = {});
    int turns() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::session
