#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>

#include "core/base/stop_token.h"

class QWidget;

namespace univi::ui {

class ChatNotices;
class ConversationStore;
struct Conversation;
struct Exported;

/// Takes conversations out and in: asks where one shall be written or which file shall be read,
/// does it on a thread of its own, and says above the conversation how that went. The dialogs
/// belong to the page and do not block. GUI thread.
class ConversationExporter : public QObject {
    Q_OBJECT
  public:
    ConversationExporter(ConversationStore* store, ChatNotices* notices, QWidget* page);
    /// Waits for what is being written; media that were not read by then are only named in it.
    ~ConversationExporter() override;

    void ask(const QString& conversation);
    /// Writes it, beside the window's thread.
    void write(const Conversation& conversation, const QString& file);
    /// Asks for a JSON file or a zip that was exported, and stores it as a new conversation.
    void import();
    void importFile(const QString& file);

  Q_SIGNALS:
    void imported(const QString& conversation);

  private:
    void say(const QString& conversation, const QString& file, const Exported& made);

    ConversationStore* store_;
    ChatNotices* notices_;
    QWidget* page_;
    QThreadPool pool_;
    base::StopSource stop_;
};

}  // namespace univi::ui
