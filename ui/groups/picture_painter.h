#pragma once

#include <QImage>
#include <QPainter>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// Draws one frame with its groups; the same code draws the window, the PNG and the SVG export.
/// Keeps what is costly (colours, border paths) until the unit changes.
class PicturePainter {
  public:
    /// Forgets what was kept. `picture` is the frame's pixels at TokenGroups::picture_width x
    /// picture_height (scaled if not).
    void prepare(const GroupSelection& selection, const QImage& picture);
    /// On the screen the group under the mouse and the glow of a word are shown; a file shows what
    /// was chosen to stay.
    enum class Purpose { Screen, File };
    /// Draws into `target` (logical pixels), keeping the aspect ratio that the caller chose for it.
    void paint(QPainter& painter, const QRectF& target, const GroupSelection& selection,
               const QColor& accent, Purpose purpose = Purpose::Screen) const;
    const std::vector<int>& map() const { return map_; }
    bool isEmpty() const { return picture_.isNull(); }
    QSize size() const { return picture_.size(); }

  private:
    void paintFill(QPainter& painter, const GroupSelection& selection) const;
    void paintGlow(QPainter& painter, const GroupSelection& selection) const;
    void paintUnseen(QPainter& painter, const GroupSelection& selection) const;
    void paintLit(QPainter& painter, const GroupSelection& selection, int lit, const QColor& accent,
                  double scale) const;

    QImage picture_;
    std::vector<int> map_;
    std::vector<QColor> mean_;              ///< of the groups
    mutable std::vector<QColor> distinct_;  ///< the same, made when they are first painted
    QPainterPath borders_;
};

}  // namespace univi::ui
