#include "ui/widgets/elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyleOption>
#include <QToolTip>

namespace univi::ui {

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
    const int width = contentsRect().width();
    QString whole = text().simplified();
    if (shorter_.of == text() && fontMetrics().horizontalAdvance(whole) > width)
        whole = shorter_.text;
    const QString cut = fontMetrics().elidedText(whole, mode_, width);
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
