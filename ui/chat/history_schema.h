#pragma once

#include <vector>

namespace univi::ui {

/// SQL statements that bring the history's file from one version to the next.
using SchemaStep = std::vector<const char*>;

/// Returns the steps to every version; a new file takes all of them. Steps are only ever added, and
/// columns only at the end: recovery goes by their order.
const std::vector<SchemaStep>& historySchema();

}  // namespace univi::ui
