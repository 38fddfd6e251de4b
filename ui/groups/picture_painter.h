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
    /// Keeps what was painted last, for the groups of another stage to flow out of it: comes before
    /// they are prepared.
    void beginFlow();
    /// How much of the flow is over, 0 to 1: colours and borders are painted between the two
    /// stages on the screen, never in a file. 1 ends it.
    void setFlow(double part);
    bool flows() const { return !before_.empty(); }
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
    void paintFill(QPainter& painter, const GroupSelection& selection, bool flows) const;
    void paintBorders(QPainter& painter, bool flows) const;
    void paintGlow(QPainter& painter, const GroupSelection& selection) const;
    void paintUnseen(QPainter& painter, const GroupSelection& selection) const;
    void paintLit(QPainter& painter, const GroupSelection& selection, int lit, const QColor& accent,
                  double scale) const;

    QImage picture_;
    std::vector<int> map_;
    std::vector<QColor> mean_;              ///< of the groups
    mutable std::vector<QColor> distinct_;  ///< the same, made when they are first painted
    QPainterPath borders_;
    mutable std::vector<QColor> shown_;  ///< of the patches, as painted last
    std::vector<QColor> before_;         ///< the same when the flow began; empty: none flows
    std::vector<int> map_before_;
    BorderChange change_;
    double part_ = 1;  ///< of the flow
};

}  // namespace univi::ui
