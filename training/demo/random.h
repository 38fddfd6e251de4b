#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "core/base/random.h"

namespace univi::training::demo {

/// Small seeded generator over core/base/random.h.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    /// An independent generator for item `index` of the stream named by `seed`.
    static Random of(std::uint64_t seed, std::uint64_t index) {
        Random mixed(seed * base::kRandomStep + index);
        return Random(mixed.next() ^ (index << 32));
    }

    std::uint64_t next() { return base::next_random(state_); }
    /// [0, 1)
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// low … high, both included.
    int integer(int low, int high) {
        return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool chance(double probability) { return uniform() < probability; }
    template <typename T>
    const T& pick(const std::vector<T>& items) {
        return items[static_cast<std::size_t>(integer(0, static_cast<int>(items.size()) - 1))];
    }
    template <typename T>
    T pick(std::initializer_list<T> items) {
        return *(items.begin() + integer(0, static_cast<int>(items.size()) - 1));
    }
    template <typename T>
    void shuffle(std::vector<T>& items) {
        for (int i = static_cast<int>(items.size()) - 1; i > 0; --i)
            std::swap(items[static_cast<std::size_t>(i)],
                      items[static_cast<std::size_t>(integer(0, i))]);
    }

  private:
    std::uint64_t state_;
};

}  // namespace univi::training::demo
