#include "ui/chat/chat_view.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QScrollBar>
#include <QVBoxLayout>
#include <limits>

#include "ui/chat/conversation_model.h"
#include "ui/chat/turn_view.h"

namespace univi::ui {
namespace {

constexpr int kColumnWidth = 760;
constexpr int kMargin = 24;

QString activitySentence(const ConversationModel& model, double& fraction) {
    fraction = -1;
    const auto progress = model.progress();
    if (!progress) return ChatView::tr("Thinking…");
    const QString name = QFileInfo(progress->medium).fileName();
    if (progress->frames_total <= 1) return ChatView::tr("Looking at %1…").arg(name);
    fraction = double(progress->frames_encoded) / progress->frames_total;
    return ChatView::tr("Reading %1 · %2 of %3 frames")
        .arg(name)
        .arg(progress->frames_encoded)
        .arg(progress->frames_total);
}

}  // namespace

ChatView::ChatView(Thumbnails* thumbnails, QWidget* parent)
    : QScrollArea(parent), thumbnails_(thumbnails), body_(new QWidget) {
    body_->setObjectName(QStringLiteral("scrollBody"));
    column_ = new QVBoxLayout(body_);
    column_->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column_->setSpacing(32);
    column_->addStretch(1);
    setWidget(body_);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Conversation"));
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &ChatView::followBottom);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        at_bottom_ =
            verticalScrollBar()->sliderPosition() >= verticalScrollBar()->maximum() - kMargin;
    });
}

void ChatView::setModel(ConversationModel* model) {
    if (model_) disconnect(model_, nullptr, this, nullptr);
    model_ = model;
    rebuild();
    if (!model) return;
    connect(model, &ConversationModel::turnAdded, this, [this](int index) {
        // The turn before is no longer the last: it can no longer be edited.
        if (index > 0) updateTurn(index - 1);
        at_bottom_ = true;
        addTurn(index);
        updateActivity();
    });
    connect(model, &ConversationModel::turnChanged, this, &ChatView::updateTurn);
    connect(model, &ConversationModel::turnsReset, this, &ChatView::rebuild);
    connect(model, &ConversationModel::progressChanged, this, &ChatView::updateActivity);
    connect(model, &ConversationModel::busyChanged, this, &ChatView::updateActivity);
}

void ChatView::setWaitingReason(const QString& sentence, bool moving) {
    waiting_ = sentence;
    waiting_moves_ = moving;
    updateActivity();
}

TurnView* ChatView::turnView(int index) const {
    return views_.value(index, nullptr);
}

void ChatView::editLast() {
    if (model_ && !model_->isBusy() && !views_.isEmpty()) views_.last()->beginEdit();
}

void ChatView::rebuild() {
    qDeleteAll(views_);
    views_.clear();
    at_bottom_ = true;
    if (!model_) return;
    for (int i = 0; i < model_->turns().size(); ++i) addTurn(i);
    updateActivity();
}

void ChatView::addTurn(int index) {
    auto* view = new TurnView(index, thumbnails_, body_);
    view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    view->setTurn(model_->turns()[index], index == model_->turns().size() - 1);
    column_->insertWidget(column_->count() - 1, view);
    views_ << view;
    connect(view, &TurnView::copyRequested, this, [this](const QString& text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT copied();
    });
    connect(view, &TurnView::redoRequested, this, [this] {
        if (model_) model_->redo();
    });
    connect(view, &TurnView::editRequested, this, [this](const QString& text) {
        if (model_) model_->editLast(text);
    });
    connect(view, &TurnView::mediumClicked, this, &ChatView::mediumClicked);
    connect(view, &TurnView::replyHovered, this, &ChatView::replyHovered);
}

void ChatView::updateTurn(int index) {
    if (TurnView* view = turnView(index))
        view->setTurn(model_->turns()[index], index == model_->turns().size() - 1);
}

void ChatView::updateActivity() {
    if (!model_ || !model_->isBusy() || views_.isEmpty()) return;
    double fraction = -1;
    const QString doing = activitySentence(*model_, fraction);
    if (waiting_.isEmpty())
        views_.last()->setActivity(doing, fraction);
    else
        views_.last()->setActivity(waiting_,
                                   waiting_moves_ ? -1 : std::numeric_limits<double>::quiet_NaN());
}

void ChatView::followBottom() {
    if (at_bottom_) verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

/// A reading column in the middle of a wide window.
void ChatView::resizeEvent(QResizeEvent* event) {
    const int side = std::max(kMargin, (viewport()->width() - kColumnWidth) / 2);
    column_->setContentsMargins(side, kMargin, side, kMargin);
    QScrollArea::resizeEvent(event);
}

}  // namespace univi::ui
