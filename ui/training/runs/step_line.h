#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace univi::ui {

/// The numbers of one {"event":"step", …} line; null (no number) reads as NaN. Names point into a
/// table that lives as long as the program.
struct StepNumbers {
    std::int64_t step = -1, totalSteps = 0;
    double epoch = 0, etaSeconds = 0, stepSeconds = 0;
    /// "loss", "grad_norm", … and fields of newer writers
    std::vector<std::pair<const char*, double>> curves;
};

/// False when the line is no whole JSON object of a step. Without a tree of values: a million lines
/// take about a second.
bool readStepLine(std::string_view line, StepNumbers& numbers);

}  // namespace univi::ui
