#pragma once

#include <QElapsedTimer>
#include <QFrame>
#include <QImage>

#include "ui/chat/live_source.h"

class QToolButton;

namespace univi::ui {

class ElidedLabel;

/// A line above the composer while a camera or stream is live: what it sees now, which frames a
/// question is about, and buttons that record and close it. GUI thread.
class LiveBar : public QFrame {
    Q_OBJECT
  public:
    explicit LiveBar(QWidget* parent = nullptr);

    /// It is being opened.
    void open(const LiveCameraChoice& choice);
    void showPicture(const QImage& picture, int held);
    void setRecording(bool recording);
    QString sentence() const;

  Q_SIGNALS:
    /// To be begun, or ended.
    void recordRequested(bool on);
    void closeRequested();

  private:
    class Picture;
    void updateSentence();

    QString name_;
    double every_s_ = 0;
    int held_ = 0;
    QElapsedTimer recording_since_;
    Picture* picture_;
    ElidedLabel* what_;
    QToolButton *record_, *close_;
};

}  // namespace univi::ui
