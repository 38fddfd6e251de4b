#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

#include "ui/chat/chat_notices.h"
#include "ui/chat/live_source.h"
#include "ui/chat/medium.h"

namespace univi::ui {

class ConversationModel;
class EngineClient;
class LiveBar;

/// A live camera or stream in the open conversation. Its last frames are a clip among the media
/// that wait; a newer one takes that clip's place as often as the model gets through one, so that a
/// question is about now. A clip that was asked about stays; the others go. GUI thread.
class LiveActions : public QObject {
    Q_OBJECT
  public:
    struct Parts {
        EngineClient* engine = nullptr;
        ChatNotices* notices = nullptr;
        LiveBar* bar = nullptr;
    };
    /// `program`: another univi-cli than the one beside this program.
    LiveActions(const Parts& parts, QObject* parent, const QString& program = {});

    LiveBar* bar() const { return bar_; }
    bool isOn() const { return source_.isOn(); }
    void start(const LiveCameraChoice& choice);
    void stop();
    /// The camera goes along into another conversation.
    void setConversation(ConversationModel* model);

  Q_SIGNALS:
    /// A recording is wanted among the media.
    void addRequested(const QString& file);

  private:
    void onPicture(const QImage& picture, int held, qint64 taken);
    void onWindow(const QString& file, int frames);
    void onShown(const univi::ui::Medium& window);
    void onFailed(const univi::ui::Medium& window, const QString& sentence);
    void onTaken(const univi::ui::Medium& window);
    void onRecorded(const QString& file, double seconds);
    void onEnded(const QString& sentence);
    void leave();
    void say(const QString& sentence, const QList<ChatNotices::Action>& actions = {});

    EngineClient* engine_;
    ChatNotices* notices_;
    LiveBar* bar_;
    LiveSource source_;
    QPointer<ConversationModel> model_;
    QString shown_;           ///< the window that waits among the media
    bool in_flight_ = false;  ///< one is being written or read
    qint64 asked_taken_ = 0;  ///< frames that were taken when the last one was asked for
    int failures_ = 0;
};

}  // namespace univi::ui
