#include "ui/chat/stream_pace.h"

#include <QElapsedTimer>
#include <algorithm>
#include <utility>

namespace univi::ui {
namespace {

constexpr int kEveryMs = 40, kAtLeastMs = 1000;
constexpr int kShare = 8;  ///< drawing takes at most one part in so many of the time

}  // namespace

StreamPace::StreamPace(std::function<void()> draw) : draw_(std::move(draw)) {
    timer_.setSingleShot(true);
    timer_.setInterval(kEveryMs);
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { drawNow(); });
}

void StreamPace::grow() {
    if (!timer_.isActive()) timer_.start();
}

void StreamPace::end() {
    timer_.stop();
    timer_.setInterval(kEveryMs);
}

void StreamPace::drawNow() {
    QElapsedTimer took;
    took.start();
    draw_();
    timer_.setInterval(std::clamp(int(took.elapsed()) * kShare, kEveryMs, kAtLeastMs));
}

}  // namespace univi::ui
