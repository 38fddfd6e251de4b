#pragma once

#include <QObject>
#include <QPointer>

#include "ui/chat/conversation_model.h"

namespace univi::ui {

class ChatNotices;

/// What the open conversation is asked with: its settings, the prompt that comes of them, and the
/// model that it goes with, which is offered where another one is loaded. Dialogs belong to the
/// page and do not block it. GUI thread.
class ChatSettingsActions : public QObject {
    Q_OBJECT
  public:
    struct Parts {
        EngineClient* engine = nullptr;
        ChatNotices* notices = nullptr;
        ConversationModel::OptionsSource defaults;  ///< the program's settings
    };
    ChatSettingsActions(const Parts& parts, QWidget* page);

    void setConversation(ConversationModel* model);
    void openSettings();
    /// Of what ask() would send for `question`.
    void openPreview(const QString& question);

  private:
    void offerModel();

    Parts parts_;
    QWidget* page_;
    QPointer<ConversationModel> model_;
};

}  // namespace univi::ui
