#pragma once

#include <QFrame>

#include "ui/chat/medium.h"

namespace univi::ui {

class Thumbnails;

/// A medium that goes with the next question, in the composer: its number, picture and name, and a
/// button that takes it out; of a video also its part and a button that chooses one (F2). Ctrl+Left
/// and Ctrl+Right (or a drag) give it another place, Delete takes it out.
class MediaChip : public QFrame {
    Q_OBJECT
  public:
    /// `number` 0: it is the only one and has none.
    MediaChip(const Medium& medium, int number, Thumbnails* thumbnails, QWidget* parent = nullptr);

  Q_SIGNALS:
    void removeRequested();
    void moveRequested(int step);
    /// Another part of the video is to be chosen.
    void partRequested();

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    QPoint pressed_;
    bool is_clip_ = false;
};

}  // namespace univi::ui
