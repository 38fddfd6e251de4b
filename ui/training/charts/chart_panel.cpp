#include "ui/training/charts/chart_panel.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QResizeEvent>
#include <QScrollArea>
#include <QSlider>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/training/charts/chart_export.h"
#include "ui/training/charts/run_chart.h"
#include "ui/training/runs/run_texts.h"
#include "ui/widgets/build.h"
#include "ui/widgets/plot_header.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kNarrowest = 380;  ///< of a chart; the columns follow the width
constexpr int kMostColumns = 4, kSpacing = 12, kScrollBar = 14;
constexpr std::array kOrder = {"loss",         "held_out_loss", "learning_rate", "grad_norm",
                               "tokens_per_s", "samples_per_s", "memory_bytes",  "gpu_memory_bytes",
                               "gpu_load",     "loss_scale"};
/// These figures come with every step, but other charts show them already.
constexpr std::array kHidden = {"step_s", "epoch"};

int placeOf(const QString& name) {
    const auto found =
        std::ranges::find_if(kOrder, [&](const char* each) { return name == QLatin1String(each); });
    return int(found - kOrder.begin());
}

}  // namespace

ChartPanel::ChartPanel(QWidget* parent)
    : QWidget(parent),
      body_(new QWidget),
      grid_(new QGridLayout(body_)),
      legend_(wrapped({}, "")),
      empty_(wrapped({}, "muted")) {
    scroll_ = scrollArea(body_, Scrolls::Upright);
    grid_->setContentsMargins(0, 0, 0, 16);
    grid_->setSpacing(kSpacing);
    legend_->setTextFormat(Qt::RichText);
    empty_->setAlignment(Qt::AlignCenter);
    column(this, {.margins = {}, .spacing = 8}, {buildTools(), legend_, {empty_, 1}, {scroll_, 1}});
    setEmptyText(tr("The first step has not come yet."));
    connect(&Theme::instance(), &Theme::changed, this, &ChartPanel::fillLegend);
    refresh();
}

QWidget* ChartPanel::buildTools() {
    QLabel* label = makeLabel(tr("Smoothing"), "small");
    smoothing_ = new QSlider(Qt::Horizontal);
    smoothing_->setRange(0, 99);
    smoothing_->setFixedWidth(140);
    smoothing_->setAccessibleName(tr("Smoothing"));
    label->setBuddy(smoothing_);
    QLabel* value = makeLabel(QStringLiteral("0"), "small");
    value->setMinimumWidth(value->fontMetrics().horizontalAdvance(QStringLiteral("0.99")));
    connect(smoothing_, &QSlider::valueChanged, this, [this, value](int percent) {
        value->setText(QLocale().toString(percent / 100.0, 'g', 2));
        for (RunChart* chart : std::as_const(charts_)) chart->setSmoothing(percent / 100.0);
    });
    log_ = segment(tr("Log scale"));
    connect(log_, &QToolButton::toggled, this, [this](bool on) {
        for (RunChart* chart : std::as_const(charts_)) chart->setLogarithmic(on);
    });
    QToolButton* all =
        segment(tr("All steps"),
                tr("Show everything and follow (double click in a chart). Drag to move, "
                   "Shift and wheel to zoom the steps, Ctrl and wheel to zoom the values."));
    all->setCheckable(false);
    connect(all, &QToolButton::clicked, this, [this] {
        for (RunChart* chart : std::as_const(charts_)) chart->setRange(0, 0);
    });
    QToolButton* save = iconButton("export", tr("Export charts or data"));
    save->setToolTip(tr("Export charts (PNG, SVG, PDF) or data (CSV)"));
    connect(save, &QToolButton::clicked, this, &ChartPanel::chooseExport);
    return rowWidget({.margins = {}, .spacing = 8},
                     {label, smoothing_, value, Part::space(8), log_, all, Part::stretch(), save});
}

void ChartPanel::setSources(const std::vector<ChartSource>& sources) {
    sources_ = sources;
    rebuild(curveNames());
    fillLegend();
}

/// Returns the known figures in a fixed order, then the other ones by name.
QStringList ChartPanel::curveNames() const {
    QStringList names;
    for (const ChartSource& source : sources_)
        if (const CurveSet* curves = source.curves())
            for (auto each = curves->begin(); each != curves->end(); ++each)
                if (each->size() > 0 && !names.contains(each.key())) names << each.key();
    for (const char* hidden : kHidden) names.removeAll(QLatin1String(hidden));
    std::ranges::sort(names, [](const QString& a, const QString& b) {
        const int first = placeOf(a), second = placeOf(b);
        return first != second ? first < second : a < b;
    });
    return names;
}

RunChart* ChartPanel::makeChart(const QString& name) {
    auto* chart = new RunChart(name, body_);
    chart->setLogarithmic(log_->isChecked());
    connect(chart, &RunChart::cursorMoved, this, [this](double step) {
        for (RunChart* each : std::as_const(charts_)) each->setCursor(step);
    });
    connect(chart, &RunChart::rangeChosen, this, [this, chart](double from, double to) {
        for (RunChart* each : std::as_const(charts_))
            if (each != chart) each->setRange(from, to);
    });
    return chart;
}

std::vector<ChartSeries> ChartPanel::seriesOf(const QString& name) const {
    std::vector<ChartSeries> series;
    for (const ChartSource& source : sources_)
        series.push_back(
            {source.label, source.color, [curves = source.curves, name]() -> const Curve* {
                 const CurveSet* set = curves();
                 const auto found = set ? set->constFind(name) : CurveSet::const_iterator();
                 return set && found != set->constEnd() ? &*found : nullptr;
             }});
    return series;
}

/// Shows a chart a name; those that are there already stay.
void ChartPanel::rebuild(const QStringList& names) {
    QList<RunChart*> old = std::exchange(charts_, {});
    for (const QString& name : names) {
        const auto found =
            std::ranges::find_if(old, [&](RunChart* chart) { return chart->name() == name; });
        RunChart* chart = found != old.end() ? *found : makeChart(name);
        if (found != old.end()) old.erase(found);
        chart->setSeries(seriesOf(name));
        chart->setSmoothing(smoothing_->value() / 100.0);
        chart->setMarks(marks_);
        charts_ << chart;
    }
    for (RunChart* chart : std::as_const(old)) {
        chart->hide();
        chart->deleteLater();
    }
    columns_ = 0;
    arrange();
}

void ChartPanel::arrange() {
    const int width = std::max(1, this->width() - kScrollBar);
    const int columns = std::clamp((width + kSpacing) / (kNarrowest + kSpacing), 1, kMostColumns);
    empty_->setVisible(charts_.isEmpty());
    scroll_->setVisible(!charts_.isEmpty());
    if (columns == columns_) return;
    for (int i = 0; i < kMostColumns; ++i) grid_->setColumnStretch(i, i < columns ? 1 : 0);
    for (int i = 0; i < grid_->rowCount(); ++i) grid_->setRowStretch(i, 0);
    for (int i = 0; i < charts_.size(); ++i) {
        grid_->addWidget(charts_[i], i / columns, i % columns);
        charts_[i]->show();
    }
    columns_ = columns;
}

void ChartPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void ChartPanel::refresh(bool reset) {
    const QStringList names = curveNames();
    const bool same = names.size() == charts_.size() &&
                      std::equal(names.begin(), names.end(), charts_.begin(),
                                 [](const QString& name, const RunChart* chart) {
                                     return chart->name() == name;
                                 });
    if (!same) return rebuild(names);
    for (RunChart* chart : std::as_const(charts_)) chart->refresh(reset);
    arrange();
}

RunChart* ChartPanel::chart(const QString& name) const {
    const auto found =
        std::ranges::find_if(charts_, [&](const RunChart* chart) { return chart->name() == name; });
    return found == charts_.end() ? nullptr : *found;
}

void ChartPanel::setSmoothing(double weight) {
    smoothing_->setValue(int(std::lround(weight * 100)));
}

void ChartPanel::setLogarithmic(bool on) {
    log_->setChecked(on);
}

void ChartPanel::setEmptyText(const QString& text) {
    empty_->setText(text);
}

void ChartPanel::setMarks(const std::vector<double>& steps, const QString& text) {
    if (steps == marks_ && text == marks_text_) return;
    marks_ = steps;
    marks_text_ = text;
    for (RunChart* chart : std::as_const(charts_)) chart->setMarks(marks_);
    fillLegend();
}

void ChartPanel::fillLegend() {
    QStringList entries;
    for (const ChartSource& source : sources_)
        entries << QStringLiteral("<span style='color:%1'>&#9632;</span>&nbsp;%2")
                       .arg((source.color.isValid() ? source.color
                                                    : Theme::instance().palette().accent)
                                .name(),
                            source.label.toHtmlEscaped().replace(QLatin1Char(' '),
                                                                 QStringLiteral("&nbsp;")));
    if (sources_.size() == 1) entries.clear();
    if (!marks_.empty())
        entries << QStringLiteral("<span style='color:%1'>&#8942;</span>&nbsp;%2")
                       .arg(Theme::instance().palette().warning.name(),
                            marks_text_.toHtmlEscaped());
    legend_->setText(entries.join(QStringLiteral(" &nbsp;&nbsp; ")));
    legend_->setVisible(!entries.isEmpty());
}

void ChartPanel::chooseExport() {
    auto* dialog = new QFileDialog(
        this, tr("Export charts or data"),
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
        tr("PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf);;CSV table (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(sources_.size() > 1      ? tr("compared-curves")
                       : export_name_.isEmpty() ? tr("curves")
                                                : tr("%1-curves").arg(runFileName(export_name_)));
    dialog->setDefaultSuffix(QStringLiteral("png"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section(QStringLiteral("*."), 1).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QString problem;
        if (!exportTo(path, problem)) Q_EMIT exportFailed(problem);
    });
    dialog->open();
}

bool ChartPanel::exportTo(const QString& path, QString& problem) const {
    if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        std::vector<NamedCurves> runs;
        for (const ChartSource& source : sources_)
            if (const CurveSet* curves = source.curves()) runs.push_back({source.label, curves});
        return writeCurves(path, runs, problem);
    }
    return drawCharts(path, charts_, std::max(1, columns_), problem);
}

}  // namespace univi::ui
