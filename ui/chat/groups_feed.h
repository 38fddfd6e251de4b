#pragma once

#include <QObject>
#include <QPointer>
#include <vector>

#include "core/protocol/engine_protocol.h"
#include "ui/chat/reply_attention.h"
#include "ui/chat/source_marks.h"

namespace univi::ui {

class ChatNotices;
class ChatView;
class ConversationModel;
class Thumbnails;

/// What the panel of token groups is fed with: the groups of the open conversation's media, and
/// what the word under the mouse, or the selected ones together, looked at. The other way round it
/// marks the words that looked at the group which is lit there. GUI thread.
class GroupsFeed : public QObject {
    Q_OBJECT
  public:
    GroupsFeed(ChatView* view, ChatNotices* notices, Thumbnails* thumbnails, QObject* parent);
    /// Another conversation is open: its groups are sent, and then what comes.
    void setConversation(ConversationModel* model);
    /// Marks the words that looked at a visual token of a medium; -1: none.
    void showLookers(int medium, int visual);
    /// What is shown from now on, in every conversation.
    void chooseAttention(const protocol::AttentionChoice& choice);

  Q_SIGNALS:
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    void groupsReset(const QList<univi::protocol::TokenGroups>& groups);
    /// Sent when another word is told of; the scale is the share that glows fully.
    void attentionChanged(const std::vector<std::vector<float>>& attention, float scale,
                          const QString& word);
    /// Follows it: the medium that the word's reply is about, of several the one that it looked at
    /// most; -1: no word is told of.
    void mediumPointedAt(int medium);
    /// The word that is told of was chosen: the place that it looked at most is wanted.
    void placeWanted();
    /// What the words of the reply that is told of all look at: visual tokens per medium, and other
    /// positions as far as they are known.
    void sinksChanged(const std::vector<std::vector<int>>& visual,
                      const std::vector<univi::protocol::AttentionSink>& text);
    /// The word of that reply that looked most at the token of showLookers(); no word: none did.
    void lookerFound(const QString& word, float share);
    /// A layer or head is being asked for, or not any more.
    void waitingChanged(bool waiting);
    void choiceFailed(const QString& sentence);

  private:
    /// Characters [start, end) of a turn's reply.
    struct Place {
        int turn = -1, start = 0, end = 0;
        bool isEmpty() const { return turn < 0 || start >= end; }
        bool operator==(const Place&) const = default;
    };

    void onHover(int turn, int position);
    void onClick(int turn, int position);
    void onSelected(int turn, int start, int end);
    void onGroups(const protocol::TokenGroups& groups);
    void onLooks();
    void reset();
    void tell();
    void tellSinks();
    void tellLooker();
    void lookAgain(int turn);
    int toldTurn() const;
    int mediumOf(int turn, const std::vector<std::vector<float>>& shares) const;
    QVector<SourceMark> marksOf(int turn) const;
    QString textOf(int turn, int start, int length) const;

    ChatView* view_;
    ChatNotices* notices_;
    Thumbnails* thumbnails_;
    QPointer<ConversationModel> model_;
    protocol::AttentionChoice choice_;
    Place hovered_, selected_;
    int lit_medium_ = -1, lit_visual_ = -1;
};

}  // namespace univi::ui
