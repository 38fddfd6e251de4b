#include "core/eval/export.h"

#include <algorithm>

#include "core/base/json_text.h"

namespace univi::eval {

namespace {

std::string replaced(std::string text, const std::vector<std::pair<char, std::string>>& by) {
    std::string out;
    for (const char byte : text) {
        const auto found = std::ranges::find(by, byte, [](const auto& pair) { return pair.first; });
        out += found == by.end() ? std::string(1, byte) : found->second;
    }
    return out;
}

std::string markdown_cell(const std::string& text) {
    return replaced(text, {{'|', "\\|"}, {'\n', " "}});
}

std::string latex_text(const std::string& text) {
    std::string out = replaced(text, {{'\\', "\\textbackslash{}"},
                                      {'&', "\\&"},
                                      {'%', "\\%"},
                                      {'$', "\\$"},
                                      {'#', "\\#"},
                                      {'_', "\\_"},
                                      {'{', "\\{"},
                                      {'}', "\\}"},
                                      {'~', "\\textasciitilde{}"},
                                      {'^', "\\textasciicircum{}"},
                                      {'\n', " "}});
    constexpr std::string_view kMinus = "−";  // which LaTeX's text fonts lack
    for (auto at = out.find(kMinus); at != out.npos; at = out.find(kMinus, at))
        out.replace(at, kMinus.size(), "$-$");
    return out;
}

/// Quoted where needed; a cell never begins as a formula.
std::string csv_cell(std::string text) {
    if (!text.empty() && std::string_view("=+@").find(text.front()) != std::string_view::npos)
        text.insert(0, "'");
    if (text.find_first_of(",\"\n") == text.npos) return text;
    return "\"" + replaced(text, {{'"', "\"\""}}) + "\"";
}

std::string header_of(const TableColumn& column) {
    return column.group.empty() ? column.header : column.group + " " + column.header;
}

std::string name_of(const TableRow& row) {
    return row.kind == TableRow::Kind::Published ? row.name + " (published)" : row.name;
}

/// Label and value of everything a table comes from.
std::vector<std::pair<std::string, std::string>> lines_of(const Provenance& from) {
    std::vector<std::pair<std::string, std::string>> lines{
        {"Model", base::shown_path(from.model)},
        {"Model SHA-256", from.model_sha256},
        {"Template", from.conv},
        {"Sampling", from.sampling},
        {"Seed", std::to_string(from.seed)},
        {"Computed in", from.dtype},
        {"Device", from.device},
        {"Placement", from.placement},
        {"Judge", from.judge},
        {"Judge prompts SHA-256", from.judge_templates_sha256},
        {"Date", from.date},
        {"Program", from.program}};
    for (const auto& file : from.files)
        lines.emplace_back(file.role + " " + base::shown_path(file.name), "SHA-256 " + file.sha256);
    std::erase_if(lines, [](const auto& line) { return line.second.empty(); });
    return lines;
}

}  // namespace

std::string to_markdown(const Table& table) {
    std::string out = "### " + table.title + "\n\n| Model |";
    for (const TableColumn& column : table.columns)
        out += " " + markdown_cell(header_of(column)) + " |";
    out += "\n| --- |";
    for (std::size_t i = 0; i < table.columns.size(); ++i) out += " ---: |";
    for (const TableRow& row : table.rows) {
        const bool ours = row.kind == TableRow::Kind::Ours;
        out += "\n| " + std::string(ours ? "**" : "") + markdown_cell(name_of(row)) +
               (ours ? "**" : "") + " |";
        for (const TableColumn& column : table.columns)
            out += " " + shown(table, row, column) + " |";
    }
    out += "\n";
    for (const std::string& note : table.notes) out += "\n- " + note;
    for (const Provenance& from : table.provenances) {
        out += "\n";
        for (const auto& [label, value] : lines_of(from))
            out += "\n- " + label + ": " + markdown_cell(value);
    }
    return out + "\n";
}

std::string to_latex(const Table& table) {
    std::string out;
    for (const Provenance& from : table.provenances)
        for (const auto& [label, value] : lines_of(from))
            out += "% " + replaced(label + ": " + value, {{'\n', " "}}) + "\n";
    out += "\\begin{table}\n\\centering\n\\caption{" + latex_text(table.title) +
           "}\n\\begin{tabular}{l" + std::string(table.columns.size(), 'r') + "}\n\\toprule\nModel";
    for (const TableColumn& column : table.columns) out += " & " + latex_text(header_of(column));
    out += " \\\\\n\\midrule\n";
    for (const TableRow& row : table.rows) {
        out += latex_text(name_of(row));
        for (const TableColumn& column : table.columns) {
            const bool known = row.values.contains(column.key);
            out += " & " + (known ? latex_text(shown(table, row, column)) : "--");
        }
        out += " \\\\\n";
    }
    out += "\\bottomrule\n\\end{tabular}\n";
    for (const std::string& note : table.notes)
        out += "\\par\\footnotesize " + latex_text(note) + "\n";
    return out + "\\end{table}\n";
}

std::string to_csv(const Table& table) {
    std::string out = "kind,model";
    for (const TableColumn& column : table.columns) out += "," + csv_cell(header_of(column));
    out += "\n";
    for (const TableRow& row : table.rows) {
        const char* kind = row.kind == TableRow::Kind::Published ? "published"
                           : row.kind == TableRow::Kind::Ours    ? "ours"
                                                                 : "difference";
        out += std::string(kind) + "," + csv_cell(row.name);
        for (const TableColumn& column : table.columns) {
            const auto value = row.values.find(column.key);
            // Numbers in full: the reader rounds.
            out += "," + (value == row.values.end() ? "" : base::Json(value->second).dump());
        }
        out += "\n";
    }
    for (const std::string& note : table.notes) out += "note," + csv_cell(note) + "\n";
    for (const Provenance& from : table.provenances)
        for (const auto& [label, value] : lines_of(from))
            out += "provenance," + csv_cell(label) + "," + csv_cell(value) + "\n";
    return out;
}

}  // namespace univi::eval
