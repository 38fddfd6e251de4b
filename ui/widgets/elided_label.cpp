#include "ui/widgets/elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyleOption>
#include <QToolTip>

namespace univi::ui {

QString textThatFits(const QFontMetrics& metrics, int width, const QString& text,
                     const QString& shorter, Qt::TextElideMode mode) {
    const bool fits = shorter.isEmpty() || metrics.horizontalAdvance(text) <= width;
    return metrics.elidedText(fits ? text : shorter, mode, width);
}

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode) {
    mode_ = mode;
    update();
}

void ElidedLabel::setTextOrShorter(const QString& text, const QString& shorter) {
    setTexts({text, shorter});
}

void ElidedLabel::setTexts(const QStringList& texts) {
    texts_ = texts;
    setText(texts.value(0));
}

QString ElidedLabel::shown() const {
    const int room = contentsRect().width();
    QString chosen = text().simplified();
    if (texts_.value(0) == text())
        for (const QString& shorter : texts_) {
            if (fontMetrics().horizontalAdvance(chosen) <= room) break;
            if (!shorter.isEmpty()) chosen = shorter.simplified();
        }
    const QString cut = fontMetrics().elidedText(chosen, mode_, room);
    return cut == QStringLiteral("…") ? QString() : cut;
}

QSize ElidedLabel::minimumSizeHint() const {
    return {fontMetrics().horizontalAdvance(QStringLiteral("M…")),
            QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_Widget, &option, &painter, this);
    style()->drawItemText(&painter, contentsRect(), int(alignment()), palette(), isEnabled(),
                          shown(), foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        if (shown() != text().simplified())
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

}  // namespace univi::ui
