#include "ui/groups/decision_graph.h"

#include "ui/widgets/plot_header.h"

#include <cmath>

#include "ui/widgets/plot.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

namespace {

/// Densities may lie so near each other that six digits give two ticks one label, or another's.
/// What differs by less than these digits can say lies in the middle.
constexpr int kDigits = 8;
constexpr double kLeastPart = 1e-5;

void keepLabelsApart(QCPAxis* axis) {
    const QCPRange range = axis->range();
    const double least = std::max(std::abs(range.center()), 1e-6) * kLeastPart;
    if (range.size() < least) axis->setRange(range.center(), least, Qt::AlignCenter);
}

}  // namespace

DecisionGraph::DecisionGraph(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      plot_(fillWithPlot(this, 150, tr("Decision graph: density against distance"))) {
    tokens_ = plot_->addGraph();
    centers_ = plot_->addGraph();
    lit_ = plot_->addGraph();
    for (QCPGraph* graph : {tokens_, centers_, lit_}) graph->setLineStyle(QCPGraph::lsNone);
    plot_->yAxis->setLabel(tr("distance δ"));
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->ticker()->setTickCount(4);
        axis->setNumberPrecision(kDigits);
    }
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    connect(plot_, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (frames_) return;
        selection_->setHovered(groupOfPoint(pointAt(event->position())));
    });
    connect(plot_, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        const int point = pointAt(event->position());
        if (point < 0) return;
        if (frames_)
            selection_->setFrame(point);
        else if (groupOfPoint(point) >= 0)
            selection_->setPinned(groupOfPoint(point));
    });
    connect(selection, &GroupSelection::groupsChanged, this, &DecisionGraph::rebuild);
    connect(selection, &GroupSelection::unitChanged, this, &DecisionGraph::rebuild);
    connect(selection, &GroupSelection::highlightChanged, this, &DecisionGraph::highlight);
    connect(&Theme::instance(), &Theme::changed, this, &DecisionGraph::restyle);
    restyle();
}

/// Forgets the hovered group when the mouse leaves the plot.
bool DecisionGraph::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::Leave && !frames_) selection_->setHovered(-1);
    return QWidget::eventFilter(watched, event);
}

void DecisionGraph::setShowsFrames(bool frames) {
    if (frames == frames_) return;
    frames_ = frames;
    rebuild();
}

void DecisionGraph::restyle() {
    const Palette& palette = Theme::instance().palette();
    dressPlot(plot_, palette.surface);
    QColor soft = palette.textMuted;
    soft.setAlpha(120);
    tokens_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(soft, 0), soft, 5));
    // This is a circle with a brush, since QCustomPlot fills its disc with the pen's colour.
    centers_->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(palette.surface, 1), palette.accent, 8));
    lit_->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(palette.text, 2), Qt::NoBrush, 13));
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void DecisionGraph::rebuild() {
    const protocol::TokenGroups& groups = selection_->groups();
    std::vector<int> centers;
    density_.clear();
    distance_.clear();
    point_groups_.clear();
    if (frames_) {
        density_.assign(groups.frame_density.begin(), groups.frame_density.end());
        distance_.assign(groups.frame_distance.begin(), groups.frame_distance.end());
        centers = groups.event_centers;
    } else if (const protocol::StageGroups* stage = stageOf(groups, selection_->unit())) {
        density_.assign(stage->density.begin(), stage->density.end());
        distance_.assign(stage->distance.begin(), stage->distance.end());
        centers = stage->centers;
        point_groups_ = inputTokenGroups(groups, selection_->unit());
    }
    const std::size_t count = std::min(density_.size(), distance_.size());
    std::vector<bool> isCenter(count, false);
    for (const int center : centers) {
        if (center >= 0 && static_cast<std::size_t>(center) < count) isCenter[center] = true;
    }
    QVector<double> x[2], y[2];
    for (std::size_t point = 0; point < count; ++point) {
        x[isCenter[point]] << density_[point];
        y[isCenter[point]] << distance_[point];
    }
    tokens_->setData(x[0], y[0]);
    centers_->setData(x[1], y[1]);
    plot_->setAccessibleDescription(
        tr("%1 of %Ln point(s) are centres.", nullptr, static_cast<int>(count)).arg(x[1].size()));
    plot_->xAxis->setLabel(frames_ ? tr("density ρ of the frames") : tr("density ρ of the tokens"));
    plot_->rescaleAxes();
    plot_->xAxis->scaleRange(1.12);
    plot_->yAxis->scaleRange(1.2);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) keepLabelsApart(axis);
    highlight();
}

void DecisionGraph::highlight() {
    QVector<double> x, y;
    const auto add = [&](std::size_t point) {
        if (point < density_.size() && point < distance_.size())
            x << density_[point], y << distance_[point];
    };
    if (frames_) {
        if (!density_.empty()) add(static_cast<std::size_t>(selection_->unit().frame));
    } else if (selection_->lit() >= 0) {
        for (std::size_t point = 0; point < point_groups_.size(); ++point) {
            if (point_groups_[point] == selection_->lit()) add(point);
        }
    }
    lit_->setData(x, y);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

int DecisionGraph::pointAt(const QPointF& position) const {
    int best = -1;
    double bestSquare = 12.0 * 12.0;
    for (std::size_t point = 0; point < std::min(density_.size(), distance_.size()); ++point) {
        const double dx = plot_->xAxis->coordToPixel(density_[point]) - position.x();
        const double dy = plot_->yAxis->coordToPixel(distance_[point]) - position.y();
        if (dx * dx + dy * dy < bestSquare)
            bestSquare = dx * dx + dy * dy, best = static_cast<int>(point);
    }
    return best;
}

int DecisionGraph::groupOfPoint(int point) const {
    return point < 0 || static_cast<std::size_t>(point) >= point_groups_.size()
               ? -1
               : point_groups_[point];
}

}  // namespace univi::ui
