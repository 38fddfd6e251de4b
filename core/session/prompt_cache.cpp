#include "core/session/prompt_cache.h"

#include <algorithm>

namespace univi::session {

PromptCache::PromptCache(const model::LanguageModel& language)
    : language_(language), capacity_(language.config().max_position_embeddings) {}

model::KeyValueCache& PromptCache::cache() {
    if (!cache_)
        cache_ = std::make_unique<model::KeyValueCache>(language_.config(), capacity_,
                                                        language_.placement());
    return *cache_;
}

int PromptCache::keep_shared_prefix(const std::vector<PositionTag>& prompt) {
    const auto mismatch = std::mismatch(held_.begin(), held_.end(), prompt.begin(), prompt.end());
    auto shared = static_cast<std::size_t>(mismatch.first - held_.begin());
    // The last position is always computed again: its hidden state chooses the first token.
    if (!prompt.empty()) shared = std::min(shared, prompt.size() - 1);
    truncate(static_cast<int>(shared));
    return static_cast<int>(shared);
}

void PromptCache::set_contents(std::vector<PositionTag> held) {
    held_ = std::move(held);
    const auto length = static_cast<std::size_t>(cache().length());
    if (held_.size() > length) held_.resize(length);
    cache().truncate(static_cast<int>(held_.size()));
}

void PromptCache::truncate(int length) {
    length = std::min(length, cache().length());
    cache().truncate(length);
    held_.resize(std::min(held_.size(), static_cast<std::size_t>(length)));
}

}  // namespace univi::session
