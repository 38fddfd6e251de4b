#pragma once

#include <span>
#include <vector>

namespace univi::protocol {

/// Finds attention sinks (arXiv 2309.17453; of visual tokens 2503.03321): positions that nearly
/// every word looks at, whatever it says. One is a sink when nine of ten words pay it at least five
/// times what an equal share of the same attention would be. Fewer than five words tell nothing.
class AttentionSinks {
  public:
    static constexpr double kTimes = 5, kWords = 0.9;
    static constexpr int kLeastWords = 5;

    /// Takes what one word pays to each position. All words have the same positions; a word that
    /// pays them nothing, or has others, is left out.
    void add(std::span<const float> shares);
    /// Returns the sinks among the positions, ascending.
    std::vector<int> found() const;
    /// Returns what the words pay to a position, their mean.
    double mean(int position) const;

  private:
    int words_ = 0;
    std::vector<int> high_;     ///< words that pay a position so much
    std::vector<double> sums_;  ///< of what they pay
};

}  // namespace univi::protocol
