#include "ui/chat/attention_cache.h"

#include "ui/chat/attention_store.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {

ReplyAttention& AttentionCache::begin(qint64 turn) {
    return *known_.insert(turn, {});
}

ReplyAttention& AttentionCache::of(qint64 turn) const {
    if (const auto known = known_.find(turn); known != known_.end()) return *known;
    const QByteArray packed = store_->attention().get(conversation_, turn);
    return *known_.insert(turn, unpackAttention(packed).value_or(ReplyAttention()));
}

void AttentionCache::keep(qint64 turn) {
    const ReplyAttention& attention = of(turn);
    store_->attention().set(conversation_, turn,
                            attention.scale > 0 ? packAttention(attention) : QByteArray());
}

}  // namespace univi::ui
