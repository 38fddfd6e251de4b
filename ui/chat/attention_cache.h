#pragma once

#include <QHash>
#include <QString>

#include "ui/chat/reply_attention.h"

namespace univi::ui {

class ConversationStore;

/// What the words of one conversation's replies looked at: those being made, and stored ones that
/// were asked for, by the turn's id. GUI thread.
class AttentionCache {
  public:
    AttentionCache(ConversationStore* store, const QString& conversation)
        : store_(store), conversation_(conversation) {}

    /// A new reply: nothing is known of it.
    ReplyAttention& begin(qint64 turn);
    /// Of a reply being made, or of the store. Valid until the next call.
    ReplyAttention& of(qint64 turn) const;
    /// Writes what is known of the turn.
    void keep(qint64 turn);

  private:
    ConversationStore* store_;
    QString conversation_;
    mutable QHash<qint64, ReplyAttention> known_;
    qint64 made_ = 0;  ///< the turn whose reply was begun last
};

}  // namespace univi::ui
