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

/// Writes each column's header, and its group's above it.
QSharedPointer<QCPAxisTickerText> namesOf(const std::vector<eval::TableColumn>& columns) {
    QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const QString header = QString::fromStdString(columns[c].header);
        const QString group = QString::fromStdString(columns[c].group);
        names->addTick(double(c), group.isEmpty() ? header : group + '\n' + header);
    }
    return names;
}

/// Dresses the bars of a row, the `index`-th of its kind. Published rows are told apart by
/// hatching, not by another colour.
void dressBars(QCPBars* bars, const eval::TableRow& row, int index) {
    const bool is_published = row.kind == eval::TableRow::Kind::Published;
    const QColor color = barColor(row, index);
    const QString name = QString::fromStdString(row.name);
    bars->setName(is_published ? ScoreChart::tr("%1 (published)").arg(name) : name);
    bars->setPen(QPen(color, 1));
    bars->setBrush(!is_published ? QBrush(color)
                                 : QBrush(color, index == 0 ? Qt::NoBrush : Qt::BDiagPattern));
}

/// Adds a row's values, `offset` beside the middles of their columns.
void fillBars(QCPBars* bars, const eval::TableRow& row,
              const std::vector<eval::TableColumn>& columns, double offset) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto value = row.values.find(columns[c].key);
        // A mean score of 0 … 5 is drawn on the same axis, as the share of its most.
        const double scale = columns[c].metric == "score" ? 20 : 1;
        if (value != row.values.end()) bars->addData(double(c) + offset, value->second * scale);
    }
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
    int ours = 0, published = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const bool is_published = rows[r]->kind == eval::TableRow::Kind::Published;
        auto* bars = new QCPBars(plot_->xAxis, plot_->yAxis);
        dressBars(bars, *rows[r], is_published ? published++ : ours++);
        bars->setWidth(width * 0.9);
        const double offset = (double(r) - (double(rows.size()) - 1) / 2) * width;
        fillBars(bars, *rows[r], table_.columns, offset);
        bars->addToLegend(legend);
    }
    plot_->xAxis->setTicker(namesOf(table_.columns));
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
