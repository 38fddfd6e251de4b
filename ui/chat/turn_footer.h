#pragma once

#include <QWidget>

#include "ui/chat/conversation.h"
#include "ui/chat/turn_branches.h"

class QToolButton;

namespace univi::ui {

class CopyButton;
class ElidedLabel;

/// Where a turn stands in its conversation.
struct TurnPlace {
    bool last = false;  ///< the last that was asked: it may be asked again
    bool busy = false;  ///< a question of the conversation is being answered
    BranchPlace branch;
    bool operator==(const TurnPlace&) const = default;
};

/// The line under a reply: which one it is of those to the same turn (a switch), its figures, and
/// what can be done with it. GUI thread.
class TurnFooter : public QWidget {
    Q_OBJECT
  public:
    explicit TurnFooter(QWidget* parent = nullptr);

    void setTurn(const Turn& turn, const TurnPlace& place);
    /// It has nothing to show.
    bool isBlank() const { return blank_; }
    QString statsText() const;
    /// Copies the reply and says so on its button.
    void copyReply();
    /// The button says nothing of an earlier copying.
    void reset();

  Q_SIGNALS:
    void redoRequested();
    /// The branch so many places beside this one is wanted.
    void branchRequested(int step);
    /// Two versions are wanted side by side.
    void compareRequested();

  private:
    void makeSwitch();
    void showSwitch(const TurnPlace& place);
    void showDetails();

    QString reply_;
    bool blank_ = true;
    QWidget* switch_ = nullptr;
    QToolButton *before_ = nullptr, *after_ = nullptr, *details_, *redo_;
    ElidedLabel *number_ = nullptr, *stats_;
    CopyButton* copy_;
};

/// "UniVi demo · 31 tok/s · first word 0.9 s · 112 visual tokens", what is not known left out, with
/// "stopped" or "cut off at the longest reply" when it was so.
QString statsLine(const Turn& turn);

/// The same and ever shorter ones, where there is less room: what says least is left out first,
/// "stopped" and "cut off" never are.
QStringList statsLines(const Turn& turn);

/// All that is known of how a reply came, a line each; empty: nothing is.
QString statsDetails(const Turn& turn);

}  // namespace univi::ui
