#pragma once

#include <QWidget>

#include "ui/chat/conversation_model.h"

class QFrame;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QToolButton;

namespace univi::ui {

class CopyButton;
class ElidedLabel;
class FlowLayout;
class FlowText;
class NoticeBar;
class Thumbnails;

/// A question as a bubble with its media and the reply below it, with what can be done to each.
/// Laid out by layOut() for the width of the column, without a QLayout, so that its height is known
/// at once; parts that few turns have are made when they are needed. One view shows many turns, one
/// after another. GUI thread.
class TurnView : public QWidget {
    Q_OBJECT
  public:
    explicit TurnView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// Shows the turn at `index`. `last`: it may be edited and redone.
    void setTurn(int index, const Turn& turn, bool last);
    int index() const { return index_; }
    /// What is being done for a reply that has not begun: a sentence, and how far (0 to 1;
    /// negative: unknown; not a number: nothing is being done, it waits for the user).
    void setActivity(const QString& sentence, double fraction);
    void markReply(int start, int length);
    /// Puts everything in its place for that width and returns the height.
    int layOut(int width);
    /// Keyboard stops from above to below.
    QList<QWidget*> tabStops() const;
    /// It has the focus or an edited question: it must not be used for another turn.
    bool isInUse() const;
    /// Copies the reply and says so on its button.
    void copyReply();

    QString replyText() const;
    QString errorText() const;
    QString statsText() const;
    QString activityText() const;
    void beginEdit();

  Q_SIGNALS:
    void redoRequested();
    void editRequested(const QString& question);
    void mediumClicked(const QString& file);
    /// The turn's `medium`-th one shall go.
    void mediumRemoved(int turn, int medium);
    /// A character of the reply is under the mouse; -1: none.
    void replyHovered(int turn, int position);
    /// Its height changed by itself: it must be laid out again.
    void layoutChanged(int turn);

  protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void makeQuestion();
    void makeReply();
    void makeEditor();
    void makeActivity();
    void makeError();
    void showQuestion();
    void showMedia();
    void showReply();
    void showError();
    void showFooter();
    int layOutQuestion(int top);
    int layOutReply(int top);
    void endEdit();
    void submitEdit();
    bool running() const;

    int index_ = -1;
    bool last_ = false, laying_out_ = false;
    Turn turn_;
    Thumbnails* thumbnails_;
    QWidget* media_row_ = nullptr;
    FlowLayout* media_ = nullptr;
    QFrame* bubble_ = nullptr;
    QLabel* mark_ = nullptr;
    FlowText *question_ = nullptr, *reply_ = nullptr;
    QToolButton *edit_ = nullptr, *redo_ = nullptr;
    CopyButton* copy_ = nullptr;
    ElidedLabel* stats_ = nullptr;
    QWidget *editor_row_ = nullptr, *activity_ = nullptr;
    QPlainTextEdit* editor_ = nullptr;
    QLabel* activity_text_ = nullptr;
    QProgressBar* activity_bar_ = nullptr;
    NoticeBar* error_ = nullptr;
};

/// "UniVi demo · 31 tok/s · first word 0.9 s · 112 visual tokens", what is not known left out, with
/// "stopped" or "cut off at the longest reply" when it was so.
QString statsLine(const Turn& turn);

}  // namespace univi::ui
