#pragma once

#include <vector>

namespace univi::ui {

/// What brings the history's file from one version to the next: columns at the end of their tables,
/// then statements.
struct SchemaStep {
    struct Column {
        const char *table, *name, *type;
    };
    std::vector<Column> columns;
    std::vector<const char*> statements;
};

/// Returns the steps to every version; a new file takes all of them. Steps are only ever added, and
/// columns only at the end: recovery goes by their order.
const std::vector<SchemaStep>& historySchema();

}  // namespace univi::ui
