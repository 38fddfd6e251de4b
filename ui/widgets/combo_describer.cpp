#include "ui/widgets/combo_describer.h"

#include <QApplication>
#include <QComboBox>
#include <QEvent>

namespace univi::ui {

bool ComboDescriber::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::Polish) return false;
    if (auto* combo = qobject_cast<QComboBox*>(watched);
        combo && combo->accessibleDescription().isEmpty())
        combo->setAccessibleDescription(combo->accessibleName());
    return false;
}

}  // namespace univi::ui
