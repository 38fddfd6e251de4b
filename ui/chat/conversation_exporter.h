#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace univi::ui {

class ChatNotices;
class ConversationStore;

/// Asks where a conversation shall be written, writes it, and says above it how that went. The
/// dialog belongs to the page and does not block. GUI thread.
class ConversationExporter : public QObject {
    Q_OBJECT
  public:
    ConversationExporter(ConversationStore* store, ChatNotices* notices, QWidget* page);

    void ask(const QString& conversation);

  private:
    ConversationStore* store_;
    ChatNotices* notices_;
    QWidget* page_;
};

}  // namespace univi::ui
