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

/// Lowest and highest value of the points of one column, in the order they came.
struct Column {
    std::size_t lowest = 0, highest = 0;
    bool any = false;
};

void flush(CurveView& view, const Curve& curve, const std::vector<float>& values, Column& column) {
    if (!column.any) return;
    const std::size_t first = std::min(column.lowest, column.highest),
                      second = std::max(column.lowest, column.highest);
    add(view, curve.steps[first], values[first]);
    if (second != first) add(view, curve.steps[second], values[second]);
    column.any = false;
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
    const auto end = steps.begin() + std::ptrdiff_t(size);
    auto begin = std::size_t(std::lower_bound(steps.begin(), end, from) - steps.begin());
    auto last = std::size_t(std::upper_bound(steps.begin(), end, to) - steps.begin());
    // One point beyond each side, so that the line leaves the picture instead of ending in it.
    if (begin > 0) --begin;
    if (last < size) ++last;
    if (last - begin <= std::size_t(columns) * 2) {
        for (std::size_t i = begin; i < last; ++i)
            if (isDrawn(values[i], positive)) add(view, steps[i], values[i]);
        return view;
    }
    const double scale = columns / std::max(1.0, to - from);
    const auto column_of = [&](std::size_t i) {
        return long(std::floor((steps[i] - from) * scale));
    };
    long at = std::numeric_limits<long>::min();
    Column column;
    const auto take = [&](long here, std::size_t lowest, std::size_t highest) {
        if (here != at) {
            flush(view, curve, values, column);
            at = here;
        }
        if (!column.any) column = {lowest, highest, true};
        if (values[lowest] < values[column.lowest]) column.lowest = lowest;
        if (values[highest] > values[column.highest]) column.highest = highest;
    };
    for (std::size_t i = begin; i < last;) {
        // A block inside one column is taken as a whole, unless a logarithmic axis leaves some
        // of it out.
        if (const std::size_t block = i / Extremes::kBlock; extremes && i % Extremes::kBlock == 0 &&
                                                            block < extremes->blocks().size() &&
                                                            i + Extremes::kBlock <= last) {
            const Extremes::Block& known = extremes->blocks()[block];
            const long here = column_of(i);
            if (column_of(i + Extremes::kBlock - 1) == here && known.any &&
                (!positive || values[known.lowest] > 0)) {
                take(here, known.lowest, known.highest);
                i += Extremes::kBlock;
                continue;
            }
        }
        if (isDrawn(values[i], positive)) take(column_of(i), i, i);
        ++i;
    }
    flush(view, curve, values, column);
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
