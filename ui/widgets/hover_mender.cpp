#include "ui/widgets/hover_mender.h"

#include <QApplication>
#include <QCursor>
#include <QHoverEvent>
#include <QWidget>

namespace univi::ui {
namespace {

void tellThatTheMouseLeft(QWidget* widget) {
    widget->setAttribute(Qt::WA_UnderMouse, false);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(widget, &leave);
    if (widget->testAttribute(Qt::WA_Hover)) {
        QHoverEvent hover(QEvent::HoverLeave, QPointF(-1, -1), QCursor::pos(), QPointF(0, 0));
        QCoreApplication::sendEvent(widget, &hover);
    }
    widget->update();
}

void clearStaleHover() {
    if (QApplication::activePopupWidget()) return;
    const QPoint mouse = QCursor::pos();
    for (QWidget* widget : QApplication::allWidgets()) {
        if (!widget->underMouse() || !widget->isVisible()) continue;
        if (!widget->rect().contains(widget->mapFromGlobal(mouse))) tellThatTheMouseLeft(widget);
    }
}

}  // namespace

bool HoverMender::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Hide && watched->isWidgetType() &&
        static_cast<QWidget*>(watched)->windowType() == Qt::Popup)
        // After the pop-up is gone: Qt itself tells the widget under the mouse then.
        QMetaObject::invokeMethod(this, clearStaleHover, Qt::QueuedConnection);
    return QObject::eventFilter(watched, event);
}

}  // namespace univi::ui
