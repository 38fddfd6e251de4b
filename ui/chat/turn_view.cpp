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
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kRenderEveryMs = 40;
constexpr qsizetype kShownQuestion =
    20'000;  ///< characters; the rest of a huge paste is only counted
constexpr QSize kThumbnail{208, 156};
constexpr int kBubblePadding = 16;

QToolButton* makeAction(const QString& iconName, const QString& tip) {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setIconSize({18, 18});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

}  // namespace

QString statsLine(const Turn& turn) {
    QStringList parts;
    const QLocale locale;
    if (turn.tokens_per_s > 0)
        parts << TurnView::tr("%1 tok/s")
                     .arg(locale.toString(turn.tokens_per_s, 'f', turn.tokens_per_s < 10 ? 1 : 0));
    if (turn.first_token_s > 0)
        parts << TurnView::tr("first word %1 s").arg(locale.toString(turn.first_token_s, 'f', 1));
    if (turn.visual_tokens > 0)
        parts << TurnView::tr("%1 visual tokens").arg(locale.toString(turn.visual_tokens));
    if (turn.state == Turn::State::Stopped)
        parts << TurnView::tr("stopped");
    else if (turn.finish == QLatin1String("length"))
        parts << TurnView::tr("cut off at the longest reply");
    return parts.join(QStringLiteral("  ·  "));
}

TurnView::TurnView(int index, Thumbnails* thumbnails, QWidget* parent)
    : QWidget(parent), index_(index), thumbnails_(thumbnails) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(buildQuestion());
    column->addWidget(buildEditor());
    column->addSpacing(8);
    column->addWidget(buildReply());
    render_timer_.setSingleShot(true);
    render_timer_.setInterval(kRenderEveryMs);
    connect(&render_timer_, &QTimer::timeout, this, &TurnView::showReply);
}

QWidget* TurnView::buildQuestion() {
    auto* box = new QWidget;
    media_row_ = new QWidget;
    media_ = new FlowLayout(8, Qt::AlignRight, media_row_);
    bubble_ = new QFrame;
    bubble_->setObjectName(QStringLiteral("userBubble"));
    question_ = new FlowText;
    question_->setObjectName(QStringLiteral("reply"));
    question_->setAccessibleName(tr("Your question"));
    auto* inside = new QVBoxLayout(bubble_);
    // The room between lines stands below each line, the last one too.
    inside->setContentsMargins(kBubblePadding, 11, kBubblePadding, 5);
    inside->addWidget(question_);
    edit_ = makeAction(QStringLiteral("edit"), tr("Edit this question and ask again"));
    connect(edit_, &QToolButton::clicked, this, &TurnView::beginEdit);

    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addStretch(1);
    row->addWidget(edit_, 0, Qt::AlignVCenter);
    row->addWidget(bubble_);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(media_row_);
    column->addLayout(row);
    return box;
}

QWidget* TurnView::buildEditor() {
    editor_row_ = new QFrame;
    editor_row_->setObjectName(QStringLiteral("composer"));
    editor_ = new QPlainTextEdit;
    editor_->setFixedHeight(84);
    editor_->setAccessibleName(tr("Edited question"));
    editor_->installEventFilter(this);
    auto* cancel = new QPushButton(tr("Cancel"));
    auto* ask = new QPushButton(tr("Ask again"));
    ask->setProperty("role", QStringLiteral("primary"));
    connect(cancel, &QPushButton::clicked, this, &TurnView::endEdit);
    connect(ask, &QPushButton::clicked, this, [this] {
        const QString text = editor_->toPlainText();
        endEdit();
        Q_EMIT editRequested(text);
    });
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(ask);
    auto* column = new QVBoxLayout(editor_row_);
    column->setContentsMargins(12, 12, 12, 12);
    column->addWidget(editor_);
    column->addLayout(buttons);
    editor_row_->hide();
    return editor_row_;
}

QWidget* TurnView::buildReply() {
    auto* box = new QWidget;
    reply_ = new FlowText;
    reply_->setObjectName(QStringLiteral("reply"));
    reply_->setAccessibleName(tr("Reply"));
    connect(reply_, &FlowText::sourceHovered, this,
            [this](int position) { Q_EMIT replyHovered(index_, position); });

    activity_ = new QWidget;
    activity_text_ = new QLabel;
    activity_text_->setProperty("type", QStringLiteral("muted"));
    activity_bar_ = new QProgressBar;
    activity_bar_->setTextVisible(false);
    activity_bar_->setMaximumWidth(320);
    auto* doing = new QVBoxLayout(activity_);
    doing->setContentsMargins(0, 0, 0, 0);
    doing->setSpacing(8);
    doing->addWidget(activity_text_);
    doing->addWidget(activity_bar_);

    error_ = new NoticeBar;
    error_->setDismissable(false);
    footer_ = new QWidget;
    stats_ = new ElidedLabel;
    stats_->setProperty("type", QStringLiteral("small"));
    copy_ = makeAction(QStringLiteral("copy"), tr("Copy the reply"));
    redo_ = makeAction(QStringLiteral("redo"), tr("Another reply to the same question"));
    connect(copy_, &QToolButton::clicked, this, [this] { Q_EMIT copyRequested(turn_.reply); });
    connect(redo_, &QToolButton::clicked, this, &TurnView::redoRequested);
    auto* actions = new QHBoxLayout(footer_);
    actions->setContentsMargins(0, 0, 0, 0);
    actions->setSpacing(4);
    actions->addWidget(stats_);
    actions->addSpacing(8);
    actions->addWidget(copy_);
    actions->addWidget(redo_);
    actions->addStretch(1);

    auto* mark = new QLabel;
    mark->setPixmap(applicationIcon().pixmap(QSize(28, 28), devicePixelRatioF()));
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    column->setContentsMargins(0, 3, 0, 0);
    column->addWidget(reply_);
    column->addWidget(activity_);
    column->addWidget(error_);
    column->addWidget(footer_);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(mark, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    return box;
}

void TurnView::setTurn(const Turn& turn, bool last) {
    const bool other_question = turn.question != turn_.question || turn.media != turn_.media;
    const bool streams =
        turn.state == Turn::State::Streaming && turn_.state == Turn::State::Streaming;
    turn_ = turn;
    last_ = last;
    if (other_question) {
        const qsizetype hidden = turn.question.size() - kShownQuestion;
        question_->showPlain(
            hidden <= 0
                ? turn.question
                : turn.question.left(kShownQuestion) +
                      tr("… (%1 more characters)").arg(QLocale().toString(qlonglong(hidden))));
        showMedia();
        fitBubble();
    }
    if (!streams)
        showReply();
    else if (!render_timer_.isActive())
        render_timer_.start();
    showFooter();
}

void TurnView::showMedia() {
    while (QLayoutItem* item = media_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& file : turn_.media) {
        auto* card = new MediaCard(file, thumbnails_, kThumbnail);
        connect(card, &MediaCard::clicked, this, [this, file] { Q_EMIT mediumClicked(file); });
        media_->addWidget(card);
    }
    media_row_->setVisible(!turn_.media.isEmpty());
}

void TurnView::showReply() {
    render_timer_.stop();
    const bool running =
        turn_.state == Turn::State::Waiting || turn_.state == Turn::State::Streaming;
    // A caret while words come; no part of the text itself.
    const QString caret =
        turn_.state == Turn::State::Streaming ? QString(QChar(0x258C)) : QString();
    if (reply_->source() != turn_.reply + caret) reply_->showMarkdown(turn_.reply + caret);
    reply_->setVisible(!turn_.reply.isEmpty());
    activity_->setVisible(running && turn_.reply.isEmpty());
}

void TurnView::showFooter() {
    const bool running =
        turn_.state == Turn::State::Waiting || turn_.state == Turn::State::Streaming;
    if (turn_.state == Turn::State::Failed) {
        error_->clearActions();
        if (last_) {
            QPushButton* again = error_->addAction(tr("Try again"));
            connect(again, &QPushButton::clicked, this, &TurnView::redoRequested);
        }
        error_->showNotice(NoticeBar::Kind::Error, turn_.error);
    } else {
        error_->hide();
    }
    stats_->setText(running ? QString() : statsLine(turn_));
    footer_->setVisible(!running && turn_.state != Turn::State::Failed);
    copy_->setVisible(!turn_.reply.isEmpty());
    redo_->setVisible(last_);
    edit_->setVisible(last_ && !running);
}

void TurnView::setActivity(const QString& sentence, double fraction) {
    activity_text_->setText(sentence);
    activity_bar_->setVisible(!std::isnan(fraction));
    if (std::isnan(fraction)) return;
    activity_bar_->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) activity_bar_->setValue(int(fraction * 1000));
}

void TurnView::markReply(int start, int length) {
    reply_->markSource(start, length);
}

QString TurnView::replyText() const {
    return reply_->toPlainText();
}
QString TurnView::errorText() const {
    return error_->isHidden() ? QString() : error_->sentence();
}
QString TurnView::statsText() const {
    return stats_->text();
}
QString TurnView::activityText() const {
    return activity_->isHidden() ? QString() : activity_text_->text();
}

void TurnView::beginEdit() {
    editor_->setPlainText(turn_.question);
    editor_->moveCursor(QTextCursor::End);
    editor_row_->show();
    bubble_->hide();
    edit_->hide();
    editor_->setFocus();
}

void TurnView::endEdit() {
    editor_row_->hide();
    bubble_->show();
    showFooter();
}

bool TurnView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != editor_ || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && !(key->modifiers() & Qt::ShiftModifier)) {
        const QString text = editor_->toPlainText();
        endEdit();
        Q_EMIT editRequested(text);
        return true;
    }
    if (key->key() == Qt::Key_Escape) {
        endEdit();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TurnView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitBubble();
}

/// The bubble is as wide as its text, at most four fifths of the column.
void TurnView::fitBubble() {
    const int limit = std::max(120, width() * 4 / 5 - 2 * kBubblePadding);
    bubble_->setFixedWidth(question_->idealWidth(limit) + 2 * kBubblePadding);
}

}  // namespace univi::ui
