#pragma once

#include <QAbstractTableModel>

#include "ui/training/data/data_doctor.h"

namespace univi::ui {

/// The bad items of a data set: problem, file, line, why. One kind of problem or all.
class FindingsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Problem, File, Line, Why, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setFindings(const QList<DataFindings::Finding>& findings);
    /// Empty: all.
    void setProblem(const QString& key);
    const DataFindings::Finding& finding(int row) const { return findings_[shown_[row]]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    void choose();
    QList<DataFindings::Finding> findings_;
    QList<int> shown_;
    QString problem_;
};

}  // namespace univi::ui
