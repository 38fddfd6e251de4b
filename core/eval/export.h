#pragma once

#include <string>

#include "core/eval/table.h"

namespace univi::eval {

/// Write the table, each with the provenance of every row of ours. LaTeX wants booktabs.
std::string to_markdown(const Table& table);
std::string to_latex(const Table& table);
std::string to_csv(const Table& table);

}  // namespace univi::eval
