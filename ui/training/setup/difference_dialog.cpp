#include "ui/training/setup/difference_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/widgets/build.h"

namespace univi::ui {

DifferenceDialog::DifferenceDialog(const QList<Side>& sides, QWidget* parent)
    : QDialog(parent),
      sides_(sides),
      left_(new QComboBox),
      right_(new QComboBox),
      table_(new QTableWidget),
      same_(makeLabel(tr("No setting differs."), "muted")) {
    setWindowTitle(tr("Compare settings"));
    resize(820, 560);
    for (const Side& side : sides) left_->addItem(side.name), right_->addItem(side.name);
    left_->setAccessibleName(tr("Settings at the left"));
    right_->setAccessibleName(tr("Settings at the right"));
    left_->setCurrentIndex(0);
    right_->setCurrentIndex(sides.size() > 1 ? 1 : 0);
    dressTable(table_, tr("Settings that differ"));
    table_->setColumnCount(3);
    table_->setTabKeyNavigation(false);
    table_->setTextElideMode(Qt::ElideMiddle);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* buttons = new QDialogButtonBox;
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 12},
           {makeLabel(tr("Compare settings"), "title"),
            row({}, {{left_, 1}, makeLabel(tr("against"), "muted"), {right_, 1}}),
            {table_, 1},
            {same_, 1, Qt::AlignCenter},
            buttons});
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QComboBox* each : {left_, right_})
        connect(each, &QComboBox::currentIndexChanged, this, &DifferenceDialog::compare);
    compare();
}

void DifferenceDialog::compare() {
    const Side &left = sides_[left_->currentIndex()], &right = sides_[right_->currentIndex()];
    shown_ = differences(left.options, right.options);
    table_->setHorizontalHeaderLabels({tr("Setting"), left.name, right.name});
    table_->setRowCount(int(shown_.size()));
    for (int row = 0; row < shown_.size(); ++row) {
        const OptionDifference& each = shown_[row];
        const QString cells[] = {each.label, each.left.isEmpty() ? tr("not set") : each.left,
                                 each.right.isEmpty() ? tr("not set") : each.right};
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setToolTip(column == 0 ? QStringLiteral("--%1").arg(each.option) : cells[column]);
            table_->setItem(row, column, item);
        }
    }
    table_->setVisible(!shown_.isEmpty());
    same_->setVisible(shown_.isEmpty());
}

}  // namespace univi::ui
