#include "ui/chat/attention_line.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/own_escape.h"
#include "ui/widgets/share_text.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kHeight = 20, kBars = 16;
constexpr int kBar = 5, kNarrowest = 48, kWidest = 240;
constexpr int kGap = 10, kTextPixels = 12;

}  // namespace

AttentionLine::AttentionLine(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("attentionLine"));
    makeAccessiblePicture(this);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(
        tr("How much each word looked at pictures and clips at all; the rest of its attention went "
           "to the text. Point at a bar, or use the arrow keys, to see what the word looked at."));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize AttentionLine::sizeHint() const {
    return {kWidest, kHeight};
}

void AttentionLine::setTokens(const QVector<Token>& tokens, const QString& reply) {
    tokens_ = tokens;
    reply_ = reply;
    most_ = mean_ = 0;
    for (const Token& token : tokens) {
        most_ = std::max(most_, token.share);
        mean_ += token.share / float(tokens.size());
    }
    tellOf(current_ < tokens_.size() ? current_ : -1);
}

void AttentionLine::setCurrent(int position) {
    int token = -1;
    for (int i = 0; position >= 0 && i < tokens_.size() && tokens_[i].start <= position; ++i)
        token = i;
    tellOf(token);
}

void AttentionLine::tellOf(int token) {
    current_ = token;
    setAccessibleName(text());
    update();
}

QString AttentionLine::word(int token) const {
    const int end = token + 1 < tokens_.size() ? tokens_[token + 1].start : int(reply_.size());
    return reply_.mid(tokens_[token].start, end - tokens_[token].start).simplified();
}

QString AttentionLine::text() const {
    if (current_ < 0) return tr("Visual attention: %1").arg(shareText(mean_));
    return tr("“%1”: %2 visual").arg(word(current_), shareText(tokens_[current_].share));
}

int AttentionLine::barsWidth() const {
    const int wanted = std::clamp(int(tokens_.size()) * kBar, kNarrowest, kWidest);
    return std::min(wanted, width());
}

int AttentionLine::tokenAt(int x) const {
    if (x < 0 || x >= barsWidth() || tokens_.isEmpty()) return -1;
    return int(qint64(x) * tokens_.size() / barsWidth());
}

/// Where there are more tokens than pixels the highest of those that share one is drawn.
void AttentionLine::paintEvent(QPaintEvent*) {
    if (isBlank()) return;
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    const int bars = barsWidth(), count = int(tokens_.size()), base = (kHeight + kBars) / 2;
    painter.fillRect(0, base, bars, 1, palette.border);
    QColor quiet = palette.accent;
    quiet.setAlphaF(current_ < 0 ? 0.75F : 0.4F);
    const int columns = std::min(count, bars / 2);
    for (int column = 0; column < columns; ++column) {
        const int first = int(qint64(column) * count / columns);
        const int last = std::max(first + 1, int(qint64(column + 1) * count / columns));
        float share = 0;
        for (int i = first; i < last; ++i) share = std::max(share, tokens_[i].share);
        const int left = column * bars / columns, right = (column + 1) * bars / columns;
        const int height = std::max(1, int(share / most_ * kBars + 0.5F));
        const bool told = current_ >= first && current_ < last;
        painter.fillRect(left, base - height, std::max(1, right - left - 1), height,
                         told ? palette.accent : quiet);
    }
    QFont small = font();
    small.setPixelSize(kTextPixels);
    painter.setFont(small);
    const QRect room(bars + kGap, 0, width() - bars - kGap, kHeight);
    painter.setPen(current_ < 0 ? palette.textMuted : palette.text);
    painter.drawText(room, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
    if (!hasFocus()) return;
    painter.setPen(QPen(palette.accent, 1));
    painter.drawRect(QRect(0, 0, bars, kHeight - 1));
}

void AttentionLine::pointAt(int token) {
    if (token == current_) return;
    tellOf(token);
    Q_EMIT tokenPointedAt(token < 0 ? -1 : tokens_[token].start);
}

void AttentionLine::mouseMoveEvent(QMouseEvent* event) {
    pointAt(tokenAt(int(event->position().x())));
}

void AttentionLine::mousePressEvent(QMouseEvent* event) {
    pointAt(tokenAt(int(event->position().x())));
    if (current_ >= 0) Q_EMIT tokenChosen(tokens_[current_].start);
}

void AttentionLine::leaveEvent(QEvent*) {
    pointAt(-1);
}

void AttentionLine::keyPressEvent(QKeyEvent* event) {
    const int last = int(tokens_.size()) - 1;
    switch (event->key()) {
        case Qt::Key_Left:
            return pointAt(std::max(0, current_ - 1));
        case Qt::Key_Right:
            return pointAt(std::min(last, current_ + 1));
        case Qt::Key_Home:
            return pointAt(std::min(last, 0));
        case Qt::Key_End:
            return pointAt(last);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (current_ >= 0) return Q_EMIT tokenChosen(tokens_[current_].start);
            break;
        case Qt::Key_Escape:
            if (current_ >= 0) return pointAt(-1);
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

bool AttentionLine::event(QEvent* event) {
    return (current_ >= 0 && takesEscape(event)) || QWidget::event(event);
}

void AttentionLine::focusOutEvent(QFocusEvent* event) {
    pointAt(-1);
    QWidget::focusOutEvent(event);
}

}  // namespace univi::ui
