#include "ui/chat/chat_view.h"

#include <QApplication>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QScrollBar>
#include <limits>

#include "ui/chat/conversation_model.h"
#include "ui/chat/reading_text.h"
#include "ui/chat/reply_looks.h"
#include "ui/chat/turn_height.h"
#include "ui/chat/turn_view.h"
#include "ui/chat/turn_wiring.h"

namespace univi::ui {
namespace {

constexpr int kColumnWidth = 760;
constexpr int kMargin = 24;
constexpr int kTurnGap = 32;
constexpr int kLeastReach = 300;  ///< pixels beyond what is in sight that have widgets too

/// By how much the view must move so that `rect` of it is in sight with some room around it.
/// Something taller than the view is shown from its top on.
int scrollToShow(const QRect& rect, int height) {
    const int below = rect.bottom() + kMargin - height, above = rect.top() - kMargin;
    if (above < 0 && rect.bottom() < height) return above;
    return below > 0 ? std::min(below, std::max(0, above)) : 0;
}

}  // namespace

ChatView::ChatView(Thumbnails* thumbnails, QWidget* parent)
    : QAbstractScrollArea(parent),
      thumbnails_(thumbnails),
      pool_([this] { return makeView(); }),
      pace_([this] { renderStream(); }) {
    setObjectName(QStringLiteral("chatView"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Conversation"));
    verticalScrollBar()->setSingleStep(40);
    arrange_timer_.setSingleShot(true);
    arrange_timer_.setInterval(0);
    connect(&arrange_timer_, &QTimer::timeout, this, &ChatView::arrange);
    connect(qApp, &QApplication::focusChanged, this, &ChatView::onFocusChanged);
}

ChatView::~ChatView() {
    // A window that closes under the last steps of this moves the focus once more.
    qApp->disconnect(this);
}

void ChatView::setModel(ConversationModel* model) {
    if (model_) disconnect(model_, nullptr, this, nullptr);
    model_ = model;
    rebuild();
    if (!model) return;
    connect(model, &ConversationModel::turnAdded, this, &ChatView::onTurnAdded);
    connect(model, &ConversationModel::turnChanged, this, &ChatView::onTurnChanged);
    connect(model, &ConversationModel::turnsReset, this, &ChatView::onTurnsReset);
    connect(model, &ConversationModel::progressChanged, this, &ChatView::updateActivity);
    connect(model, &ConversationModel::busyChanged, this, &ChatView::onBusyChanged);
}

void ChatView::setWaitingReason(const QString& sentence, bool moving) {
    waiting_ = sentence;
    waiting_moves_ = moving;
    updateActivity();
}

TurnView* ChatView::turnView(int index) {
    if (index < 0 || index >= count()) return nullptr;
    if (TurnView* view = built_.value(index)) return view;
    TurnView* view = build(index);
    view->layOut(column().width);
    return view;
}

void ChatView::showTurn(int index) {
    if (index < 0 || index >= count()) return;
    at_bottom_ = false;
    // What is above becomes known on the way there, and so does the place.
    for (int pass = 0; pass < 2; ++pass) verticalScrollBar()->setValue(int(heights_.top(index)));
}

void ChatView::prepareTurn() {
    pool_.prepare(column().width);
}

void ChatView::editLast() {
    if (!model_ || model_->isBusy() || model_->lastAsked() < 0) return;
    at_bottom_ = true;
    arrange();
    turnView(model_->lastAsked())->beginEdit();
}

void ChatView::copyLast() {
    if (model_ && model_->lastAsked() >= 0) turnView(model_->lastAsked())->copyReply();
}

void ChatView::rebuild() {
    pace_.end();
    recycleAll();
    at_bottom_ = true;
    estimateAll();
    arrange();
    updateActivity();
}

void ChatView::estimateAll() {
    const int turns = model_ ? int(model_->turns().size()) : 0;
    QVector<int> heights(turns);
    const TurnHeightEstimate estimate(column().width, QFontMetrics(font()));
    for (int i = 0; i < turns; ++i) heights[i] = estimate.of(model_->turns()[i]) + kTurnGap;
    heights_.assign(heights);
}

int ChatView::estimate(int index) const {
    return TurnHeightEstimate(column().width, QFontMetrics(font())).of(model_->turns()[index]) +
           kTurnGap;
}

/// A reading column in the middle of a wide window.
ChatView::Column ChatView::column() const {
    const int width = viewport()->width();
    const int side = std::max(kMargin, (width - kColumnWidth) / 2);
    return {side, std::max(120, width - 2 * side)};
}

void ChatView::onTurnAdded(int index) {
    heights_.append(estimate(index));
    at_bottom_ = true;
    // The turn before is no longer the last: it can no longer be asked again.
    if (index > 0) updateTurn(index - 1);
    arrange();
    updateActivity();
}

/// A growing reply waits for its time; every other change is shown at once.
void ChatView::onTurnChanged(int index) {
    const bool streams = model_->turns()[index].state == Turn::State::Streaming;
    if (streams && index == model_->activeTurn()) {
        pace_.grow();
        return;
    }
    pace_.end();
    updateTurn(index);
    arrange();
}

/// The turn at `index` stays where it is on the screen; what stands above keeps its known heights.
void ChatView::onTurnsReset(int index) {
    pace_.end();
    const int turns = int(model_->turns().size());
    for (const int built : built_.keys()) {
        if (built < index || (built == index && index < turns)) continue;
        pool_.give(built_.take(built));
    }
    QVector<int> heights(turns);
    for (int i = 0; i < turns; ++i) heights[i] = i < index ? heights_.height(i) : estimate(i);
    heights_.assign(heights);
    // The one before may be the last now.
    for (int i = std::max(0, index - 1); i <= index; ++i) updateTurn(i);
    at_bottom_ = false;
    arrange();
    updateActivity();
}

void ChatView::onBusyChanged() {
    for (const int index : built_.keys()) updateTurn(index);
    arrange_timer_.start();
    updateActivity();
}

TurnPlace ChatView::placeOf(int index) const {
    return {index == model_->lastAsked(), model_->isBusy(), model_->branchOf(index)};
}

void ChatView::renderStream() {
    if (!model_ || model_->activeTurn() < 0) return;
    updateTurn(model_->activeTurn());
    arrange();
}

void ChatView::updateTurn(int index) {
    if (TurnView* view = built_.value(index))
        fill(view, index);
    else if (index < count())
        heights_.set(index, estimate(index));
}

void ChatView::fill(TurnView* view, int index) {
    const Turn& turn = model_->turns()[index];
    view->setTurn(index, turn, placeOf(index));
    QVector<AttentionLine::Token> tokens;
    if (!turn.reply.isEmpty())
        for (const ReplyAttention::Token& token : model_->looks()->mean().of(turn.id).tokens)
            tokens << AttentionLine::Token{token.start, token.total};
    view->setAttention(tokens);
    if (marks_) view->markWords(marks_(index));
}

void ChatView::setMarks(Marks marks) {
    marks_ = std::move(marks);
}

void ChatView::refreshMarks() {
    for (auto view = built_.cbegin(); marks_ && view != built_.cend(); ++view)
        view.value()->markWords(marks_(view.key()));
}

void ChatView::updateActivity() {
    if (!model_ || !model_->isBusy()) return;
    TurnView* view = built_.value(model_->activeTurn());
    if (!view) return;
    constexpr double kUnknown = -1, kNone = std::numeric_limits<double>::quiet_NaN();
    const auto progress = model_->progress();
    if (!waiting_.isEmpty())
        view->setActivity(waiting_, waiting_moves_ ? kUnknown : kNone);
    else if (!progress)
        view->setActivity(tr("Thinking…"), kUnknown);
    else
        view->setActivity(readingSentence(*progress), readPart(*progress));
}

TurnView* ChatView::makeView() {
    auto* view = new TurnView(thumbnails_, viewport());
    wireTurn(
        view, [this] { return model_.data(); }, this);
    // Queued: the row whose button it is goes with the turn.
    connect(view, &TurnView::takeBackRequested, this, &ChatView::takeBackRequested,
            Qt::QueuedConnection);
    connect(view, &TurnView::mediumClicked, this, &ChatView::mediumClicked);
    connect(view, &TurnView::partRequested, this, &ChatView::partRequested);
    connect(view, &TurnView::mediumRemoved, this, &ChatView::mediumRemoved);
    connect(view, &TurnView::replyHovered, this, &ChatView::replyHovered);
    connect(view, &TurnView::replyClicked, this, &ChatView::replyClicked);
    connect(view, &TurnView::replySelected, this, &ChatView::replySelected);
    connect(view, &TurnView::layoutChanged, this, [this] { arrange_timer_.start(); });
    return view;
}

TurnView* ChatView::build(int index) {
    TurnView* view = pool_.take();
    built_.insert(index, view);
    fill(view, index);
    if (index == model_->activeTurn()) updateActivity();
    return view;
}

void ChatView::recycleAll() {
    for (const int index : built_.keys()) pool_.give(built_.take(index));
}

qint64 ChatView::largestScroll() const {
    if (count() == 0) return 0;
    const qint64 content = heights_.total() - kTurnGap + 2 * kMargin;
    return std::max<qint64>(0, content - viewport()->height());
}

/// Builds and measures what is in sight, keeps the first turn in sight where it is, and puts every
/// widget in its place.
void ChatView::arrange() {
    if (arranging_ || !isVisible() || !model_) return;
    arranging_ = true;
    arrange_timer_.stop();
    const int reach = std::max(kLeastReach, viewport()->height() / 2);
    qint64 scroll = verticalScrollBar()->value();
    int first = 0, last = -1;
    // Real heights bring others into sight; a few rounds settle it.
    for (int round = 0; round < 8 && count() > 0; ++round) {
        scroll = at_bottom_ ? largestScroll() : std::clamp<qint64>(scroll, 0, largestScroll());
        first = heights_.rowAt(scroll - kMargin - reach);
        last = heights_.rowAt(scroll - kMargin + viewport()->height() + reach);
        const int anchor = heights_.rowAt(scroll - kMargin);
        if (!measure(first, last, anchor, scroll)) break;
    }
    place(scroll, first, last);
    arranging_ = false;
}

/// True when a height was not as expected. What grows above the anchor moves the scroll with it,
/// but not under the mouse that drags the bar.
bool ChatView::measure(int first, int last, int anchor, qint64& scroll) {
    bool changed = false;
    for (int i = first; i <= last; ++i) {
        TurnView* view = built_.value(i);
        if (!view) view = build(i);
        const int height = view->layOut(column().width) + kTurnGap;
        const int change = height - heights_.height(i);
        if (change == 0) continue;
        heights_.set(i, height);
        changed = true;
        if (i < anchor && !verticalScrollBar()->isSliderDown()) scroll += change;
    }
    return changed;
}

void ChatView::place(qint64 scroll, int first, int last) {
    QScrollBar* bar = verticalScrollBar();
    const qint64 largest = largestScroll();
    scroll = at_bottom_ ? largest : std::clamp<qint64>(scroll, 0, largest);
    bar->setPageStep(viewport()->height());
    bar->setRange(0, int(std::min<qint64>(largest, std::numeric_limits<int>::max())));
    bar->setValue(int(scroll));
    bool others = false;
    for (const int index : built_.keys()) {
        TurnView* view = built_[index];
        if ((index < first || index > last) && !view->isInUse()) {
            pool_.give(built_.take(index));
            continue;
        }
        view->move(column().left, int(kMargin + heights_.top(index) - scroll));
        if (view->isHidden()) {
            others = true;
            view->show();
        }
    }
    if (others) orderTabs();
}

/// The Tab key goes through the turns from above to below, whatever the order they were built in.
void ChatView::orderTabs() {
    QWidget* before = this;
    for (TurnView* view : built_)
        for (QWidget* stop : view->tabStops()) {
            setTabOrder(before, stop);
            before = stop;
        }
}

void ChatView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    if (event->size().width() != event->oldSize().width() && model_ && count() > 0) {
        // The turn at the top stays there in the new width.
        const qint64 scroll = verticalScrollBar()->value();
        const int top = heights_.rowAt(scroll - kMargin);
        const qint64 offset = scroll - heights_.top(top);
        estimateAll();
        arranging_ = true;
        verticalScrollBar()->setRange(0, int(largestScroll()));
        verticalScrollBar()->setValue(int(heights_.top(top) + offset));
        arranging_ = false;
    }
    arrange();
}

void ChatView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    arrange();
}

/// The user (or showTurn) moved.
void ChatView::scrollContentsBy(int, int) {
    if (arranging_) return;
    const QScrollBar* bar = verticalScrollBar();
    at_bottom_ = bar->value() >= bar->maximum() - kMargin;
    arrange();
}

void ChatView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Home)
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderToMinimum);
    else if (event->key() == Qt::Key_End)
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderToMaximum);
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void ChatView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange && model_) {
        estimateAll();
        arrange();
    }
}

/// What the keyboard reaches is brought into sight.
void ChatView::onFocusChanged(QWidget* old, QWidget* now) {
    const bool by_keyboard = old && now && QApplication::mouseButtons() == Qt::NoButton;
    if (!by_keyboard || arranging_ || !viewport()->isAncestorOf(now)) return;
    const QRect rect(now->mapTo(viewport(), QPoint(0, 0)), now->size());
    const int by = scrollToShow(rect, viewport()->height());
    if (by != 0) verticalScrollBar()->setValue(verticalScrollBar()->value() + by);
}

}  // namespace univi::ui
