#include "ui/widgets/reading_order.h"

#include <QSplitter>

namespace univi::ui {

void putInReadingOrder(QSplitter* splitter) {
    for (int i = 0; i < splitter->count(); ++i) splitter->widget(i)->raise();
    // A handle reaches over the edges of its neighbours.
    for (int i = 0; i < splitter->count(); ++i) splitter->handle(i)->raise();
}

}  // namespace univi::ui
