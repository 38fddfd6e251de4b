#pragma once

#include <QTimer>
#include <functional>

namespace univi::ui {

/// When what grows is drawn again: at most 25 times a second, and so seldom that drawing takes a
/// small part of the time. GUI thread.
class StreamPace {
  public:
    /// `draw` is called when it is due.
    explicit StreamPace(std::function<void()> draw);
    /// There is more to draw.
    void grow();
    /// What grew is whole, and drawn by whoever says so.
    void end();

  private:
    void drawNow();

    std::function<void()> draw_;
    QTimer timer_;
};

}  // namespace univi::ui
