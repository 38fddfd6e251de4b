#include "ui/chat/turn_view.h"

#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/chat/flow_text.h"
#include "ui/chat/media_card.h"
#include "ui/chat/question_editor.h"
#include "ui/chat/queued_row.h"
#include "ui/widgets/build.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

/// characters; the rest of a huge paste is only counted
constexpr qsizetype kShownQuestion = 20'000;
constexpr QSize kThumbnail{208, 156};
constexpr QSize kOneOfSeveral{140, 140};  ///< whatever their shapes, none is larger than another
constexpr int kBubblePadding = 16, kBubbleTop = 11;
constexpr int kBubbleBottom = 5;  ///< the room between lines stands below the last one too
constexpr int kGap = 8;
constexpr int kMark = 28, kReplyLeft = 40;  ///< the program's mark beside the reply
constexpr int kEditorHeight = 148;

/// Shows itself where the mouse or the keyboard is, so that a long conversation is not full of it.
class QuietButton : public QToolButton {
  public:
    using QToolButton::QToolButton;
    void setQuiet(bool quiet) {
        quiet_ = quiet;
        update();
    }

  protected:
    void paintEvent(QPaintEvent* event) override {
        if (!quiet_ || hasFocus() || parentWidget()->underMouse()) QToolButton::paintEvent(event);
    }

  private:
    bool quiet_ = false;
};

}  // namespace

TurnView::TurnView(Thumbnails* thumbnails, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails) {
    makeQuestion();
    makeReply();
}

void TurnView::makeQuestion() {
    edit_ = new QuietButton(this);
    edit_->setIcon(icon(QStringLiteral("edit")));
    edit_->setIconSize({18, 18});
    edit_->setToolTip(tr("Edit this question and ask again"));
    edit_->setAccessibleName(edit_->toolTip());
    edit_->setCursor(Qt::PointingHandCursor);
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
    connect(reply_, &FlowText::sourceClicked, this,
            [this](int position) { Q_EMIT replyClicked(index_, position); });
    connect(reply_, &FlowText::sourceSelected, this,
            [this](int start, int end) { Q_EMIT replySelected(index_, start, end); });
    footer_ = new TurnFooter(this);
    connect(footer_, &TurnFooter::redoRequested, this, &TurnView::redoRequested);
    connect(footer_, &TurnFooter::branchRequested, this,
            [this](int step) { Q_EMIT branchRequested(index_, step); });
    connect(footer_, &TurnFooter::compareRequested, this,
            [this] { Q_EMIT compareRequested(index_); });
}

void TurnView::makeEditor() {
    editor_ = new QuestionEditor(this);
    connect(editor_, &QuestionEditor::cancelled, this, &TurnView::endEdit);
    connect(editor_, &QuestionEditor::submitted, this,
            [this](const QString& question) { Q_EMIT editRequested(index_, question); });
}

void TurnView::makeQueued() {
    queued_ = new QueuedRow(this);
    connect(queued_, &QueuedRow::askRequested, this, &TurnView::queueRequested);
    connect(queued_, &QueuedRow::takeBackRequested, this,
            [this] { Q_EMIT takeBackRequested(index_); });
}

void TurnView::makeLine() {
    line_ = new AttentionLine(this);
    connect(line_, &AttentionLine::tokenPointedAt, this,
            [this](int position) { Q_EMIT replyHovered(index_, position); });
    connect(line_, &AttentionLine::tokenChosen, this,
            [this](int position) { Q_EMIT replyClicked(index_, position); });
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
    again_ = error_->addAction(tr("Try again"));
    connect(again_, &QPushButton::clicked, this, &TurnView::redoRequested);
}

bool TurnView::running() const {
    return turn_.state == Turn::State::Waiting || turn_.state == Turn::State::Streaming;
}

bool TurnView::editing() const {
    return editor_ && !editor_->isHidden();
}

void TurnView::setTurn(int index, const Turn& turn, const TurnPlace& place) {
    const bool other = index != index_ || turn.id != turn_.id;
    const bool other_question = turn.question != turn_.question || index_ < 0;
    const bool other_media = turn.media != turn_.media;
    if (other) {
        if (editor_) editor_->hide();
        footer_->reset();
        reply_->clearSelection();  // while it is known whose it is
        markReply(0, 0);
        if (line_) line_->hide();
        if (activity_) activity_->hide();
    }
    index_ = index;
    turn_ = turn;
    place_ = place;
    if (other_question) showQuestion();
    if (other_media) showMedia();
    showReply();
    showError();
    showFooter();
    showQueued();
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
    const bool alone = turn_.media.size() == 1;
    for (int i = 0; i < turn_.media.size(); ++i) {
        const Medium medium = turn_.media[i];
        auto* card = new MediaCard(medium, thumbnails_, alone ? kThumbnail : kOneOfSeveral,
                                   alone ? MediaCard::Shape::Own : MediaCard::Shape::Filled);
        card->setRemovable(true);
        connect(card, &MediaCard::clicked, this, [this, medium] { Q_EMIT mediumClicked(medium); });
        connect(card, &MediaCard::partRequested, this,
                [this, medium] { Q_EMIT partRequested(medium); });
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
    again_->setVisible(place_.last);
    error_->showNotice(NoticeBar::Kind::Error, turn_.error);
}

void TurnView::showFooter() {
    const bool queued = turn_.state == Turn::State::Queued;
    footer_->setTurn(turn_, place_);
    footer_->setVisible(!running() && !queued && !footer_->isBlank());
    edit_->setVisible(!running() && !queued && !editing());
    static_cast<QuietButton*>(edit_)->setQuiet(!place_.last);
    bubble_->setVisible(!editing());
    if (editor_) editor_->setBusy(place_.busy);
}

void TurnView::showQueued() {
    const bool queued = turn_.state == Turn::State::Queued;
    mark_->setVisible(!queued);
    if (queued && !queued_) makeQueued();
    if (!queued_) return;
    queued_->setHeld(!place_.busy);
    queued_->setVisible(queued);
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
    if (line_) line_->setCurrent(length > 0 ? start : -1);
}

void TurnView::markWords(const QVector<SourceMark>& words) {
    reply_->markWords(words);
}

void TurnView::setAttention(const QVector<AttentionLine::Token>& tokens) {
    if (tokens.isEmpty() && !line_) return;
    if (!line_) makeLine();
    line_->setTokens(tokens, turn_.reply);
    line_->setVisible(!line_->isBlank() && !reply_->isHidden());
}

void TurnView::clearSelection() {
    reply_->clearSelection();
}

void TurnView::copyReply() {
    footer_->copyReply();
}

QString TurnView::replyText() const {
    return reply_->toPlainText();
}
QString TurnView::errorText() const {
    return !error_ || error_->isHidden() ? QString() : error_->sentence();
}
QString TurnView::statsText() const {
    return footer_->statsText();
}
QString TurnView::activityText() const {
    return !activity_ || activity_->isHidden() ? QString() : activity_text_->text();
}

void TurnView::beginEdit() {
    if (!editor_) makeEditor();
    editor_->begin(turn_.question);
    showFooter();
    Q_EMIT layoutChanged(index_);
}

void TurnView::endEdit() {
    if (!editor_) return;
    editor_->hide();
    showFooter();
    Q_EMIT layoutChanged(index_);
}

bool TurnView::isInUse() const {
    return editing() || (focusWidget() && isAncestorOf(focusWidget()) && focusWidget()->hasFocus());
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
    if (editing()) {
        editor_->setGeometry(0, top, width(), kEditorHeight);
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
    if (queued_ && !queued_->isHidden()) {
        const int height = queued_->sizeHint().height();
        queued_->setGeometry(0, top - kGap, width(), height);
        return top - kGap + height;
    }
    mark_->setGeometry(0, top, kMark, kMark);
    const int column = width() - kReplyLeft;
    int y = top + 3, bottom = top + kMark;
    const auto place = [&](QWidget* part, int height) {
        part->setGeometry(kReplyLeft, y, column, height);
        bottom = std::max(bottom, y + height);
        y += height + kGap;
    };
    if (!reply_->isHidden()) place(reply_, reply_->heightForWidth(column));
    if (line_ && !line_->isHidden()) place(line_, line_->sizeHint().height());
    if (activity_ && !activity_->isHidden()) place(activity_, activity_->sizeHint().height());
    if (error_ && !error_->isHidden()) {
        const int height = error_->heightForWidth(column);
        place(error_, height > 0 ? height : error_->sizeHint().height());
    }
    if (!footer_->isHidden()) {
        place(footer_, footer_->sizeHint().height());
    }
    return bottom;
}

/// A part without a layout around it says so when its size changes: a thumbnail that arrived, a
/// button that says "Copied".
bool TurnView::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest && !laying_out_ && index_ >= 0)
        Q_EMIT layoutChanged(index_);
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave) edit_->update();
    return QWidget::event(event);
}

}  // namespace univi::ui
