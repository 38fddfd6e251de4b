#include "ui/chat/row_heights.h"

#include <algorithm>

namespace univi::ui {

void RowHeights::assign(const QVector<int>& heights) {
    heights_ = heights;
    sums_.fill(0, heights.size() + 1);
    for (int i = 1; i < sums_.size(); ++i) {
        sums_[i] += heights_[i - 1];
        if (const int parent = i + (i & -i); parent < sums_.size()) sums_[parent] += sums_[i];
    }
}

void RowHeights::append(int height) {
    if (sums_.isEmpty()) sums_ << 0;
    const int node = int(sums_.size());
    heights_ << height;
    // A node holds the sum of the rows (node - lowest bit, node].
    sums_ << top(node - 1) - top(node - (node & -node)) + height;
}

void RowHeights::set(int row, int height) {
    add(row, qint64(height) - heights_[row]);
    heights_[row] = height;
}

void RowHeights::add(int row, qint64 change) {
    for (int i = row + 1; i < sums_.size(); i += i & -i) sums_[i] += change;
}

qint64 RowHeights::top(int row) const {
    qint64 sum = 0;
    for (int i = row; i > 0; i -= i & -i) sum += sums_[i];
    return sum;
}

int RowHeights::rowAt(qint64 y) const {
    int step = 1;
    while (step * 2 < sums_.size()) step *= 2;
    int row = 0;
    for (; step > 0; step /= 2) {
        if (row + step >= sums_.size() || sums_[row + step] > y) continue;
        row += step;
        y -= sums_[row];
    }
    return std::min(row, count() - 1);
}

}  // namespace univi::ui
