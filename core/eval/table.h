#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/eval/results.h"

namespace univi::eval {

/// A column of a published table.
struct TableColumn {
    std::string key;     ///< "random/f1", "NAT", "conv": set (where there are several) and metric
    std::string group;   ///< heading above: the set; may be empty
    std::string header;  ///< "F1", "NAT", …
    int decimals = 1;
    std::string set, metric;  ///< where it is found in results
};

/// The questions that a published figure was measured with, as far as they are known.
struct PublishedQuestions {
    std::size_t count = 0;
    std::string sha256;  ///< of the file; empty: not known
};

struct TableRow {
    enum class Kind { Published, Ours, Difference };
    Kind kind = Kind::Ours;
    std::string name, note;
    std::map<std::string, double> values;  ///< by column key, as shown (percent)
    std::size_t results = 0;               ///< of ours: which Results
    /// Of a published row: by set, "" for all sets together. A set that is missing is not known.
    std::map<std::string, PublishedQuestions> questions;
    /// Of a difference: columns whose questions are not, or not known to be, those of the published
    /// row. Such a difference says nothing about better or worse; a note of the table says why.
    std::set<std::string> incomparable;
};

/// A published table with rows of ours beside the published ones.
struct Table {
    Task task = Task::Pope;
    std::string title;
    std::vector<TableColumn> columns;
    std::vector<TableRow> rows;
    std::vector<std::string> notes;
    std::vector<Provenance> provenances;
};

/// Returns the published rows of a task, from resources/evaluation/published.json. Throws
/// Error{File|Format}.
std::vector<TableRow> published_rows(Task task);

/// Returns the table of one or more results of one task: published rows first, then ours, each
/// followed by its difference to the first published row where they share a column. Columns of sets
/// that nobody has a value for are left out, columns of other sets than the published ones come
/// last. Throws Error{Usage} when the results are of different tasks.
Table make_table(const std::vector<Results>& results, const std::vector<TableRow>& published);

/// Returns "Image understanding", …
std::string title_of(Task task);

/// Returns a value as the table shows it; "–" for none; differences with their sign.
std::string shown(const Table& table, const TableRow& row, const TableColumn& column);

/// Returns the items that a cell counts: indexes into the set's items.
std::vector<std::size_t> items_of(const SetResult& set, const TableColumn& column);

}  // namespace univi::eval
