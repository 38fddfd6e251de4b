#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

class QCustomPlot;
class QCPGraph;

namespace univi::ui {

/// Plots density against distance of every token of the shown stage, the decision graph of
/// density-peak clustering. Centres stand out to the upper right and are marked. Points and picture
/// light up together. With setShowsFrames the points are the frames of the video and the centres
/// those of its events.
class DecisionGraph : public QWidget {
    Q_OBJECT
  public:
    explicit DecisionGraph(GroupSelection* selection, QWidget* parent = nullptr);
    void setShowsFrames(bool frames);
    QCustomPlot* plot() const { return plot_; }
    /// Returns the point (token or frame) next to a position, -1 if none is within 12 pixels.
    int pointAt(const QPointF& position) const;
    QSize sizeHint() const override { return {360, 190}; }
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void rebuild();
    void highlight();
    void restyle();
    int groupOfPoint(int point) const;

    GroupSelection* selection_;
    QCustomPlot* plot_;
    QCPGraph *tokens_, *centers_, *lit_;
    bool frames_ = false;
    std::vector<int> point_groups_;
    std::vector<double> density_, distance_;
};

}  // namespace univi::ui
