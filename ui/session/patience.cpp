#include "ui/session/patience.h"

namespace univi::ui {

Patience::Patience(int milliseconds, QObject* parent) : QObject(parent) {
    timer_.setSingleShot(true);
    timer_.setInterval(milliseconds);
    connect(&timer_, &QTimer::timeout, this, [this] { setLost(true); });
}

void Patience::watch(qint64 id) {
    if (id == id_) return;
    reset();
    id_ = id;
    timer_.start();
}

void Patience::end(qint64 id) {
    if (id == id_) reset();
}

void Patience::reset() {
    timer_.stop();
    id_ = 0;
    setLost(false);
}

void Patience::setLost(bool isLost) {
    if (isLost == is_lost_) return;
    is_lost_ = isLost;
    Q_EMIT lostChanged(isLost);
}

}  // namespace univi::ui
