#include "ui/groups/zoom.h"

#include <algorithm>

namespace univi::ui {
namespace {

/// Where a length begins in a room: in the middle where it is shorter, else as near to `wanted` as
/// leaves no gap.
double begin(double wanted, double length, double room) {
    return length <= room ? (room - length) / 2 : std::clamp(wanted, room - length, 0.0);
}

}  // namespace

QRectF Zoom::place(const QSizeF& picture, const QSizeF& room) const {
    if (picture.isEmpty() || room.isEmpty()) return {};
    const QSizeF size = picture.scaled(room, Qt::KeepAspectRatio) * factor_;
    return {
        QPointF(
            begin(room.width() / 2 - center_.x() * size.width(), size.width(), room.width()),
            begin(room.height() / 2 - center_.y() * size.height(), size.height(), room.height())),
        size};
}

void Zoom::hold(const QPointF& top_left, const QSizeF& picture, const QSizeF& room) {
    const QSizeF size = picture.scaled(room, Qt::KeepAspectRatio) * factor_;
    const QPointF corner(begin(top_left.x(), size.width(), room.width()),
                         begin(top_left.y(), size.height(), room.height()));
    center_ = {(room.width() / 2 - corner.x()) / size.width(),
               (room.height() / 2 - corner.y()) / size.height()};
}

void Zoom::by(double times, const QPointF& position, const QSizeF& picture, const QSizeF& room) {
    const QRectF before = place(picture, room);
    if (before.isEmpty()) return;
    const double factor = std::clamp(factor_ * times, 1.0, kMost);
    const double grown = factor / factor_;
    factor_ = factor;
    hold(position - (position - before.topLeft()) * grown, picture, room);
}

void Zoom::pan(const QPointF& way, const QSizeF& picture, const QSizeF& room) {
    const QRectF before = place(picture, room);
    if (!before.isEmpty()) hold(before.topLeft() + way, picture, room);
}

}  // namespace univi::ui
