#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>

#include "ui/chat/conversation.h"

namespace univi::ui {

class Composer;
class ConversationModel;
class ConversationStore;

/// Keeps what is typed and attached in the composer with its conversation, also over a restart. The
/// chat that is not stored yet has a draft too: the one that New chat opens.
class DraftKeeper : public QObject {
    Q_OBJECT
  public:
    DraftKeeper(ConversationStore* store, Composer* composer, QObject* parent = nullptr);

    /// Id of the conversation that New chat opens; empty when it has to be made.
    QString newChat() const { return new_chat_; }
    void setNewChat(const QString& id) { new_chat_ = id; }

    /// Writes the draft of the conversation before and shows that of this one.
    void setConversation(ConversationModel* model);
    /// Writes the draft now.
    void keep();
    /// Under what the draft of the open conversation is stored.
    QString key() const;
    void forget(const QString& key);

  private:
    ConversationStore* store_;
    Composer* composer_;
    QPointer<ConversationModel> model_;
    QString new_chat_, written_key_;
    Draft written_;
    QTimer timer_;
};

}  // namespace univi::ui
