#pragma once
// Inside of core/session only.

namespace univi::session {

class MediumEncoder;
class MediumStore;
class OpeningStore;
class PromptBuilder;
class PromptCache;
struct LoadedModel;
struct ModelInfo;

/// What a conversation works with. Conversations may share all of it, one after the other on one
/// thread: the one that asks takes over what the cache shares with its prompt.
struct ConversationParts {
    const LoadedModel& model;
    const ModelInfo& info;
    MediumEncoder& encoder;
    MediumStore& store;
    const PromptBuilder& prompts;
    PromptCache& cache;
    OpeningStore& openings;
    bool with_attention = false;  ///< record what every reply token looked at
    int guessed_tokens = 0;       ///< as model::Generation has it
};

}  // namespace univi::session
