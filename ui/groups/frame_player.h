#pragma once

#include <QToolButton>

#include "ui/groups/group_selection.h"

class QTimer;

namespace univi::ui {

/// A button that plays a video's frames in a circle: those of the event shown while groups of
/// events are looked at, else all. It keeps the clip's pace, at most 0.4 s a frame. GUI thread.
class FramePlayer : public QToolButton {
    Q_OBJECT
  public:
    explicit FramePlayer(GroupSelection* selection, QWidget* parent = nullptr);
    bool isPlaying() const;
    void toggle();
    /// Returns the frame that follows the shown one.
    int nextFrame() const;
    /// Returns how long the shown frame stays, milliseconds.
    int pause() const;

  private:
    bool canPlay() const;
    void refresh();

    GroupSelection* selection_;
    QTimer* timer_;
};

}  // namespace univi::ui
