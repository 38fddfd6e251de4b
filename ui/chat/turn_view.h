#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "ui/chat/conversation_model.h"

class QFrame;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QToolButton;
class QVBoxLayout;

namespace univi::ui {

class FlowLayout;
class FlowText;
class NoticeBar;
class Thumbnails;

/// A question as a bubble with its media and the reply below it, with what can be done to each.
class TurnView : public QWidget {
    Q_OBJECT
  public:
    TurnView(int index, Thumbnails* thumbnails, QWidget* parent = nullptr);

    /// Shows a turn; a streaming reply is drawn again at most every 40 ms. `last`: may be edited
    /// and redone.
    void setTurn(const Turn& turn, bool last);
    /// What is being done for a reply that has not begun: a sentence, and how far (0 to 1;
    /// negative: unknown; not a number: nothing is being done, it waits for the user).
    void setActivity(const QString& sentence, double fraction);
    void markReply(int start, int length);

    QString replyText() const;
    QString errorText() const;
    QString statsText() const;
    QString activityText() const;
    void beginEdit();

  Q_SIGNALS:
    void copyRequested(const QString& text);
    void redoRequested();
    void editRequested(const QString& question);
    void mediumClicked(const QString& file);
    /// A character of the reply is under the mouse; -1: none.
    void replyHovered(int turn, int position);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QWidget* buildQuestion();
    QWidget* buildReply();
    QWidget* buildEditor();
    void showMedia();
    void showReply();
    void showFooter();
    void fitBubble();
    void endEdit();

    int index_;
    bool last_ = false;
    Turn turn_;
    Thumbnails* thumbnails_;
    QWidget* media_row_;
    FlowLayout* media_;
    QFrame* bubble_;
    FlowText *question_, *reply_;
    QToolButton *edit_, *copy_, *redo_;
    QWidget *editor_row_, *footer_, *activity_;
    QPlainTextEdit* editor_;
    QLabel *stats_, *activity_text_;
    QProgressBar* activity_bar_;
    NoticeBar* error_;
    QTimer render_timer_;
};

/// "31 tok/s · first word 0.9 s · 214 tokens read", with "stopped" or "cut at the longest reply"
/// when it was so.
QString statsLine(const Turn& turn);

}  // namespace univi::ui
