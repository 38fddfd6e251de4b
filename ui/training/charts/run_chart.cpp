#include "ui/training/charts/run_chart.h"

#include "ui/widgets/plot_header.h"

#include <QLabel>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/training/runs/run_texts.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plot.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kPlotHeight = 150;
constexpr double kZoomStep = 0.8;
constexpr double kRawAlpha = 0.28;  ///< of the measured values behind the smoothed line

QString tickText(double value, const QString& name) {
    if (!name.endsWith(QLatin1String("_bytes"))) return {};
    return curveValueText(name, value);
}

/// Labels byte counts as "2 GB" and everything else as QCustomPlot does.
class ValueTicker : public QCPAxisTicker {
  public:
    explicit ValueTicker(QString name) : name_(std::move(name)) { setTickCount(4); }

  protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
        const QString text = tickText(tick, name_);
        if (!text.isEmpty())
            return QLocale().formattedDataSize(qint64(tick), 1, QLocale::DataSizeSIFormat);
        if (tick != 0 && (std::abs(tick) < 1e-3 || std::abs(tick) >= 1e6))
            return locale.toString(tick, 'g', 2);
        return locale.toString(tick, 'g', 4);
    }

  private:
    QString name_;
};

QColor faint(QColor color, double alpha) {
    color.setAlphaF(float(alpha));
    return color;
}

}  // namespace

RunChart::RunChart(const QString& name, QWidget* parent)
    : QWidget(parent),
      name_(name),
      title_(new ElidedLabel(curveTitle(name))),
      readout_(new QLabel),
      plot_(new QCustomPlot(this)) {
    setLook(this, "card");
    title_->setProperty("type", QStringLiteral("heading"));
    readout_->setProperty("type", QStringLiteral("small"));
    column(this, {.margins = {14, 10, 10, 8}, .spacing = 4},
           {row({}, {{title_, 1}, readout_}), {plot_, 1}});
    buildPlot();
    connect(&Theme::instance(), &Theme::changed, this, &RunChart::restyle);
    restyle();
}

RunChart::~RunChart() = default;

void RunChart::buildPlot() {
    plot_->setMinimumHeight(kPlotHeight);
    plot_->setAccessibleName(tr("%1 over the steps").arg(curveTitle(name_)));
    plot_->setNoAntialiasingOnDrag(true);
    plot_->setPlottingHint(QCP::phFastPolylines, true);
    plot_->setMouseTracking(true);
    plot_->setInteractions(QCP::iRangeDrag);
    plot_->axisRect()->setRangeDrag(Qt::Horizontal);
    plot_->axisRect()->setMinimumMargins(QMargins(8, 6, 10, 6));
    plot_->yAxis->setTicker(QSharedPointer<ValueTicker>::create(name_));
    plot_->xAxis->ticker()->setTickCount(5);
    plot_->xAxis->setNumberFormat(QStringLiteral("gb"));
    plot_->xAxis->setNumberPrecision(6);
    plot_->installEventFilter(this);
    cursor_line_ = new QCPItemStraightLine(plot_);
    cursor_line_->setVisible(false);
    connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
            &RunChart::onRange);
}

void RunChart::setSeries(const std::vector<ChartSeries>& series) {
    series_ = series;
    plot_->clearGraphs();
    lines_.clear();
    for (std::size_t i = 0; i < series_.size(); ++i) {
        auto line = std::make_unique<Line>();
        line->raw = plot_->addGraph();
        line->smooth = plot_->addGraph();
        for (QCPGraph* graph : {line->raw, line->smooth}) graph->setAdaptiveSampling(true);
        lines_.push_back(std::move(line));
    }
    restyle();
}

void RunChart::setSmoothing(double weight) {
    smoothing_ = std::clamp(weight, 0.0, 0.999);
    restyle();
}

void RunChart::setLogarithmic(bool on) {
    logarithmic_ = on;
    plot_->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (on)
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else
        plot_->yAxis->setTicker(QSharedPointer<ValueTicker>::create(name_));
    plot_->yAxis->setNumberFormat(on ? QStringLiteral("eb") : QStringLiteral("gb"));
    plot_->yAxis->setNumberPrecision(on ? 0 : 4);
    fits_ = true;
    redraw();
}

QCPRange RunChart::range() const {
    return plot_->xAxis->range();
}

void RunChart::setRange(double from, double to) {
    follows_ = !(from < to);
    if (follows_) fits_ = true;
    setting_ = true;
    if (!follows_) plot_->xAxis->setRange(from, to);
    setting_ = false;
    redraw();
}

/// `reset`: earlier points do not hold any more.
void RunChart::refresh(bool reset) {
    for (const auto& line : lines_) {
        if (!reset) break;
        line->smoother.reset();
        line->raw_extremes.reset();
        line->smooth_extremes.reset();
    }
    redraw();
}

/// Shows the steps that the lines cover together, unless a person chose others.
void RunChart::redraw() {
    if (follows_) {
        double first = std::numeric_limits<double>::infinity(), last = -first;
        for (const ChartSeries& each : series_)
            if (const Curve* curve = each.curve(); curve && curve->size() > 0) {
                first = std::min(first, double(curve->steps.front()));
                last = std::max(last, double(curve->steps.back()));
            }
        setting_ = true;
        if (first <= last)
            plot_->xAxis->setRange(first, std::max(last, first + 1));
        else
            plot_->xAxis->setRange(0, 1);
        setting_ = false;
    }
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = 0; i < series_.size(); ++i) fillLine(i, low, high);
    if (fits_) fitValues(low, high);
    showReadout();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunChart::fillLine(std::size_t index, double& low, double& high) {
    Line& line = *lines_[index];
    const Curve* curve = series_[index].curve();
    const QCPRange range = plot_->xAxis->range();
    const int columns = std::max(50, plot_->axisRect()->width());
    const auto fill = [&](QCPGraph* graph, const std::vector<float>* values, Extremes& extremes) {
        if (values) extremes.grow(*values);
        const CurveView view = curve && values ? viewOf(*curve, *values, range.lower, range.upper,
                                                        columns, logarithmic_, &extremes)
                                               : CurveView{{}, {}, 1, 0};
        graph->setData(view.x, view.y, true);
        // A run of one step is drawn as a dot.
        graph->setScatterStyle(view.x.size() == 1 ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5)
                                                  : QCPScatterStyle());
        if (view.low > view.high) return;
        low = std::min(low, view.low);
        high = std::max(high, view.high);
    };
    fill(line.raw, curve ? &curve->values : nullptr, line.raw_extremes);
    if (line.smoothed_by != smoothing_) line.smooth_extremes.reset();
    line.smoothed_by = smoothing_;
    fill(line.smooth, smoothing_ > 0 && curve ? &line.smoother.apply(*curve, smoothing_) : nullptr,
         line.smooth_extremes);
}

void RunChart::fitValues(double low, double high) {
    if (low > high) return plot_->yAxis->setRange(logarithmic_ ? 0.1 : 0, 1);
    if (logarithmic_) {
        const double margin = std::max(1.15, std::pow(high / low, 0.06));
        return plot_->yAxis->setRange(low / margin, high * margin);
    }
    const double size = std::max({std::abs(low), std::abs(high), 1e-12});
    const double margin = high > low ? (high - low) * 0.07 : size * 0.1;
    plot_->yAxis->setRange(low >= 0 && low - margin < 0 ? 0 - margin * 0.3 : low - margin,
                           high + margin);
}

void RunChart::onRange(const QCPRange& range) {
    if (setting_) return;
    follows_ = false;
    redraw();
    Q_EMIT rangeChosen(range.lower, range.upper);
}

void RunChart::setCursor(double step) {
    cursor_ = step;
    cursor_line_->setVisible(step >= 0);
    if (step >= 0) {
        cursor_line_->point1->setCoords(step, plot_->yAxis->range().lower);
        cursor_line_->point2->setCoords(step, plot_->yAxis->range().upper);
    }
    showReadout();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RunChart::setMarks(const std::vector<double>& steps) {
    for (QCPItemStraightLine* mark : marks_) plot_->removeItem(mark);
    marks_.clear();
    for (const double step : steps) {
        auto* mark = new QCPItemStraightLine(plot_);
        // The type is set first: changing it keeps the pixels and changes the coordinates.
        for (QCPItemPosition* point : {mark->point1, mark->point2})
            point->setTypeY(QCPItemPosition::ptAxisRectRatio);
        mark->point1->setCoords(step, 0);
        mark->point2->setCoords(step, 1);
        marks_.push_back(mark);
    }
    restyle();
}

/// Shows the value at the cursor, else the last one. With several lines the tool tip has all
/// values.
void RunChart::showReadout() {
    QString text;
    for (std::size_t i = 0; i < series_.size() && i < 1; ++i) {
        const Curve* curve = series_[i].curve();
        if (!curve || curve->size() == 0) continue;
        const std::ptrdiff_t at =
            cursor_ >= 0 ? nearestPoint(*curve, cursor_) : std::ptrdiff_t(curve->size()) - 1;
        const auto& values =
            smoothing_ > 0 ? lines_[i]->smoother.apply(*curve, smoothing_) : curve->values;
        text = curveValueText(name_, double(values[std::size_t(at)]));
        if (cursor_ >= 0)
            text = tr("step %1: %2").arg(QLocale().toString(curve->steps[std::size_t(at)]), text);
    }
    readout_->setText(text);
    plot_->setAccessibleDescription(text);
    if (series_.size() < 2) return;
    QStringList all;
    for (std::size_t i = 0; i < series_.size(); ++i) {
        const Curve* curve = series_[i].curve();
        if (!curve || curve->size() == 0) continue;
        const std::ptrdiff_t at =
            cursor_ >= 0 ? nearestPoint(*curve, cursor_) : std::ptrdiff_t(curve->size()) - 1;
        all << QStringLiteral("%1: %2").arg(
            series_[i].label, curveValueText(name_, double(curve->values[std::size_t(at)])));
    }
    readout_->setText(cursor_ >= 0
                          ? tr("step %1").arg(QLocale().toString(qint64(std::llround(cursor_))))
                          : QString());
    plot_->setToolTip(all.join(QLatin1Char('\n')));
    plot_->setAccessibleDescription(plot_->toolTip());
}

QString RunChart::readout() const {
    return readout_->text();
}

void RunChart::restyle() {
    const Palette& palette = Theme::instance().palette();
    dressPlot(plot_, palette.raised);
    QFont small = font();
    small.setPixelSize(std::max(10, QFontInfo(small).pixelSize() - 3));
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setTickLabelFont(small);
        axis->grid()->setPen(QPen(palette.border, 0, Qt::SolidLine));
        axis->grid()->setZeroLinePen(QPen(palette.border, 0));
        axis->grid()->setSubGridVisible(false);
    }
    plot_->xAxis->grid()->setVisible(false);
    cursor_line_->setPen(QPen(palette.textMuted, 1, Qt::DashLine));
    for (QCPItemStraightLine* mark : marks_) mark->setPen(QPen(palette.warning, 1, Qt::DashLine));
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const QColor color = series_[i].color.isValid() ? series_[i].color : palette.accent;
        // Pens wider than one pixel are drawn by a far slower way; it shows with long curves.
        lines_[i]->raw->setPen(QPen(smoothing_ > 0 ? faint(color, kRawAlpha) : color, 1));
        lines_[i]->smooth->setPen(QPen(color, 1.6));
    }
    redraw();
}

void RunChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    redraw();
}

bool RunChart::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_) return QWidget::eventFilter(watched, event);
    switch (event->type()) {
        case QEvent::MouseMove:
            Q_EMIT cursorMoved(std::max(
                0.0, plot_->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->position().x())));
            break;
        case QEvent::Leave:
            Q_EMIT cursorMoved(-1);
            break;
        case QEvent::MouseButtonDblClick:
            setRange(0, 0);
            Q_EMIT rangeChosen(0, 0);
            return true;
        case QEvent::Wheel:
            return onWheel(event);
        default:
            break;
    }
    return QWidget::eventFilter(watched, event);
}

/// Zooms the values with Ctrl, else the steps. Without Shift or Ctrl the wheel scrolls the page
/// until a chart has been zoomed.
bool RunChart::onWheel(QEvent* event) {
    auto* wheel = static_cast<QWheelEvent*>(event);
    const int delta =
        wheel->angleDelta().y() != 0 ? wheel->angleDelta().y() : wheel->angleDelta().x();
    const bool of_values = wheel->modifiers() & Qt::ControlModifier;
    const bool of_steps = wheel->modifiers() & Qt::ShiftModifier;
    if (delta == 0 || (follows_ && !of_values && !of_steps)) {
        event->ignore();
        return false;
    }
    const double factor = std::pow(kZoomStep, delta / 120.0);
    if (of_values) {
        fits_ = false;
        plot_->yAxis->scaleRange(factor, plot_->yAxis->pixelToCoord(wheel->position().y()));
        plot_->replot(QCustomPlot::rpQueuedReplot);
    } else {
        plot_->xAxis->scaleRange(factor, plot_->xAxis->pixelToCoord(wheel->position().x()));
    }
    event->accept();
    return true;
}

void RunChart::paintOn(QCPPainter& painter, const QRect& area) {
    const Palette& palette = Theme::instance().palette();
    painter.save();
    painter.translate(area.topLeft());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    const int head = QFontMetrics(bold).height() + 10;
    painter.fillRect(QRect(0, 0, area.width(), area.height()), palette.raised);
    painter.setPen(palette.text);
    painter.drawText(QRect(12, 0, area.width() - 24, head), Qt::AlignLeft | Qt::AlignVCenter,
                     curveTitle(name_));
    painter.translate(0, head);
    plot_->toPainter(&painter, area.width(), area.height() - head);
    painter.restore();
}

}  // namespace univi::ui
