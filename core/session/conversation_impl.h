#pragma once
// Inside of core/session only: what a Conversation is made of.

#include <list>
#include <map>
#include <memory>

#include "core/model/splice.h"
#include "core/session/engine_impl.h"
#include "core/session/medium.h"
#include "core/text/conversation_template.h"

namespace univi::session {

/// A prompt ready for the language model.
struct BuiltPrompt {
    std::vector<std::int32_t> ids;  ///< placeholders as text::kImageToken
    model::SplicedInput input;
    std::vector<PositionTag> tags;  ///< [L]
    /// per medium of the conversation, where its visual tokens stand
    std::vector<std::vector<int>> positions;
    int visual_tokens = 0;
    const text::ConversationTemplate* conversation_template = nullptr;
    std::size_t num_media = 0, num_turns = 0;
};

struct Conversation::Impl {
    explicit Impl(Engine::Impl& owner) : engine(owner) {}

    Engine::Impl& engine;
    std::vector<protocol::PastTurn> turns;
    /// what the caller said a file is, kept for later turns
    std::map<std::string, MediumKind> kinds;
    /// encoded so far, most recently used first
    std::list<std::shared_ptr<const EncodedMedium>> media;
    static constexpr std::size_t kMostMedia = 32;

    /// A medium that is known and unchanged (or whose file is gone); its groups are reported again
    /// when its place in the conversation is another now. Null when there is none.
    std::shared_ptr<const EncodedMedium> find_medium(const MediumRequest& request,
                                                     const Observer& observer);
    /// The medium, encoded now unless it is known.
    std::shared_ptr<const EncodedMedium> medium(const MediumRequest& request,
                                                const Observer& observer,
                                                const base::StopToken& stop);
    std::vector<std::shared_ptr<const EncodedMedium>> media_of(const Question& question,
                                                               const Observer& observer,
                                                               const base::StopToken& stop);
    /// All turns and the open one. `encoded`: media_of's answer. Throws Error{Context} when it
    /// is too long.
    BuiltPrompt build_prompt(
        const Question& question,
        const std::vector<std::shared_ptr<const EncodedMedium>>& encoded) const;
    /// Positions of the prompt that are no visual tokens.
    std::int64_t count_words(const Question& question) const;
    /// Answers a prompt whose text alone is too long before any picture is
    /// read. Throws Error{Context}.
    void check_text_length(const Question& question) const;
    /// Visual tokens of a medium as far as they are known without reading it; -1: not yet.
    int known_tokens(const MediumRequest& request) const;
    std::vector<MediumRequest> requests(const Question& question) const;
};

/// Throws Error{Usage} naming the first option outside its range.
void check_options(const protocol::GenerationOptions& options);

/// The template a question asks for; "" and "default" mean the model's own. Throws Error{Usage}.
const text::ConversationTemplate& template_of(const Engine::Impl& engine, const Question& question);

}  // namespace univi::session
