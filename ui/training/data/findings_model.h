#pragma once

#include <QAbstractTableModel>
#include <optional>

#include "ui/training/data/data_doctor.h"

namespace univi::ui {

/// The bad items of a data set: problem, file, line, why. One kind of problem or all.
class FindingsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Problem, File, Line, Why, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    struct Row {
        protocol::DataReport::Finding finding;
        bool held_out = false;  ///< its item counts in the held-out data set
    };

    /// The findings of both data sets, the held-out one's behind.
    void setCheck(const protocol::DataCheck& check);
    /// Nothing: all.
    void setProblem(std::optional<protocol::DataProblem> problem);
    const Row& row(int row) const { return rows_[shown_[row]]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    void choose();
    QList<Row> rows_;
    QList<int> shown_;
    std::optional<protocol::DataProblem> problem_;
};

}  // namespace univi::ui
