#include "ui/training/devices/plan_view.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/text/translate.h"
#include "ui/training/devices/memory_bar.h"
#include "ui/training/devices/memory_planner.h"
#include "ui/widgets/build.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// A part of the plan as a person reads it; bar and legend have them in this order.
struct PartRow {
    std::int64_t protocol::MemoryParts::*bytes;
    const char* name;
    QString label() const { return tr(name); }
    QColor color() const;
};
constexpr PartRow kParts[] = {
    {&protocol::MemoryParts::weights, QT_TRANSLATE_NOOP("univi::ui", "Weights")},
    {&protocol::MemoryParts::tower, QT_TRANSLATE_NOOP("univi::ui", "Vision tower")},
    {&protocol::MemoryParts::gradients, QT_TRANSLATE_NOOP("univi::ui", "Gradients")},
    {&protocol::MemoryParts::optimizer, QT_TRANSLATE_NOOP("univi::ui", "Optimiser")},
    {&protocol::MemoryParts::activations, QT_TRANSLATE_NOOP("univi::ui", "Activations")},
    {&protocol::MemoryParts::buffers, QT_TRANSLATE_NOOP("univi::ui", "Buffers")},
    {&protocol::MemoryParts::cache, QT_TRANSLATE_NOOP("univi::ui", "Prepared samples")},
    {&protocol::MemoryParts::overhead, QT_TRANSLATE_NOOP("univi::ui", "Program")}};

QColor PartRow::color() const {
    return Theme::groupColor(int(this - kParts));
}

/// How a row of the plan spreads the training over devices.
QString nameOf(const PlanRow& row) {
    if (row.stage == 0)
        return row.offload ? tr("Everything on each, optimiser in host memory")
                           : tr("Everything on each");
    return (row.offload ? tr("ZeRO stage %1, optimiser in host memory") : tr("ZeRO stage %1"))
        .arg(row.stage);
}

/// Returns the parts of the bar. Their largest sizes add up to more than the peak, so they are
/// drawn in proportion and the bar ends at the peak.
QList<MemoryBar::Part> barParts(const PlanRow& row) {
    double sum = 0;
    for (const PartRow& part : kParts) sum += double(row.parts.*part.bytes);
    QList<MemoryBar::Part> parts;
    for (const PartRow& part : kParts) {
        const double share = sum > 0 ? double(row.parts.*part.bytes) / sum : 0;
        if (share > 0)
            parts.append({part.label(), qint64(share * double(row.parts.peak)), part.color()});
    }
    return parts;
}

}  // namespace

PlanView::PlanView(MemoryPlanner* planner, bool compact, QWidget* parent)
    : QFrame(parent),
      planner_(planner),
      compact_(compact),
      headline_(plain({}, "heading")),
      note_(plain({}, "small")),
      advice_(plain({}, "muted")),
      fix_(new QPushButton),
      bar_(new MemoryBar),
      legend_(new QWidget),
      table_(new QWidget),
      legend_items_(new FlowLayout(16, Qt::AlignLeft, legend_)),
      cells_(new QGridLayout(table_)) {
    setObjectName(QStringLiteral("card"));
    const int side = compact ? 12 : 20, above = compact ? 12 : 16;
    cells_->setContentsMargins(0, 8, 0, 0);
    cells_->setHorizontalSpacing(24);
    column(this, {.margins = {side, above, side, above}, .spacing = 8},
           {headline_, bar_, legend_, advice_, {fix_, 0, Qt::AlignLeft}, note_, table_});
    connect(fix_, &QPushButton::clicked, this,
            [this] { Q_EMIT adviceTaken(planner_->advice().changes); });
    connect(planner, &MemoryPlanner::changed, this, &PlanView::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &PlanView::refresh);
    refresh();
}

void PlanView::refresh() {
    const auto& plan = planner_->latest();
    const bool has_plan =
        plan && planner_->state() != MemoryPlanner::State::Failed && plan->chosen();
    // The last plan stays while a new one is made, so that nothing jumps.
    for (QWidget* each : {static_cast<QWidget*>(bar_), legend_, table_}) each->setVisible(has_plan);
    if (compact_) legend_->hide(), table_->hide();
    const bool advises = has_plan && !planner_->advice().isEmpty() &&
                         planner_->state() == MemoryPlanner::State::Ready;
    advice_->setVisible(advises);
    fix_->setVisible(advises);
    note_->setVisible(!compact_ && has_plan);
    if (has_plan) return showPlan(*plan);
    setType(headline_, "muted");
    headline_->setText(planner_->state() == MemoryPlanner::State::Working
                           ? tr("Reckoning the memory…")
                           : planner_->problem());
}

QString PlanView::headline(const MemoryPlan& plan) const {
    const QString each =
        plan.gpu ? (plan.ranks > 1 ? tr("on each of %1 GPUs").arg(plan.ranks) : tr("on one GPU"))
                 : (plan.ranks > 1 ? tr("for each of %1 processes").arg(plan.ranks)
                                   : tr("on the processor"));
    const PlanRow& row = *plan.chosen();
    return row.fits ? tr("Needs %1 %2; %3 are there.")
                          .arg(gigabytes(row.parts.peak), each, gigabytes(plan.device_memory))
                    : tr("Does not fit: needs %1 %2, %3 are there.")
                          .arg(gigabytes(row.parts.peak), each, gigabytes(plan.device_memory));
}

void PlanView::showPlan(const MemoryPlan& plan) {
    const PlanRow& row = *plan.chosen();
    setType(headline_, row.fits ? "heading" : "danger");
    headline_->setText(headline(plan));
    bar_->setParts(barParts(row), plan.device_memory);
    advice_->setText(planner_->advice().sentence);
    fix_->setText(planner_->advice().action);
    if (compact_) return;
    QStringList notes;
    if (!planner_->assumption().isEmpty()) notes << planner_->assumption();
    notes << tr("Batches of %Ln sample(s), %1 positions each.", nullptr, int(plan.batch.samples))
                 .arg(plan.batch.positions);
    if (row.parts.host > 0)
        notes << tr("Host memory beside each GPU: %1.").arg(gigabytes(row.parts.host));
    note_->setText(joinSentences(notes));
    showLegend(plan);
    showTable(plan);
}

void PlanView::showLegend(const MemoryPlan& plan) {
    clearLayout(legend_items_);
    const PlanRow& row = *plan.chosen();
    for (const PartRow& part : kParts) {
        const qint64 bytes = row.parts.*part.bytes;
        if (bytes == 0) continue;
        auto* item = new QWidget;
        auto* line = new QHBoxLayout(item);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(6);
        auto* dot = new QLabel;
        const double ratio = devicePixelRatioF();
        QPixmap square(QSize(10, 10) * ratio);
        square.setDevicePixelRatio(ratio);
        square.fill(part.color());
        dot->setPixmap(square);
        line->addWidget(dot);
        line->addWidget(
            makeLabel(QStringLiteral("%1  %2").arg(part.label(), gigabytes(bytes)), "small"));
        legend_items_->addWidget(item);
        item->show();
    }
    legend_->updateGeometry();
}

void PlanView::showTable(const MemoryPlan& plan) {
    clearLayout(cells_);
    const QStringList heads{tr("Spread over devices"), tr("Needs"), tr("Largest batch"),
                            tr("Fits")};
    for (int column = 0; column < heads.size(); ++column)
        cells_->addWidget(makeLabel(heads[column], "small"), 0, column);
    int line = 1;
    for (const PlanRow& row : plan.rows) {
        const char* type = row.is_chosen ? "name" : "small";
        const QString spread = nameOf(row),
                      name = row.is_chosen ? tr("%1  (chosen)").arg(spread) : spread;
        cells_->addWidget(makeLabel(name, type), line, 0);
        cells_->addWidget(makeLabel(gigabytes(row.parts.peak), type), line, 1);
        cells_->addWidget(
            makeLabel(row.largest_batch > 0 ? QString::number(row.largest_batch) : tr("none"),
                      type),
            line, 2);
        cells_->addWidget(
            makeLabel(row.fits ? tr("yes") : tr("no"), row.fits ? type : "dangerSmall"), line, 3);
        ++line;
    }
    cells_->setColumnStretch(0, 1);
}

}  // namespace univi::ui
