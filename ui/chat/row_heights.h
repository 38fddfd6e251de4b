#pragma once

#include <QVector>

namespace univi::ui {

/// Heights of the rows of a long list, with the place of each row and the row at each place in
/// logarithmic time, so that a row whose height becomes known moves all below it at once. Pixels.
class RowHeights {
  public:
    void assign(const QVector<int>& heights);
    void append(int height);
    void set(int row, int height);

    int count() const { return int(heights_.size()); }
    int height(int row) const { return heights_[row]; }
    /// Sum of the heights above `row`; of all of them for count().
    qint64 top(int row) const;
    qint64 total() const { return top(count()); }
    /// The row at `y`: the first for what is above it, the last for what is below; -1 without rows.
    int rowAt(qint64 y) const;

  private:
    void add(int row, qint64 change);
    QVector<int> heights_;
    QVector<qint64> sums_;  ///< a Fenwick tree, counted from 1
};

}  // namespace univi::ui
