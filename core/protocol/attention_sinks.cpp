#include "core/protocol/attention_sinks.h"

#include <numeric>

namespace univi::protocol {

void AttentionSinks::add(std::span<const float> shares) {
    if (high_.empty()) {
        high_.resize(shares.size());
        sums_.resize(shares.size());
    }
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (shares.size() != high_.size() || !(sum > 0)) return;
    const double least = kTimes * sum / static_cast<double>(shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
        high_[i] += shares[i] >= least ? 1 : 0;
        sums_[i] += shares[i];
    }
    ++words_;
}

std::vector<int> AttentionSinks::found() const {
    std::vector<int> out;
    if (words_ < kLeastWords) return out;
    for (std::size_t i = 0; i < high_.size(); ++i)
        if (high_[i] >= kWords * words_) out.push_back(static_cast<int>(i));
    return out;
}

double AttentionSinks::mean(int position) const {
    return words_ == 0 ? 0 : sums_.at(static_cast<std::size_t>(position)) / words_;
}

}  // namespace univi::protocol
