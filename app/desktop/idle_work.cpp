#include "app/desktop/idle_work.h"

#include <QEvent>
#include <QWidget>

namespace univi::ui {
namespace {

constexpr int kEveryMs = 40;

}  // namespace

IdleWork::IdleWork(const Pieces& pieces, QObject* parent) : QObject(parent), pieces_(pieces) {
    connect(&timer_, &QTimer::timeout, this, &IdleWork::doNext);
    timer_.start(kEveryMs);
}

void IdleWork::finishWhenShown(QWidget* widget) {
    widget->installEventFilter(this);
}

/// False when nothing is left.
bool IdleWork::doNext() {
    if (!pieces_.isEmpty()) pieces_.takeFirst()();
    if (!pieces_.isEmpty()) return true;
    timer_.stop();
    deleteLater();
    return false;
}

bool IdleWork::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Show)
        while (doNext()) continue;
    return QObject::eventFilter(watched, event);
}

}  // namespace univi::ui
