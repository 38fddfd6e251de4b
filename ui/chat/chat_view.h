#pragma once

#include <QAbstractScrollArea>
#include <QMap>
#include <QPointer>
#include <QTimer>
#include <functional>

#include "ui/chat/medium.h"
#include "ui/chat/row_heights.h"
#include "ui/chat/source_marks.h"
#include "ui/chat/stream_pace.h"
#include "ui/chat/turn_pool.h"

namespace univi::ui {

class ConversationModel;
class Thumbnails;
class TurnView;
struct TurnPlace;

/// The turns of the open conversation, newest at the bottom. Only those in sight (and a little
/// beyond, for the keyboard and for smooth scrolling) have widgets, which are used again for others
/// as the view moves; the height of a turn that was never in sight is estimated, and what is in
/// sight stays where it is when the real height becomes known. Stays at the bottom while a reply
/// grows unless the user scrolled away. A growing reply is drawn again as often as that takes
/// little of the time, at most 25 times a second. GUI thread.
class ChatView : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit ChatView(Thumbnails* thumbnails, QWidget* parent = nullptr);
    ~ChatView() override;

    void setModel(ConversationModel* model);
    /// Why the last question waits when the engine is not ready, e.g. "Waiting for the model to
    /// load…"; empty: it is. `moving`: it will go on by itself.
    void setWaitingReason(const QString& sentence, bool moving = true);
    /// The widget of a turn, made when there is none; it is valid until the view moves. Null: there
    /// is no such turn.
    TurnView* turnView(int index);
    /// Turns, in sight or not.
    int count() const { return heights_.count(); }
    /// Turns that have widgets.
    int builtCount() const { return int(built_.size()); }
    /// Makes a widget that a turn will take later, unless enough wait (TurnPool).
    void prepareTurn();
    /// Brings a turn to the top of what is in sight.
    void showTurn(int index);
    void editLast();
    void copyLast();
    /// Says which words of a turn's reply are marked, for those in sight; asked again when a turn
    /// comes into sight or changes, and by refreshMarks().
    using Marks = std::function<QVector<SourceMark>(int turn)>;
    void setMarks(Marks marks);
    void refreshMarks();

  Q_SIGNALS:
    void mediumClicked(const univi::ui::Medium& medium);
    void partRequested(const univi::ui::Medium& medium);
    void mediumRemoved(int turn, int medium);
    /// A question that waits is wanted back in the composer.
    void takeBackRequested(int turn);
    /// A character of a reply is under the mouse; position -1: none.
    void replyHovered(int turn, int position);
    /// The word at that character was clicked.
    void replyClicked(int turn, int position);
    /// Characters [start, end) of a reply are selected; both 0: none of them any more.
    void replySelected(int turn, int start, int end);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    struct Column {
        int left = 0, width = 0;
    };

    void rebuild();
    void estimateAll();
    int estimate(int index) const;
    Column column() const;
    void onTurnAdded(int index);
    void onTurnChanged(int index);
    void onTurnsReset(int index);
    void onBusyChanged();
    TurnPlace placeOf(int index) const;
    void renderStream();
    void updateTurn(int index);
    void fill(TurnView* view, int index);
    void updateActivity();
    void onFocusChanged(QWidget* old, QWidget* now);

    TurnView* build(int index);
    TurnView* makeView();
    void recycleAll();
    void arrange();
    bool measure(int first, int last, int anchor, qint64& scroll);
    void place(qint64 scroll, int first, int last);
    void orderTabs();
    qint64 largestScroll() const;

    QPointer<ConversationModel> model_;
    Thumbnails* thumbnails_;
    RowHeights heights_;          ///< of the turns with the room below them
    QMap<int, TurnView*> built_;  ///< by turn
    TurnPool pool_;
    Marks marks_;
    QString waiting_;
    bool waiting_moves_ = true;
    bool at_bottom_ = true, arranging_ = false;
    StreamPace pace_;
    QTimer arrange_timer_;
};

}  // namespace univi::ui
