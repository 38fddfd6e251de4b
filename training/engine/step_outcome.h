#pragma once

#include <cstdint>
#include <vector>

namespace univi::training {

/// How an optimiser step ended.
enum class StepEnd {
    Updated,
    Overflow,   ///< fp16: left out, since scaled gradients left the type's range
    NotFinite,  ///< left out (--on_nan skip): loss or gradient is no number
    Stopped     ///< a stop came first: the step was not done
};

/// One optimiser step. Numbers are those of all ranks unless said otherwise.
struct StepOutcome {
    StepEnd end = StepEnd::Updated;
    double loss = 0, grad_norm = 0, learning_rate = 0;
    std::int64_t samples = 0, tokens = 0;
    std::int64_t targets = 0;         ///< words that have a label
    double data_s = 0;                ///< seconds this rank waited for samples
    double step_s = 0;                ///< seconds of the whole step
    bool wants_stop = false;          ///< a rank was asked to stop
    bool wants_save = false;          ///< a rank was asked to save now
    std::vector<std::int64_t> items;  ///< of the last batch of this rank
};

}  // namespace univi::training
