#include "ui/chat/turn_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/chat/flow_text.h"
#include "ui/chat/media_card.h"
#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

/// characters; the rest of a huge paste is only counted
constexpr qsizetype kShownQuestion = 20'000;
constexpr QSize kThumbnail{208, 156};
constexpr int kBubblePadding = 16, kBubbleTop = 11;
constexpr int kBubbleBottom = 5;  ///< the room between lines stands below the last one too
constexpr int kGap = 8;
constexpr int kMark = 28, kReplyLeft = 40;  ///< the program's mark beside the reply
constexpr int kEditorHeight = 148;

QToolButton* makeAction(const QString& iconName, const QString& tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setIconSize({18, 18});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

/// "first word 0.9 s", "first word 38 ms": never a zero for something that took time.
QString firstWord(double seconds) {
    const QLocale locale;
    if (seconds >= 0.0995)
        return TurnView::tr("first word %1 s").arg(locale.toString(seconds, 'f', 1));
    const int ms = int(std::lround(seconds * 1000));
    return ms > 0 ? TurnView::tr("first word %1 ms").arg(ms) : TurnView::tr("first word <1 ms");
}

}  // namespace

QString statsLine(const Turn& turn) {
    QStringList parts;
    const QLocale locale;
    if (!turn.model.isEmpty()) parts << turn.model;
    if (turn.tokens_per_s > 0)
        parts << TurnView::tr("%1 tok/s")
                     .arg(locale.toString(turn.tokens_per_s, 'f', turn.tokens_per_s < 10 ? 1 : 0));
    if (turn.first_token_s > 0) parts << firstWord(turn.first_token_s);
    if (turn.visual_tokens > 0)
        parts << TurnView::tr("%1 visual tokens").arg(locale.toString(turn.visual_tokens));
    if (turn.state == Turn::State::Stopped)
        parts << TurnView::tr("stopped");
    else if (turn.finish == QLatin1String("length"))
        parts << TurnView::tr("cut off at the longest reply");
    return parts.join(QStringLiteral(" · "));
}

TurnView::TurnView(Thumbnails* thumbnails, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails) {
    makeQuestion();
    makeReply();
}

void TurnView::makeQuestion() {
    edit_ = makeAction(QStringLiteral("edit"), tr("Edit this question and ask again"), this);
    connect(edit_, &QToolButton::clicked, this, &TurnView::beginEdit);
    bubble_ = new QFrame(this);
    bubble_->setObjectName(QStringLiteral("userBubble"));
    question_ = new FlowText(bubble_);
    question_->setObjectName(QStringLiteral("reply"));
    question_->setAccessibleName(tr("Your question"));
}

void TurnView::makeReply() {
    mark_ = new QLabel(this);
    mark_->setPixmap(applicationIcon().pixmap(QSize(kMark, kMark), devicePixelRatioF()));
    reply_ = new FlowText(this);
    reply_->setObjectName(QStringLiteral("reply"));
    reply_->setAccessibleName(tr("Reply"));
    connect(reply_, &FlowText::sourceHovered, this,
            [this](int position) { Q_EMIT replyHovered(index_, position); });
    stats_ = new ElidedLabel({}, this);
    stats_->setProperty("type", QStringLiteral("small"));
    redo_ = makeAction(QStringLiteral("redo"), tr("Another reply to the same question"), this);
    connect(redo_, &QToolButton::clicked, this, &TurnView::redoRequested);
    copy_ = new CopyButton(
        tr("Copy the reply"), [this] { return turn_.reply; }, this);
}

void TurnView::makeEditor() {
    editor_row_ = new QFrame(this);
    editor_row_->setObjectName(QStringLiteral("composer"));
    editor_ = new QPlainTextEdit;
    editor_->setAccessibleName(tr("Edited question"));
    editor_->setTabChangesFocus(true);
    editor_->installEventFilter(this);
    QPushButton *cancel = button(tr("Cancel")), *ask = button(tr("Ask again"), ButtonRole::Primary);
    connect(cancel, &QPushButton::clicked, this, &TurnView::endEdit);
    connect(ask, &QPushButton::clicked, this, &TurnView::submitEdit);
    column(editor_row_, {.margins = {12, 12, 12, 12}},
           {editor_, row({}, {Part::stretch(), cancel, ask})});
}

void TurnView::makeActivity() {
    activity_ = new QWidget(this);
    activity_text_ = new QLabel;
    activity_text_->setProperty("type", QStringLiteral("muted"));
    activity_bar_ = new QProgressBar;
    activity_bar_->setTextVisible(false);
    activity_bar_->setMaximumWidth(320);
    auto* doing = new QVBoxLayout(activity_);
    doing->setContentsMargins(0, 0, 0, 0);
    doing->setSpacing(kGap);
    doing->addWidget(activity_text_);
    doing->addWidget(activity_bar_);
}

void TurnView::makeError() {
    error_ = new NoticeBar(this);
    error_->setDismissable(false);
}

bool TurnView::running() const {
    return turn_.state == Turn::State::Waiting || turn_.state == Turn::State::Streaming;
}

void TurnView::setTurn(int index, const Turn& turn, bool last) {
    const bool other = index != index_;
    const bool other_question = turn.question != turn_.question || index_ < 0;
    const bool other_media = turn.media != turn_.media;
    if (other && editor_row_) editor_row_->hide();
    if (other) {
        copy_->reset();
        reply_->markSource(0, 0);
        if (activity_) activity_->hide();
    }
    index_ = index;
    turn_ = turn;
    last_ = last;
    if (other_question) showQuestion();
    if (other_media) showMedia();
    showReply();
    showError();
    showFooter();
}

void TurnView::showQuestion() {
    const qsizetype hidden = turn_.question.size() - kShownQuestion;
    question_->showPlain(
        hidden <= 0 ? turn_.question
                    : turn_.question.left(kShownQuestion) +
                          tr("… (%1 more characters)").arg(QLocale().toString(qlonglong(hidden))));
}

void TurnView::showMedia() {
    if (!media_row_) {
        media_row_ = new QWidget(this);
        media_ = new FlowLayout(kGap, Qt::AlignRight, media_row_);
    }
    clearLayout(media_);
    for (int i = 0; i < turn_.media.size(); ++i) {
        const QString file = turn_.media[i];
        auto* card = new MediaCard(file, thumbnails_, kThumbnail);
        card->setRemovable(true);
        connect(card, &MediaCard::clicked, this, [this, file] { Q_EMIT mediumClicked(file); });
        // Queued: the card goes with the answer.
        connect(
            card, &MediaCard::removeRequested, this, [this, i] { Q_EMIT mediumRemoved(index_, i); },
            Qt::QueuedConnection);
        media_->addWidget(card);
    }
    media_row_->setVisible(!turn_.media.isEmpty());
}

void TurnView::showReply() {
    const bool streams = turn_.state == Turn::State::Streaming;
    if (reply_->source() != turn_.reply || reply_->isGrowing() != streams)
        reply_->showMarkdown(turn_.reply, streams);
    reply_->setVisible(!turn_.reply.isEmpty());
    const bool waits = running() && turn_.reply.isEmpty();
    if (waits && !activity_) makeActivity();
    if (activity_) activity_->setVisible(waits);
}

void TurnView::showError() {
    if (turn_.state != Turn::State::Failed) {
        if (error_) error_->hide();
        return;
    }
    if (!error_) makeError();
    error_->clearActions();
    if (last_) {
        QPushButton* again = error_->addAction(tr("Try again"));
        connect(again, &QPushButton::clicked, this, &TurnView::redoRequested);
    }
    error_->showNotice(NoticeBar::Kind::Error, turn_.error);
}

void TurnView::showFooter() {
    const bool footer = !running() && turn_.state != Turn::State::Failed;
    const bool editing = editor_row_ && !editor_row_->isHidden();
    stats_->setText(running() ? QString() : statsLine(turn_));
    stats_->setVisible(footer && !stats_->text().isEmpty());
    copy_->setVisible(footer && !turn_.reply.isEmpty());
    redo_->setVisible(footer && last_);
    edit_->setVisible(last_ && !running() && !editing);
    bubble_->setVisible(!editing);
}

void TurnView::setActivity(const QString& sentence, double fraction) {
    if (!activity_) return;
    activity_text_->setText(sentence);
    activity_bar_->setVisible(!std::isnan(fraction));
    if (std::isnan(fraction)) return;
    activity_bar_->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) activity_bar_->setValue(int(fraction * 1000));
}

void TurnView::markReply(int start, int length) {
    reply_->markSource(start, length);
}

void TurnView::copyReply() {
    copy_->copy();
}

QString TurnView::replyText() const {
    return reply_->toPlainText();
}
QString TurnView::errorText() const {
    return !error_ || error_->isHidden() ? QString() : error_->sentence();
}
QString TurnView::statsText() const {
    return stats_->text();
}
QString TurnView::activityText() const {
    return !activity_ || activity_->isHidden() ? QString() : activity_text_->text();
}

void TurnView::beginEdit() {
    if (!editor_row_) makeEditor();
    editor_->setPlainText(turn_.question);
    editor_->moveCursor(QTextCursor::End);
    editor_row_->show();
    showFooter();
    editor_->setFocus();
    Q_EMIT layoutChanged(index_);
}

void TurnView::endEdit() {
    editor_row_->hide();
    showFooter();
    Q_EMIT layoutChanged(index_);
}

void TurnView::submitEdit() {
    const QString text = editor_->toPlainText();
    endEdit();
    Q_EMIT editRequested(text);
}

bool TurnView::isInUse() const {
    return (editor_row_ && !editor_row_->isHidden()) ||
           (focusWidget() && isAncestorOf(focusWidget()) && focusWidget()->hasFocus());
}

QList<QWidget*> TurnView::tabStops() const {
    QList<QPair<QPoint, QWidget*>> found;
    for (QWidget* widget : findChildren<QWidget*>())
        if (widget->isVisibleTo(this) && (widget->focusPolicy() & Qt::TabFocus))
            found << qMakePair(widget->mapTo(this, QPoint(0, 0)), widget);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first.y() / kGap != b.first.y() / kGap ? a.first.y() < b.first.y()
                                                        : a.first.x() < b.first.x();
    });
    QList<QWidget*> stops;
    for (const auto& entry : found) stops << entry.second;
    return stops;
}

int TurnView::layOut(int width) {
    laying_out_ = true;
    resize(width, height());
    const int bottom = layOutReply(layOutQuestion(0) + 2 * kGap);
    resize(width, bottom);
    laying_out_ = false;
    return bottom;
}

/// The bubble is as wide as its text, at most four fifths of the column.
int TurnView::layOutQuestion(int top) {
    if (media_row_ && !media_row_->isHidden()) {
        const int height = media_->heightForWidth(width());
        media_row_->setGeometry(0, top, width(), height);
        media_->setGeometry(QRect(0, 0, width(), height));
        top += height + kGap;
    }
    if (editor_row_ && !editor_row_->isHidden()) {
        editor_row_->setGeometry(0, top, width(), kEditorHeight);
        return top + kEditorHeight;
    }
    const int limit = std::max(120, width() * 4 / 5 - 2 * kBubblePadding);
    const int text_width = question_->idealWidth(limit);
    const int text_height = question_->heightForWidth(text_width);
    const int bubble_width = text_width + 2 * kBubblePadding;
    const int bubble_height = text_height + kBubbleTop + kBubbleBottom;
    bubble_->setGeometry(width() - bubble_width, top, bubble_width, bubble_height);
    question_->setGeometry(kBubblePadding, kBubbleTop, text_width, text_height);
    const QSize button = edit_->sizeHint();
    edit_->setGeometry(bubble_->x() - button.width() - 4,
                       top + (bubble_height - button.height()) / 2, button.width(),
                       button.height());
    return top + bubble_height;
}

int TurnView::layOutReply(int top) {
    mark_->setGeometry(0, top, kMark, kMark);
    const int column = width() - kReplyLeft;
    int y = top + 3, bottom = top + kMark;
    const auto place = [&](QWidget* part, int height) {
        part->setGeometry(kReplyLeft, y, column, height);
        bottom = std::max(bottom, y + height);
        y += height + kGap;
    };
    if (!reply_->isHidden()) place(reply_, reply_->heightForWidth(column));
    if (activity_ && !activity_->isHidden()) place(activity_, activity_->sizeHint().height());
    if (error_ && !error_->isHidden()) {
        const int height = error_->heightForWidth(column);
        place(error_, height > 0 ? height : error_->sizeHint().height());
    }
    const int line = std::max(copy_->sizeHint().height(), stats_->sizeHint().height());
    int x = kReplyLeft;
    const auto beside = [&](QWidget* part, int width) {
        if (part->isHidden()) return;
        const int height = part->sizeHint().height();
        part->setGeometry(x, y + (line - height) / 2, width, height);
        x += width + 4;
        bottom = std::max(bottom, y + line);
    };
    const int buttons = redo_->sizeHint().width() + copy_->sizeHint().width() + 12;
    beside(stats_, std::min(stats_->sizeHint().width(), std::max(0, column - buttons)));
    if (!stats_->isHidden()) x += 4;
    beside(redo_, redo_->sizeHint().width());
    beside(copy_, copy_->sizeHint().width());
    return bottom;
}

/// A part without a layout around it says so when its size changes: a thumbnail that arrived, a
/// button that says "Copied".
bool TurnView::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest && !laying_out_ && index_ >= 0)
        Q_EMIT layoutChanged(index_);
    return QWidget::event(event);
}

bool TurnView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != editor_ || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && !(key->modifiers() & Qt::ShiftModifier)) {
        submitEdit();
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        endEdit();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace univi::ui
