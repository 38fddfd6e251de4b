#include "ui/chat/attention_cache.h"

#include "ui/chat/attention_store.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {
namespace {

/// Of stored replies: a long conversation that is scrolled through does not pile up.
constexpr qsizetype kMostKnown = 64;

}  // namespace

ReplyAttention& AttentionCache::begin(qint64 turn) {
    made_ = turn;
    return *known_.insert(turn, {});
}

ReplyAttention& AttentionCache::of(qint64 turn) const {
    if (const auto known = known_.find(turn); known != known_.end()) return *known;
    if (known_.size() >= kMostKnown)
        known_.removeIf([this](const auto& entry) { return entry.key() != made_; });
    const QByteArray packed = store_->attention().get(conversation_, turn);
    return *known_.insert(turn, unpackAttention(packed).value_or(ReplyAttention()));
}

void AttentionCache::keep(qint64 turn) {
    const ReplyAttention& attention = of(turn);
    store_->attention().set(conversation_, turn,
                            attention.scale > 0 ? packAttention(attention) : QByteArray());
}

}  // namespace univi::ui
