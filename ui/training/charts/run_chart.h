#pragma once

#include <QColor>
#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

#include "ui/training/charts/curve_view.h"

class QCPGraph;
class QCPItemLine;
class QCPItemStraightLine;
class QCPPainter;
class QCPRange;
class QCustomPlot;
class QLabel;

namespace univi::ui {

/// One line of a chart. `curve` may give null while the run has no such figure.
struct ChartSeries {
    QString label;
    QColor color;
    std::function<const Curve*()> curve;
};

/// One figure of one or several runs over the optimizer steps. Drag moves along the steps, the
/// wheel zooms, Ctrl with the wheel zooms the values, a double click shows everything again and
/// follows new points. Points are decimated to the pixels that show them. GUI thread.
class RunChart : public QWidget {
    Q_OBJECT
  public:
    explicit RunChart(const QString& name, QWidget* parent = nullptr);
    ~RunChart() override;

    const QString& name() const { return name_; }
    void setSeries(const std::vector<ChartSeries>& series);
    void setSmoothing(double weight);
    void setLogarithmic(bool on);
    bool isLogarithmic() const { return logarithmic_; }
    /// Steps to show; the whole curve when `from` >= `to`.
    void setRange(double from, double to);
    bool showsEverything() const { return follows_; }
    QCPRange range() const;
    /// The step the cursor is at, of this chart or another; below 0 for none.
    void setCursor(double step);
    /// Steps at which the run went on in another way; each is a line through the chart.
    void setMarks(const std::vector<double>& steps);
    std::size_t markCount() const { return marks_.size(); }
    /// New points came; `reset`: earlier ones are void.
    void refresh(bool reset = false);
    /// Draws title and plot at `area` of a picture.
    void paintOn(QCPPainter& painter, const QRect& area);
    QCustomPlot* plot() const { return plot_; }
    const std::vector<ChartSeries>& series() const { return series_; }
    QString readout() const;

  Q_SIGNALS:
    void cursorMoved(double step);
    /// By hand; from >= to: everything.
    void rangeChosen(double from, double to);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Line {
        QCPGraph* raw = nullptr;
        QCPGraph* smooth = nullptr;
        Smoother smoother;
        Extremes raw_extremes, smooth_extremes;
        double smoothed_by = -1;  ///< what smooth_extremes are of
    };
    void buildPlot();
    void redraw();
    void fillLine(std::size_t index, double& low, double& high);
    void fitValues(double low, double high);
    void restyle();
    void showReadout();
    void onRange(const QCPRange& range);
    bool onWheel(QEvent* event);

    QString name_;
    QLabel *title_, *readout_;
    QCustomPlot* plot_;
    QCPItemStraightLine* cursor_line_ = nullptr;
    std::vector<QCPItemStraightLine*> marks_;
    std::vector<ChartSeries> series_;
    std::vector<std::unique_ptr<Line>> lines_;
    double smoothing_ = 0, cursor_ = -1;
    bool logarithmic_ = false, follows_ = true, fits_ = true, setting_ = false;
};

}  // namespace univi::ui
