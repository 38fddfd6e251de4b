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
    shorter_ = {text, shorter};
    setText(text);
}

QString ElidedLabel::shown() const {
    const QString cut = textThatFits(fontMetrics(), contentsRect().width(), text().simplified(),
                                     shorter_.of == text() ? shorter_.text : QString(), mode_);
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
        const bool cut =
            fontMetrics().horizontalAdvance(text().simplified()) > contentsRect().width();
        if (cut) QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

}  // namespace univi::ui
