#include "ui/widgets/wheel_mender.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>

namespace univi::ui {
namespace {

bool isField(const QObject* object) {
    return qobject_cast<const QAbstractSpinBox*>(object) != nullptr ||
           qobject_cast<const QComboBox*>(object) != nullptr ||
           qobject_cast<const QSlider*>(object) != nullptr;
}

/// True on a page that is longer than its window.
bool isOnLongPage(const QWidget* field) {
    if (field->isWindow()) return false;
    for (const QWidget* around = field->parentWidget(); around != nullptr;
         around = around->isWindow() ? nullptr : around->parentWidget())
        if (const auto* page = qobject_cast<const QScrollArea*>(around))
            if (page->verticalScrollBar()->maximum() > 0) return true;
    return false;
}

}  // namespace

bool WheelMender::eventFilter(QObject* watched, QEvent* event) {
    const bool is_wheel = event->type() == QEvent::Wheel;
    if ((!is_wheel && event->type() != QEvent::Polish) || !isField(watched)) return false;
    auto* field = static_cast<QWidget*>(watched);
    if (!is_wheel) {
        if (field->focusPolicy() == Qt::WheelFocus) field->setFocusPolicy(Qt::StrongFocus);
        return false;
    }
    if (field->hasFocus() || !isOnLongPage(field)) return false;
    event->ignore();  // what it stands on takes it
    return true;
}

}  // namespace univi::ui
