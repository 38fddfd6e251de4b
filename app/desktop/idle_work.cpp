#include "app/desktop/idle_work.h"

#include <QWidget>

namespace univi::ui {
namespace {

constexpr int kEveryMs = 40;

}  // namespace

IdleWork::IdleWork(const Pieces& pieces, QObject* parent) : QObject(parent), pieces_(pieces) {
    connect(&timer_, &QTimer::timeout, this, &IdleWork::doNext);
    timer_.start(kEveryMs);
}

void IdleWork::finishFor(const QWidget* widget) {
    for (IdleWork* work : widget->findChildren<IdleWork*>())
        while (work->doNext()) continue;
}

/// False when nothing is left.
bool IdleWork::doNext() {
    if (!pieces_.isEmpty()) pieces_.takeFirst()();
    if (!pieces_.isEmpty()) return true;
    timer_.stop();
    deleteLater();
    return false;
}

}  // namespace univi::ui
