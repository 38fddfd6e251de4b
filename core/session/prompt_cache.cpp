#include "core/session/prompt_cache.h"

#include <algorithm>

#include "core/base/resident_memory.h"

namespace univi::session {
namespace {

constexpr std::int64_t kMostSequences = 8;

std::size_t shared_prefix(const std::vector<PositionTag>& held,
                          const std::vector<PositionTag>& prompt) {
    const auto mismatch = std::mismatch(held.begin(), held.end(), prompt.begin(), prompt.end());
    const auto shared = static_cast<std::size_t>(mismatch.first - held.begin());
    // The last position is always computed again: its hidden state chooses the first token.
    return prompt.empty() ? shared : std::min(shared, prompt.size() - 1);
}

}  // namespace

int sequences_that_fit(const model::LanguageModel& language) {
    if (!language.placement().device.is_cpu()) return 1;
    const std::int64_t bytes = model::KeyValueCache::bytes_of(
        language.config(), language.config().max_position_embeddings, language.placement());
    return static_cast<int>(
        std::clamp<std::int64_t>(base::machine_memory() / 4 / bytes, 1, kMostSequences));
}

PromptCache::PromptCache(const model::LanguageModel& language, int most_sequences)
    : language_(language),
      capacity_(language.config().max_position_embeddings),
      most_sequences_(static_cast<std::size_t>(most_sequences)) {}

model::KeyValueCache& PromptCache::cache() {
    auto& cache = current().cache;
    if (!cache)
        cache = std::make_unique<model::KeyValueCache>(language_.config(), capacity_,
                                                       language_.placement());
    return *cache;
}

std::size_t PromptCache::most_shared(const std::vector<PositionTag>& prompt) const {
    std::size_t best = 0, most = 0;
    for (std::size_t i = 0; i < sequences_.size(); ++i)
        if (const std::size_t shared = shared_prefix(sequences_[i].held, prompt); shared > most)
            best = i, most = shared;
    return best;
}

std::size_t PromptCache::place_for_another() {
    if (sequences_.size() < most_sequences_) {
        sequences_.emplace_back();
        return sequences_.size() - 1;
    }
    const auto oldest =
        std::min_element(sequences_.begin(), sequences_.end(),
                         [](const Sequence& a, const Sequence& b) { return a.used < b.used; });
    return static_cast<std::size_t>(oldest - sequences_.begin());
}

int PromptCache::keep_shared_prefix(const std::vector<PositionTag>& prompt) {
    const std::size_t from = most_shared(prompt);
    const std::size_t shared = shared_prefix(sequences_[from].held, prompt);
    const std::size_t lost = sequences_[from].held.size() - shared;
    current_ = lost > shared ? place_for_another() : from;
    current().used = ++uses_;
    if (current_ != from) {
        current().held = sequences_[from].held;
        cache().copy_prefix(*sequences_[from].cache, static_cast<int>(shared));
    }
    truncate(static_cast<int>(shared));
    return static_cast<int>(shared);
}

void PromptCache::set_contents(std::vector<PositionTag> held) {
    const auto length = static_cast<std::size_t>(cache().length());
    if (held.size() > length) held.resize(length);
    cache().truncate(static_cast<int>(held.size()));
    current().held = std::move(held);
}

void PromptCache::truncate(int length) {
    length = std::min(length, cache().length());
    cache().truncate(length);
    auto& held = current().held;
    held.resize(std::min(held.size(), static_cast<std::size_t>(length)));
}

}  // namespace univi::session
