#include "ui/chat/context_meter.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "ui/widgets/elided_label.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kBarWidth = 120, kBarHeight = 6, kGap = 12, kSide = 14;

QFont smallFont(const QFont& font) {
    QFont small = font;
    small.setPixelSize(std::max(11, QFontInfo(font).pixelSize() - 2));
    return small;
}

QString number(int value) {
    return QLocale().toString(value);
}

/// Of what the prompt holds after older turns were left out.
int keptVisual(const protocol::EstimateEvent& e) {
    int sum = 0;
    for (std::size_t i = e.dropped_media; i < e.media_tokens.size(); ++i)
        sum += std::max(0, e.media_tokens[i]);
    return sum;
}

int keptText(const protocol::EstimateEvent& e) {
    return e.dropped_turns > 0 ? e.prompt_tokens - keptVisual(e) : e.text_tokens;
}

/// One position is the reply's first token.
int excess(const protocol::EstimateEvent& e) {
    return keptText(e) + keptVisual(e) + 1 - e.capacity;
}

QString droppedSentence(const protocol::EstimateEvent& e) {
    return e.dropped_media > 0
               ? ContextMeter::tr("the oldest %Ln turn(s) left out with their media", nullptr,
                                  e.dropped_turns)
               : ContextMeter::tr("the oldest %Ln turn(s) left out", nullptr, e.dropped_turns);
}

int largestMedium(const protocol::EstimateEvent& e) {
    return e.media_tokens.empty() ? 0 : std::max(0, *std::ranges::max_element(e.media_tokens));
}

QString tooLongSentence(const protocol::EstimateEvent& e) {
    const QString much = ContextMeter::tr("%1 tokens too many").arg(number(excess(e)));
    if (largestMedium(e) > 0)
        return ContextMeter::tr(
                   "%1: remove pictures or videos (up to %2 each), shorten it, or start "
                   "a new chat.")
            .arg(much, number(largestMedium(e)));
    return ContextMeter::tr("%1: shorten the question or start a new chat.").arg(much);
}

QString sentenceOf(const protocol::EstimateEvent& e) {
    if (excess(e) > 0) return tooLongSentence(e);
    QStringList parts{ContextMeter::tr("%1 text").arg(number(keptText(e)))};
    if (!e.media_tokens.empty()) parts << ContextMeter::tr("%1 visual").arg(number(keptVisual(e)));
    if (std::ranges::count(e.media_tokens, -1) > 0)
        parts << ContextMeter::tr("a video not read yet");
    parts
        << ContextMeter::tr("%1 of %2 tokens free").arg(number(1 - excess(e)), number(e.capacity));
    if (e.dropped_turns > 0) parts << droppedSentence(e);
    return parts.join(QStringLiteral("  ·  "));
}

/// What counts most, where the whole sentence does not fit.
QString shortSentence(const protocol::EstimateEvent& e) {
    if (excess(e) > 0) return ContextMeter::tr("%1 tokens too many").arg(number(excess(e)));
    return ContextMeter::tr("%1 of %2 free").arg(number(1 - excess(e)), number(e.capacity));
}

}  // namespace

int visualTokens(const protocol::EstimateEvent& estimate) {
    int sum = 0;
    for (const int tokens : estimate.media_tokens) sum += std::max(0, tokens);
    return sum;
}

ContextMeter::ContextMeter(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
}

void ContextMeter::setEstimate(const std::optional<protocol::EstimateEvent>& estimate) {
    estimate_ = estimate && estimate->capacity > 0 ? estimate : std::nullopt;
    sentence_ = estimate_ ? sentenceOf(*estimate_) : QString();
    setAccessibleName(sentence_);
    setAccessibleDescription(
        tr("How much of the model's context the next question takes; Enter "
           "shows the prompt"));
    const QString what =
        tr("How much of the model's context the next question takes; a click "
           "shows the prompt");
    setToolTip(sentence_.isEmpty() ? what : QStringLiteral("%1\n%2").arg(sentence_, what));
    setEnabled(estimate_.has_value());
    update();
}

QString ContextMeter::sentence() const {
    return sentence_;
}

bool ContextMeter::isTooLong() const {
    return estimate_ && excess(*estimate_) > 0;
}

QSize ContextMeter::sizeHint() const {
    return {kBarWidth * 3, QFontMetrics(smallFont(font())).height() + 4};
}

void ContextMeter::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT previewRequested();
}

void ContextMeter::keyPressEvent(QKeyEvent* event) {
    const int key = event->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space)
        return Q_EMIT previewRequested();
    QWidget::keyPressEvent(event);
}

void ContextMeter::paintEvent(QPaintEvent*) {
    if (!estimate_) return;
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(6, 1, -6, -1), 5, 5);
    }
    const QRectF bar(kSide, (height() - kBarHeight) / 2.0, kBarWidth, kBarHeight);
    QPainterPath shape;
    shape.addRoundedRect(bar, kBarHeight / 2.0, kBarHeight / 2.0);
    painter.setClipPath(shape);
    painter.fillRect(bar, palette.border);
    const double unit = bar.width() / std::max(estimate_->capacity, 1);
    const double text = keptText(*estimate_) * unit, visual = keptVisual(*estimate_) * unit;
    if (isTooLong()) {
        painter.fillRect(bar, palette.danger);
    } else {
        painter.fillRect(QRectF(bar.left(), bar.top(), text, kBarHeight), palette.accent);
        painter.fillRect(QRectF(bar.left() + text, bar.top(), visual, kBarHeight), palette.success);
    }
    painter.setClipping(false);
    const QFont small = smallFont(font());
    painter.setFont(small);
    painter.setPen(isTooLong() ? palette.danger : palette.textMuted);
    const QRect words = rect().adjusted(kSide + kBarWidth + kGap, 0, -kSide, 0);
    painter.drawText(
        words, Qt::AlignLeft | Qt::AlignVCenter,
        textThatFits(QFontMetrics(small), words.width(), sentence_, shortSentence(*estimate_)));
}

}  // namespace univi::ui
