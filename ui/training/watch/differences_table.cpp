#include "ui/training/watch/differences_table.h"

#include <QHeaderView>

#include "ui/training/tool/labels.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

DifferencesTable::DifferencesTable(bool effects, QWidget* parent)
    : QTableWidget(parent), effects_(effects) {
    setColumnCount(effects ? 4 : 3);
    QStringList labels{tr("Setting"), tr("Before"), tr("After")};
    if (effects) labels = {tr("Setting"), tr("So far"), tr("From now on"), tr("For the run")};
    setHorizontalHeaderLabels(labels);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->hide();
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setShowGrid(false);
    setAccessibleName(tr("Settings that differ"));
}

void DifferencesTable::setDifferences(const QList<SettingDifference>& differences) {
    const Palette& palette = Theme::instance().palette();
    setRowCount(int(differences.size()));
    for (int row = 0; row < differences.size(); ++row) {
        const SettingDifference& each = differences[row];
        QStringList texts{labelOfOption(each.name), each.before, each.after};
        QColor color;
        if (effects_) {
            const bool conflict = each.effect == SettingDifference::Effect::Conflicts;
            const bool free = each.effect == SettingDifference::Effect::Free;
            texts << (conflict ? tr("the checkpoint does not fit")
                      : free   ? tr("may change")
                               : tr("goes on differently"));
            color = conflict ? palette.danger : free ? palette.success : palette.warning;
        }
        for (int column = 0; column < texts.size(); ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            item->setToolTip(column == 0 ? QStringLiteral("--%1").arg(each.name) : texts[column]);
            if (column == 3) item->setForeground(color);
            setItem(row, column, item);
        }
    }
    resizeRowsToContents();
}

}  // namespace univi::ui
