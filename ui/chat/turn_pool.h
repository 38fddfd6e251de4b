#pragma once

#include <QList>
#include <functional>

namespace univi::ui {

class TurnView;

/// Widgets of turns that wait for one: a new one takes ten times as long as one that is there. They
/// stay children of where they are shown. GUI thread.
class TurnPool {
  public:
    static constexpr int kMost = 12;

    /// `make` gives a new one, hidden.
    explicit TurnPool(std::function<TurnView*()> make);
    /// One that waits, else a new one.
    TurnView* take();
    /// Its turn is out of sight or gone. One in which a person is at work is not used again.
    void give(TurnView* view);
    /// Makes one that waits, dressed and laid out at a width, unless enough do.
    void prepare(int width);

  private:
    std::function<TurnView*()> make_;
    QList<TurnView*> spare_;
};

}  // namespace univi::ui
