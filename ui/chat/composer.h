#pragma once

#include <QFrame>
#include <QStringList>

#include "ui/chat/medium.h"

class QLayout;
class QPlainTextEdit;
class QToolButton;

namespace univi::ui {

class ElidedLabel;
class FlowLayout;
class Thumbnails;

/// The field in which a question is written. Media stand as chips above the text, which grows with
/// its lines; below are the buttons Attach and Send or Stop. Enter sends, Shift+Enter starts a
/// line, Up in an empty field edits the last question.
/// It takes dropped and pasted media.
class Composer : public QFrame {
    Q_OBJECT
  public:
    explicit Composer(Thumbnails* thumbnails, QWidget* parent = nullptr);

    QString text() const;
    void setText(const QString& text);
    void setMedia(const Media& media);
    int mediaCount() const { return int(media_list_.size()); }
    /// Send becomes Stop while a reply is made; what is typed then can be asked after it.
    void setBusy(bool busy);
    /// What happens to the media at the moment, beside the attach button; empty: a hint
    /// about the keys.
    void setStatus(const QString& sentence);
    QString status() const;
    /// Says why no media can be added, e.g. when the model reads text only. Empty: they can.
    void setMediaRefusal(const QString& reason);
    void focusText();

  Q_SIGNALS:
    void sendRequested(const QString& question);
    /// Sent while a reply is made.
    void queueRequested(const QString& question);
    /// The text has changed.
    void textChanged();
    void stopRequested();
    void attachRequested();
    void addressRequested();
    void cameraRequested();
    void mediaDropped(const QStringList& files);
    void mediumRemoved(int index);
    void mediumMoved(int from, int to);
    /// A part of one is to be chosen.
    void partRequested(int index);
    /// Prompts are wanted beside a button: it was clicked, or "/" typed into the empty field.
    void promptsRequested(QWidget* beside);
    void editLastRequested();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    class Editor;
    QLayout* buildButtons();
    void send();
    void grow();
    void updateButton();
    QWidget* makeChip(int index);

    Thumbnails* thumbnails_;
    QWidget* chip_row_;
    FlowLayout* chips_;
    Editor* editor_;
    QToolButton *attach_, *prompts_, *queue_, *send_;
    ElidedLabel* status_;
    Media media_list_;
    bool busy_ = false;
};

}  // namespace univi::ui
