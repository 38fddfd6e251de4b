#include "ui/training/data/length_histogram.h"

#include "ui/widgets/plot_header.h"

#include "ui/widgets/plot.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

LengthHistogram::LengthHistogram(QWidget* parent)
    : QWidget(parent), plot_(fillWithPlot(this, 180, tr("Histogram of sample lengths"))) {
    bars_ = new QCPBars(plot_->xAxis, plot_->yAxis);
    bars_->setWidthType(QCPBars::wtPlotCoords);
    limit_ = new QCPItemLine(plot_);
    limit_->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    limit_->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    plot_->xAxis->setLabel(tr("tokens of a sample"));
    plot_->yAxis->setLabel(tr("items"));
    plot_->xAxis->grid()->setVisible(false);
    plot_->yAxis->ticker()->setTickCount(4);
    plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot_->axisRect()->setRangeDrag(Qt::Horizontal);
    plot_->axisRect()->setRangeZoom(Qt::Horizontal);
    connect(&Theme::instance(), &Theme::changed, this, &LengthHistogram::restyle);
    restyle();
}

void LengthHistogram::setLengths(const protocol::DataReport::Lengths& lengths,
                                 qint64 model_max_length) {
    QVector<double> x, y;
    const double width = double(lengths.bucket);
    for (std::size_t i = 0; i < lengths.histogram.size(); ++i) {
        x << (double(i) + 0.5) * width;
        y << double(lengths.histogram[i]);
    }
    bars_->setWidth(width * 0.9);
    bars_->setData(x, y, true);
    plot_->rescaleAxes();
    const double end = std::max(double(lengths.histogram.size()) * width, width * 4);
    plot_->xAxis->setRange(0, end);
    plot_->yAxis->setRange(0, std::max(1.0, plot_->yAxis->range().upper * 1.1));
    // The limit shows when samples come near it.
    limit_->setVisible(double(model_max_length) <= end);
    limit_->start->setCoords(double(model_max_length), 0);
    limit_->end->setCoords(double(model_max_length), 1);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void LengthHistogram::restyle() {
    const Palette& palette = Theme::instance().palette();
    dressPlot(plot_, palette.raised);
    bars_->setPen(Qt::NoPen);
    bars_->setBrush(palette.accent);
    limit_->setPen(QPen(palette.danger, 1.5, Qt::DashLine));
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace univi::ui
