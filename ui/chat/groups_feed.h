#pragma once

#include <QObject>
#include <QPointer>
#include <vector>

#include "core/protocol/token_groups.h"

namespace univi::ui {

class ChatNotices;
class ChatView;
class ConversationModel;
class Thumbnails;

/// What the panel of token groups is fed with: the groups of the open conversation's media, and
/// what the word under the mouse looked at. GUI thread.
class GroupsFeed : public QObject {
    Q_OBJECT
  public:
    GroupsFeed(ChatView* view, ChatNotices* notices, Thumbnails* thumbnails, QObject* parent);
    /// Another conversation is open: its groups are sent, and then what comes.
    void setConversation(ConversationModel* model);

  Q_SIGNALS:
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    void groupsReset(const QList<univi::protocol::TokenGroups>& groups);
    void attentionChanged(const std::vector<std::vector<float>>& attention, float scale,
                          const QString& word);

  private:
    void onHover(int turn, int position);
    void onGroups(const protocol::TokenGroups& groups);
    void reset();

    ChatView* view_;
    ChatNotices* notices_;
    Thumbnails* thumbnails_;
    QPointer<ConversationModel> model_;
};

}  // namespace univi::ui
