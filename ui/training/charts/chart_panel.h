#pragma once

#include <QColor>
#include <QWidget>
#include <functional>
#include <vector>

#include "ui/training/runs/run_data.h"

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QScrollArea;
class QSlider;
class QToolButton;

namespace univi::ui {

class RunChart;
struct ChartSeries;

/// A run whose figures are drawn.
struct ChartSource {
    QString label;
    QColor color;  ///< invalid: the theme's accent
    std::function<const CurveSet*()> curves;
};

/// Shows all charts of one or several runs in a grid. They share the shown steps, the cursor, the
/// smoothing, the scale and the export.
class ChartPanel : public QWidget {
    Q_OBJECT
  public:
    explicit ChartPanel(QWidget* parent = nullptr);

    void setSources(const std::vector<ChartSource>& sources);
    /// Draws new points, perhaps of new figures. `reset`: earlier ones do not hold any more.
    void refresh(bool reset = false);
    /// Marks the steps at which a run continued differently, in every chart; `text` says so.
    void setMarks(const std::vector<double>& steps, const QString& text);
    QList<RunChart*> charts() const { return charts_; }
    RunChart* chart(const QString& name) const;
    void setSmoothing(double weight);
    void setLogarithmic(bool on);
    /// Sets what is said where there is nothing to draw.
    void setEmptyText(const QString& text);
    /// What an export is called by default: "demo-stage1" gives demo-stage1-curves.png.
    void setExportName(const QString& name) { export_name_ = name; }
    /// Asks for a file; PNG, SVG, PDF or CSV by its ending.
    void chooseExport();
    /// Returns false with a sentence in `problem` if it cannot be written.
    bool exportTo(const QString& path, QString& problem) const;
    const std::vector<ChartSource>& sources() const { return sources_; }

  Q_SIGNALS:
    void exportFailed(const QString& sentence);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* buildTools();
    QStringList curveNames() const;
    RunChart* makeChart(const QString& name);
    std::vector<ChartSeries> seriesOf(const QString& name) const;
    void rebuild(const QStringList& names);
    void arrange();
    void fillLegend();

    std::vector<ChartSource> sources_;
    std::vector<double> marks_;
    QString marks_text_;
    QString export_name_;
    QList<RunChart*> charts_;
    QScrollArea* scroll_;
    QWidget* body_;
    QGridLayout* grid_;
    QLabel *legend_, *empty_;
    QSlider* smoothing_ = nullptr;
    QToolButton* log_ = nullptr;
    int columns_ = 0;
};

}  // namespace univi::ui
