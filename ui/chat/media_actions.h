#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>

#include "ui/chat/live_source.h"
#include "ui/chat/medium.h"

class QWidget;

namespace univi::ui {

class ChatNotices;
class ConversationModel;
class ConversationStore;
class EngineClient;

/// What is done with the pictures and videos of the open conversation: adding them from a dialog,
/// an address or a drop, taking them out again, and finding one whose file was moved. GUI thread;
/// dialogs belong to the page and do not block it.
class MediaActions : public QObject {
    Q_OBJECT
  public:
    struct Parts {
        EngineClient* engine = nullptr;
        ConversationStore* store = nullptr;
        ChatNotices* notices = nullptr;
    };
    MediaActions(const Parts& parts, QWidget* page);

    void setConversation(ConversationModel* model);
    void add(const QStringList& files);
    void choose();
    void openAddress();
    void openCamera();
    /// Takes a medium out of a turn, also a past one, until it is undone.
    void remove(int turn, int medium);
    /// A part of a video that waits is to be chosen.
    void trim(int index);
    /// The same of a past turn's; the part goes with the next question.
    void askAboutPart(const univi::ui::Medium& medium);
    /// One was clicked: its groups are wanted; one whose file is gone is looked for first.
    void open(const univi::ui::Medium& medium);

  Q_SIGNALS:
    /// Some were added, or it was tried.
    void added();
    /// A camera or stream is to stay open.
    void liveRequested(const univi::ui::LiveCameraChoice& choice);
    void groupsWanted(int medium);

  private:
    bool isRefused();
    void locate(const QString& file);
    void relink(const QString& from, const QString& to);

    Parts parts_;
    QWidget* page_;
    QPointer<ConversationModel> model_;
};

}  // namespace univi::ui
