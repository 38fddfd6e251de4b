#pragma once

#include <QAbstractTableModel>

#include "core/eval/table.h"

namespace univi::ui {

/// A published table for a view: the first column names the row, published rows first, ours bold,
/// differences marked. Two header lines: the set above, the metric below.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    using QAbstractTableModel::QAbstractTableModel;
    void setTable(eval::Table table);
    const eval::Table& table() const { return table_; }
    const eval::TableRow& row(int row) const { return table_.rows.at(std::size_t(row)); }
    /// nullptr for the column of names.
    const eval::TableColumn* column(int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  private:
    QVariant toolTip(const eval::TableRow& row, const eval::TableColumn* column) const;
    eval::Table table_;
};

}  // namespace univi::ui
