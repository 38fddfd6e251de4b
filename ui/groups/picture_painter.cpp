#include "ui/groups/picture_painter.h"

#include <utility>

#include "ui/groups/group_colors.h"

namespace univi::ui {

void PicturePainter::prepare(const GroupSelection& selection, const QImage& picture) {
    const protocol::TokenGroups& groups = selection.groups();
    picture_ = picture;
    const QSize wanted(groups.picture_width, groups.picture_height);
    if (!picture_.isNull() && wanted.isValid() && !wanted.isEmpty() && picture_.size() != wanted) {
        picture_ = picture_.scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    }
    map_ = patchGroups(groups, selection.unit());
    mean_ = meanColors(groups, map_, picture_);
    distinct_.clear();
    borders_ = borderPath(groups, map_);
    if (before_.size() != map_.size()) before_.clear();
    if (flows()) change_ = borderChange(groups, map_before_, map_);
}

void PicturePainter::beginFlow() {
    before_ = shown_;
    map_before_ = map_;
    part_ = 0;
}

void PicturePainter::setFlow(double part) {
    part_ = part;
    if (part >= 1) before_.clear();
}

void PicturePainter::paint(QPainter& painter, const QRectF& target, const GroupSelection& selection,
                           const QColor& accent, Purpose purpose) const {
    if (picture_.isNull()) return;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target, picture_);
    painter.setClipRect(target);
    painter.translate(target.topLeft());
    const double scale = target.width() / picture_.width();
    painter.scale(scale, target.height() / picture_.height());
    const bool between = flows() && purpose == Purpose::Screen;
    paintFill(painter, selection, between);
    if (selection.borders()) paintBorders(painter, between);
    if (purpose == Purpose::Screen) paintGlow(painter, selection);
    paintUnseen(painter, selection);
    paintLit(painter, selection, purpose == Purpose::Screen ? selection.lit() : selection.pinned(),
             accent, scale);
    painter.restore();
}

void PicturePainter::paintBorders(QPainter& painter, bool flows) const {
    const auto draw = [&painter](const QPainterPath& path, double strength) {
        QPen pen(QColor(255, 255, 255, static_cast<int>(215 * strength)));
        pen.setCosmetic(true);
        pen.setWidthF(1.2);
        painter.setPen(pen);
        painter.drawPath(path);
    };
    if (!flows) return draw(borders_, 1);
    draw(change_.kept, 1);
    draw(change_.leaving, 1 - part_);
    draw(change_.arriving, part_);
}

void PicturePainter::paintFill(QPainter& painter, const GroupSelection& selection,
                               bool flows) const {
    painter.save();
    painter.setOpacity(selection.opacity());
    const bool distinct = selection.fill() == GroupSelection::Fill::Distinct;
    if (distinct && distinct_.empty())
        distinct_ = distinctColors(selection.groups(), selection.unit());
    std::vector<QColor> colors = patchColors(selection, map_, distinct ? distinct_ : mean_);
    for (std::size_t patch = 0; flows && patch < colors.size(); ++patch)
        colors[patch] = colorBetween(before_[patch], colors[patch], part_);
    for (std::size_t patch = 0; patch < colors.size(); ++patch)
        if (colors[patch].isValid())
            painter.fillRect(patchRect(selection.groups(), static_cast<int>(patch)), colors[patch]);
    shown_ = std::move(colors);
    painter.restore();
}

/// What was looked at stays bright, the rest grows dark: brightness is seen over every picture and
/// by everybody, where a tint is lost over its own colour.
void PicturePainter::paintGlow(QPainter& painter, const GroupSelection& selection) const {
    if (selection.fill() == GroupSelection::Fill::Attention) return;
    const std::vector<float> glow = selection.glow();
    if (glow.empty()) return;
    for (std::size_t patch = 0; patch < map_.size(); ++patch) {
        const int group = map_[patch];
        if (group < 0 || static_cast<std::size_t>(group) >= glow.size()) continue;
        const QRectF rect = patchRect(selection.groups(), static_cast<int>(patch));
        painter.fillRect(rect, QColor(0, 0, 0, static_cast<int>(185 * (1 - glow[group]))));
        painter.fillRect(rect, QColor(255, 255, 255, static_cast<int>(45 * glow[group])));
    }
}

/// What the model's crop left out is dimmed, with a hairline where it was cut.
void PicturePainter::paintUnseen(QPainter& painter, const GroupSelection& selection) const {
    if (!isCropped(selection.groups())) return;
    const QRectF seen = seenRect(selection.groups());
    QPainterPath whole, inside;
    whole.addRect(QRectF(QPointF(0, 0), QSizeF(picture_.size())));
    inside.addRect(seen);
    painter.fillPath(whole.subtracted(inside), QColor(16, 18, 24, 175));
    QPen pen(QColor(255, 255, 255, 120));
    pen.setCosmetic(true);
    painter.strokePath(inside, pen);
}

void PicturePainter::paintLit(QPainter& painter, const GroupSelection& selection, int lit,
                              const QColor& accent, double scale) const {
    if (lit < 0) return;
    const QPainterPath group = groupPath(selection.groups(), map_, lit);
    QPainterPath seen;
    seen.addRect(seenRect(selection.groups()));
    painter.fillPath(seen.subtracted(group), QColor(0, 0, 0, 130));
    QPen pen(accent);
    pen.setCosmetic(true);
    pen.setWidthF(std::max(2.0, 2.5 * std::min(scale, 1.5)));
    pen.setJoinStyle(Qt::RoundJoin);
    painter.strokePath(group, pen);
}

}  // namespace univi::ui
