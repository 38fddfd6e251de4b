#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

namespace univi::ui {

class ChatNotices;
class ConversationModel;
class EngineClient;

/// Says above the conversation how the model process is: that there is no model and what to do,
/// that it reads text only, that it died or does not react. GUI thread.
class EngineNotices : public QObject {
    Q_OBJECT
  public:
    EngineNotices(EngineClient* engine, ChatNotices* notices, QObject* parent = nullptr);

    /// The conversation that is open; what happens to the process is said there.
    void setConversation(const ConversationModel* model);

  Q_SIGNALS:
    void openModelRequested();
    void demoModelRequested();

  private:
    void onState();
    void sayWhatIsMissing();
    void onDied(const QString& sentence);
    void onHangs(bool hangs);

    EngineClient* engine_;
    ChatNotices* notices_;
    QPointer<const ConversationModel> model_;
    QString hanging_;   ///< the conversation that was told about a model that hangs
    QString mourning_;  ///< the one that was told about a process that died and was started again
};

}  // namespace univi::ui
