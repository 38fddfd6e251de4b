#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/eval/results.h"

namespace univi::ui {

/// The items behind a cell, filtered; with a second checkpoint beside the first one they are
/// compared item by item.
class ItemsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum class Filter { All, Wrong, NotAnswered, Different };
    enum Column {
        Number,
        Question,
        Expected,
        Given,
        Verdict,
        OtherGiven,
        OtherVerdict,
        ColumnCount
    };
    struct Row {
        const eval::ItemResult* item = nullptr;
        const eval::ItemResult* other = nullptr;  ///< of the compared checkpoint; may be missing
    };

    using QAbstractTableModel::QAbstractTableModel;
    /// `items`: indexes into set.items. `other`: the same set by another checkpoint, or null. Both
    /// must outlive the model's use of them.
    void setItems(const eval::SetResult* set, const std::vector<std::size_t>& items,
                  const eval::SetResult* other, const QString& model, const QString& other_model);
    void clear();
    void setFilter(Filter filter);
    void setSearch(const QString& words);
    Filter filter() const { return filter_; }
    bool compares() const { return other_ != nullptr; }
    const Row& row(int row) const { return shown_.at(std::size_t(row)); }
    /// How many items a filter leaves, whatever is searched for.
    int count(Filter filter) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    bool passes(const Row& row, Filter filter) const;
    bool matches(const Row& row) const;
    void rebuild();

    const eval::SetResult* other_ = nullptr;
    std::vector<Row> all_, shown_;
    QString model_, other_model_, search_;
    Filter filter_ = Filter::All;
};

/// All lines of an item's prompts or replies.
QString joinedLines(const std::vector<std::string>& lines);

}  // namespace univi::ui
