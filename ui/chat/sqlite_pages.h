#pragma once

#include <QString>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace univi::ui {

/// A stored value: NULL, an integer, a real, or text (a blob comes as its bytes).
using SqliteValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A row as it stands in a table's leaf page. A column that is the rowid's alias is
/// NULL in `values`.
struct SqliteRow {
    std::int64_t rowid = 0;
    std::vector<SqliteValue> values;
};

/// Calls `visit` with every row that can be read in the leaf pages of `file`, whatever table it
/// belongs to. The write-ahead log beside the file is taken into account. Damaged pages are passed
/// over, so that it works without the header, the schema or the inner pages of a table. (Debian's
/// SQLite is built without the page table that its own recovery needs.) Never throws for what
/// stands in the file; throws base::Error{File} when it cannot be opened.
void visitSqliteRows(const QString& file, const std::function<void(const SqliteRow&)>& visit);

}  // namespace univi::ui
