#include "ui/training/charts/curve_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace univi::ui {
namespace {

bool isDrawn(float value, bool positive) {
    return std::isfinite(value) && (!positive || value > 0);
}

void add(CurveView& view, double x, float value) {
    view.x << x;
    view.y << double(value);
    view.low = std::min(view.low, double(value));
    view.high = std::max(view.high, double(value));
}

/// Adds points column by column: of each its lowest and its highest, in the order they came.
class ColumnWriter {
  public:
    ColumnWriter(CurveView& view, const Curve& curve, const std::vector<float>& values)
        : view_(view), curve_(curve), values_(values) {}

    /// Takes points of a column: the indices of the lowest and of the highest of them.
    void take(long column, std::size_t lowest, std::size_t highest) {
        if (column != column_) {
            flush();
            column_ = column;
        }
        if (!any_) lowest_ = lowest, highest_ = highest, any_ = true;
        if (values_[lowest] < values_[lowest_]) lowest_ = lowest;
        if (values_[highest] > values_[highest_]) highest_ = highest;
    }

    /// Adds what the last column has.
    void flush() {
        if (!any_) return;
        const auto [first, second] = std::minmax(lowest_, highest_);
        add(view_, curve_.steps[first], values_[first]);
        if (second != first) add(view_, curve_.steps[second], values_[second]);
        any_ = false;
    }

  private:
    CurveView& view_;
    const Curve& curve_;
    const std::vector<float>& values_;
    long column_ = std::numeric_limits<long>::min();
    std::size_t lowest_ = 0, highest_ = 0;
    bool any_ = false;
};

/// Indices from `begin` on, up to before `end`.
struct Range {
    std::size_t begin, end;
};

/// The points between two steps and one beyond each side, so that the line leaves the picture
/// instead of ending in it.
Range pointsBetween(const std::vector<std::int32_t>& steps, std::size_t size, double from,
                    double to) {
    const auto end = steps.begin() + std::ptrdiff_t(size);
    auto first = std::size_t(std::lower_bound(steps.begin(), end, from) - steps.begin());
    auto last = std::size_t(std::upper_bound(steps.begin(), end, to) - steps.begin());
    if (first > 0) --first;
    if (last < size) ++last;
    return {first, last};
}

/// Returns the block that begins at point `i` and lies in `range`; nullptr without one.
const Extremes::Block* blockAt(const Extremes* extremes, std::size_t i, Range range) {
    const std::size_t block = i / Extremes::kBlock;
    const bool is_there = extremes && i % Extremes::kBlock == 0 &&
                          block < extremes->blocks().size() && i + Extremes::kBlock <= range.end;
    return is_there && extremes->blocks()[block].any ? &extremes->blocks()[block] : nullptr;
}

}  // namespace

void Extremes::grow(const std::vector<float>& values) {
    if (blocks_.size() * kBlock > values.size()) reset();
    while ((blocks_.size() + 1) * kBlock <= values.size()) {
        Block block;
        const std::size_t begin = blocks_.size() * kBlock;
        for (std::size_t i = begin; i < begin + kBlock; ++i) {
            if (!std::isfinite(values[i])) continue;
            const auto at = std::uint32_t(i);
            if (!block.any) block = {at, at, true};
            if (values[i] < values[block.lowest]) block.lowest = at;
            if (values[i] > values[block.highest]) block.highest = at;
        }
        blocks_.push_back(block);
    }
}

CurveView viewOf(const Curve& curve, const std::vector<float>& values, double from, double to,
                 int columns, bool positive, const Extremes* extremes) {
    CurveView view;
    view.low = std::numeric_limits<double>::infinity();
    view.high = -view.low;
    const auto& steps = curve.steps;
    const std::size_t size = std::min(steps.size(), values.size());
    if (size == 0 || columns < 1 || !(to >= from)) return view;
    const Range range = pointsBetween(steps, size, from, to);
    if (range.end - range.begin <= std::size_t(columns) * 2) {
        for (std::size_t i = range.begin; i < range.end; ++i)
            if (isDrawn(values[i], positive)) add(view, steps[i], values[i]);
        return view;
    }
    const double scale = columns / std::max(1.0, to - from);
    const auto column_of = [&](std::size_t i) {
        return long(std::floor((steps[i] - from) * scale));
    };
    ColumnWriter writer(view, curve, values);
    for (std::size_t i = range.begin; i < range.end;) {
        // A block inside one column is taken as a whole, unless a logarithmic axis leaves some
        // of it out.
        const Extremes::Block* block = blockAt(extremes, i, range);
        if (block && column_of(i + Extremes::kBlock - 1) == column_of(i) &&
            (!positive || values[block->lowest] > 0)) {
            writer.take(column_of(i), block->lowest, block->highest);
            i += Extremes::kBlock;
            continue;
        }
        if (isDrawn(values[i], positive)) writer.take(column_of(i), i, i);
        ++i;
    }
    writer.flush();
    return view;
}

void Smoother::reset() {
    values_.clear();
    last_ = 0;
    count_ = 0;
}

const std::vector<float>& Smoother::apply(const Curve& curve, double weight) {
    if (weight != weight_ || curve.size() < values_.size()) reset();
    weight_ = weight;
    values_.reserve(curve.size());
    for (std::size_t i = values_.size(); i < curve.size(); ++i) {
        const double value = curve.values[i];
        if (!std::isfinite(value)) {
            values_.push_back(float(value));
            continue;
        }
        last_ = last_ * weight + (1 - weight) * value;
        ++count_;
        const double bias = weight == 0 ? 1 : 1 - std::pow(weight, double(count_));
        values_.push_back(float(last_ / bias));
    }
    return values_;
}

std::ptrdiff_t nearestPoint(const Curve& curve, double step) {
    if (curve.steps.empty()) return -1;
    const auto after = std::lower_bound(curve.steps.begin(), curve.steps.end(), step);
    if (after == curve.steps.begin()) return 0;
    if (after == curve.steps.end()) return std::ptrdiff_t(curve.size()) - 1;
    const auto before = after - 1;
    return (step - *before <= *after - step ? before : after) - curve.steps.begin();
}

}  // namespace univi::ui
