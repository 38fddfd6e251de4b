#include "ui/widgets/own_escape.h"

#include <QKeyEvent>

namespace univi::ui {

bool takesEscape(QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride ||
        static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
        return false;
    event->accept();
    return true;
}

}  // namespace univi::ui
