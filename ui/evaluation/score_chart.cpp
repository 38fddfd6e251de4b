#include "ui/evaluation/score_chart.h"

#include "ui/widgets/plot_header.h"

#include <algorithm>

#include "ui/widgets/plot.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr double kGroupWidth = 0.78;

/// Returns the accent or a group colour for our rows, grey for published ones.
QColor barColor(const eval::TableRow& row, int ours) {
    const Palette& palette = Theme::instance().palette();
    if (row.kind == eval::TableRow::Kind::Published) return palette.textMuted;
    return ours == 0 ? palette.accent : Theme::groupColor(ours);
}

}  // namespace

ScoreChart::ScoreChart(QWidget* parent)
    : QWidget(parent), plot_(fillWithPlot(this, 120, tr("The table as bars"))) {
    plot_->setMinimumWidth(240);  // its legend asks for more, and may be cut
    plot_->plotLayout()->insertRow(0);
    plot_->plotLayout()->addElement(0, 0, new QCPLegend);
    auto* legend = static_cast<QCPLegend*>(plot_->plotLayout()->element(0, 0));
    legend->setLayer(QStringLiteral("legend"));
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    legend->setBorderPen(Qt::NoPen);
    plot_->plotLayout()->setRowStretchFactor(0, 0.001);
    plot_->setAutoAddPlottableToLegend(false);
    connect(&Theme::instance(), &Theme::changed, this, &ScoreChart::rebuild);
}

void ScoreChart::setTable(const eval::Table& table) {
    table_ = table;
    rebuild();
}

void ScoreChart::rebuild() {
    plot_->clearPlottables();
    auto* legend = static_cast<QCPLegend*>(plot_->plotLayout()->element(0, 0));
    legend->clearItems();
    std::vector<const eval::TableRow*> rows;
    for (const eval::TableRow& row : table_.rows)
        if (row.kind != eval::TableRow::Kind::Difference) rows.push_back(&row);
    const double width = rows.empty() ? kGroupWidth : kGroupWidth / double(rows.size());
    const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
        const auto& column = table_.columns[c];
        const QString header = QString::fromStdString(column.header);
        names->addTick(double(c), column.group.empty()
                                      ? header
                                      : QString::fromStdString(column.group) + '\n' + header);
    }
    int ours = 0, hatched = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        auto* bars = new QCPBars(plot_->xAxis, plot_->yAxis);
        const bool published = rows[r]->kind == eval::TableRow::Kind::Published;
        const QColor color = barColor(*rows[r], published ? 0 : ours++);
        bars->setName(QString::fromStdString(rows[r]->name) +
                      (published ? tr(" (published)") : QString()));
        bars->setPen(QPen(color, 1));
        // Published rows are told apart by hatching, not by another colour.
        bars->setBrush(!published ? QBrush(color)
                                  : QBrush(color, hatched++ == 0 ? Qt::NoBrush : Qt::BDiagPattern));
        bars->setWidth(width * 0.9);
        for (std::size_t c = 0; c < table_.columns.size(); ++c) {
            const auto value = rows[r]->values.find(table_.columns[c].key);
            const double at = double(c) + (double(r) - (double(rows.size()) - 1) / 2) * width;
            // A mean score of 0 … 5 is drawn on the same axis, as the share of its most.
            const double scale = table_.columns[c].metric == "score" ? 20 : 1;
            if (value != rows[r]->values.end()) bars->addData(at, value->second * scale);
        }
        bars->addToLegend(legend);
    }
    plot_->xAxis->setTicker(names);
    plot_->xAxis->setRange(-0.6, std::max(0.6, double(table_.columns.size()) - 0.4));
    plot_->yAxis->setRange(0, 105);
    restyle();
}

void ScoreChart::restyle() {
    const Palette& palette = Theme::instance().palette();
    dressPlot(plot_, palette.raised);
    plot_->xAxis->grid()->setVisible(false);
    auto* legend = static_cast<QCPLegend*>(plot_->plotLayout()->element(0, 0));
    legend->setBrush(palette.raised);
    legend->setTextColor(palette.text);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace univi::ui
