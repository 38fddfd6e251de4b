#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace univi::ui {

class ChatNotices;
class ConversationStore;

/// Takes conversations out and in: asks where one shall be written or which file shall be read,
/// does it, and says above it how that went. The dialogs belong to the page and do not block. GUI
/// thread.
class ConversationExporter : public QObject {
    Q_OBJECT
  public:
    ConversationExporter(ConversationStore* store, ChatNotices* notices, QWidget* page);

    void ask(const QString& conversation);
    /// Asks for a JSON file that was exported, and stores it as a new conversation.
    void import();
    void importFile(const QString& file);

  Q_SIGNALS:
    void imported(const QString& conversation);

  private:
    ConversationStore* store_;
    ChatNotices* notices_;
    QWidget* page_;
};

}  // namespace univi::ui
