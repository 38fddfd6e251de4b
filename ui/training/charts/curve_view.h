#pragma once

#include <QVector>
#include <cstddef>
#include <vector>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// What of a curve is drawn: at most two points a pixel column, its lowest and its highest, so that
/// no spike is lost and a million steps cost as little as a thousand.
struct CurveView {
    QVector<double> x, y;
    double low = 0, high = 0;  ///< of y; low > high when there is nothing to draw
};

/// Lowest and highest value of every 64 points, kept while a curve grows: what makes a million
/// points cheap to look through.
class Extremes {
  public:
    static constexpr std::size_t kBlock = 64;
    /// Takes in what came since; starts anew when there are fewer values than before.
    void grow(const std::vector<float>& values);
    void reset() { blocks_.clear(); }
    struct Block {
        std::uint32_t lowest = 0, highest = 0;  ///< indices
        bool any = false;                       ///< false: no value of it is a number
    };
    const std::vector<Block>& blocks() const { return blocks_; }

  private:
    std::vector<Block> blocks_;  ///< whole ones only
};

/// The part of a curve between two steps. `values`: as many as the curve has (its own, or smoothed
/// ones). `positive`: for a logarithmic axis, what is not above zero is left out. `extremes`: of
/// the values, may be null.
CurveView viewOf(const Curve& curve, const std::vector<float>& values, double from, double to,
                 int columns, bool positive, const Extremes* extremes = nullptr);

/// TensorBoard's smoothing: an exponential moving average with weight `w` (0: none, below 1),
/// corrected for its start; values that are no numbers stay and are passed over. Grows with the
/// curve without starting again.
class Smoother {
  public:
    /// The smoothed values of the whole curve.
    const std::vector<float>& apply(const Curve& curve, double weight);
    void reset();

  private:
    std::vector<float> values_;
    double weight_ = -1, last_ = 0;
    std::size_t count_ = 0;
};

/// Index of the curve's point nearest to a step; -1 for an empty curve.
std::ptrdiff_t nearestPoint(const Curve& curve, double step);

}  // namespace univi::ui
