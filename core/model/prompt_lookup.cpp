#include "core/model/prompt_lookup.h"

#include <algorithm>

namespace univi::model {
namespace {

/// How many last tokens must stand somewhere before, tried in this order: a longer piece says more.
/// Two tokens come together by chance too often: in prose their guesses cost more than they gain.
constexpr std::size_t kPieces[] = {4, 3};
constexpr int kFirstPause = 3, kLongestPause = 15;

}  // namespace

PromptLookup::PromptLookup(std::span<const std::int32_t> context, int most)
    : ids_(context.begin(), context.end()), most_(static_cast<std::size_t>(std::max(0, most))) {}

std::vector<std::int32_t> PromptLookup::followers_of(std::size_t tokens) const {
    if (ids_.size() <= tokens) return {};
    const auto piece = ids_.end() - static_cast<std::ptrdiff_t>(tokens);
    if (std::any_of(piece, ids_.end(), [](std::int32_t id) { return id < 0; })) return {};
    // The last place before, which may overlap the piece itself.
    const auto found = std::find_end(ids_.begin(), ids_.end() - 1, piece, ids_.end());
    if (found == ids_.end() - 1) return {};
    std::vector<std::int32_t> followers;
    for (auto next = found + static_cast<std::ptrdiff_t>(tokens);
         next != ids_.end() && *next >= 0 && followers.size() < most_; ++next)
        followers.push_back(*next);
    return followers;
}

std::vector<std::int32_t> PromptLookup::guess() {
    if (most_ == 0) return {};
    if (waits_ > 0) {
        --waits_;
        return {};
    }
    for (const std::size_t tokens : kPieces)
        if (auto followers = followers_of(tokens); !followers.empty()) return followers;
    return {};
}

void PromptLookup::learn(std::size_t right) {
    pause_ = right > 0 ? 0 : std::min(2 * pause_ + kFirstPause, kLongestPause);
    waits_ = pause_;
}

}  // namespace univi::model
