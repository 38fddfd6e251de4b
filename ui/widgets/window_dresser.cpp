#include "ui/widgets/window_dresser.h"

#include <QApplication>
#include <QEvent>
#include <QWidget>

namespace univi::ui {
namespace {

/// A window with a parent has its parent's sheet.
bool isOnItsOwn(const QWidget* widget) {
    return widget->isWindow() && widget->parentWidget() == nullptr;
}

}  // namespace

WindowDresser::WindowDresser(QApplication& application) : QObject(&application) {
    application.installEventFilter(this);
}

void WindowDresser::setSheet(const QString& sheet) {
    sheet_ = sheet;
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (isOnItsOwn(widget) && widget->testAttribute(Qt::WA_WState_Created))
            widget->setStyleSheet(sheet_);
}

/// A window is made before its size is asked for, as it is shown.
bool WindowDresser::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::WinIdChange || !watched->isWidgetType()) return false;
    auto* widget = static_cast<QWidget*>(watched);
    if (isOnItsOwn(widget) && widget->styleSheet() != sheet_) widget->setStyleSheet(sheet_);
    return false;
}

}  // namespace univi::ui
