#pragma once

#include <QWidget>

#include "ui/chat/attention_line.h"
#include "ui/chat/conversation.h"
#include "ui/chat/source_marks.h"
#include "ui/chat/turn_footer.h"

class QFrame;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace univi::ui {

class FlowLayout;
class FlowText;
class NoticeBar;
class QuestionEditor;
class QueuedRow;
class Thumbnails;

/// A question as a bubble with its media and the reply below it, with what can be done to each.
/// Laid out by layOut() for the width of the column, without a QLayout, so that its height is known
/// at once; parts that few turns have are made when they are needed. One view shows many turns, one
/// after another. GUI thread.
class TurnView : public QWidget {
    Q_OBJECT
  public:
    explicit TurnView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// Shows the turn at `index`.
    void setTurn(int index, const Turn& turn, const TurnPlace& place);
    int index() const { return index_; }
    /// What is being done for a reply that has not begun: a sentence, and how far (0 to 1;
    /// negative: unknown; not a number: nothing is being done, it waits for the user).
    void setActivity(const QString& sentence, double fraction);
    /// The word of the reply that is told of; length 0: none.
    void markReply(int start, int length);
    /// Words of the reply that are marked until others are.
    void markWords(const QVector<SourceMark>& words);
    /// How much the reply's tokens looked at pictures and clips; without any there is no line.
    void setAttention(const QVector<AttentionLine::Token>& tokens);
    void clearSelection();
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
    /// The question is as it was asked.
    void endEdit();

  Q_SIGNALS:
    void redoRequested();
    /// endEdit() is called when it was asked.
    void editRequested(int turn, const QString& question);
    /// The branch so many places beside the turn's is wanted.
    void branchRequested(int turn, int step);
    /// Two versions of the turn are wanted side by side.
    void compareRequested(int turn);
    /// The turn waits: ask it now, or take it out.
    void queueRequested();
    void takeBackRequested(int turn);
    void mediumClicked(const univi::ui::Medium& medium);
    /// Something is to be asked about another part of a video.
    void partRequested(const univi::ui::Medium& medium);
    /// The turn's `medium`-th one shall go.
    void mediumRemoved(int turn, int medium);
    /// A character of the reply is under the mouse; -1: none.
    void replyHovered(int turn, int position);
    /// The word at that character was clicked.
    void replyClicked(int turn, int position);
    /// Characters [start, end) of the reply are selected; both 0: none.
    void replySelected(int turn, int start, int end);
    /// Its height changed by itself: it must be laid out again.
    void layoutChanged(int turn);

  protected:
    bool event(QEvent* event) override;

  private:
    void makeQuestion();
    void makeReply();
    void makeEditor();
    void makeActivity();
    void makeError();
    void makeQueued();
    void makeLine();
    void showQuestion();
    void showMedia();
    void showReply();
    void showError();
    void showFooter();
    void showQueued();
    int layOutQuestion(int top);
    int layOutReply(int top);
    bool running() const;
    bool editing() const;

    int index_ = -1;
    bool laying_out_ = false;
    Turn turn_;
    TurnPlace place_;
    Thumbnails* thumbnails_;
    QWidget* media_row_ = nullptr;
    FlowLayout* media_ = nullptr;
    QFrame* bubble_ = nullptr;
    QLabel* mark_ = nullptr;
    FlowText *question_ = nullptr, *reply_ = nullptr;
    QToolButton* edit_ = nullptr;
    AttentionLine* line_ = nullptr;
    TurnFooter* footer_ = nullptr;
    QuestionEditor* editor_ = nullptr;
    QueuedRow* queued_ = nullptr;
    QWidget* activity_ = nullptr;
    QLabel* activity_text_ = nullptr;
    QProgressBar* activity_bar_ = nullptr;
    NoticeBar* error_ = nullptr;
    QPushButton* again_ = nullptr;
};

}  // namespace univi::ui
