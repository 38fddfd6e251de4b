#pragma once

#include <QString>

namespace univi::ui {

/// A share of attention, 0..1, as people read it: "14 %", "2.1 %", "<0.1 %", "0 %".
QString shareText(double share);
/// A cosine or a log-probability as people read it: "0.14".
QString decimalText(double value);

}  // namespace univi::ui
