#pragma once

#include <QObject>
#include <QString>

namespace univi::ui {

class ChatNotices;
class ConversationShelf;
class ConversationStore;

/// Says above the conversation what goes wrong with storing, reading and asking. GUI thread.
class ChatProblems : public QObject {
    Q_OBJECT
  public:
    ChatProblems(ChatNotices* notices, ConversationStore* store, ConversationShelf* shelf,
                 QObject* parent);
    /// One sentence about the program, not one conversation.
    void show(const QString& sentence);

  private:
    void sayHeld(const QString& conversation, int questions);

    ChatNotices* notices_;
    ConversationShelf* shelf_;
};

}  // namespace univi::ui
