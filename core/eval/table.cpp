#include "core/eval/table.h"

#include <algorithm>
#include <cstdio>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/paths.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

using base::Json;

struct Metric {
    const char* metric;
    const char* header;
    int decimals;
};

const std::vector<Metric>& metrics_of(Task task) {
    static const std::vector<Metric> kPope{{"accuracy", "Accuracy", 2},
                                           {"precision", "Precision", 2},
                                           {"recall", "Recall", 2},
                                           {"f1", "F1", 2},
                                           {"yes_ratio", "Yes", 2}};
    static const std::vector<Metric> kVideoQa{{"accuracy", "Accuracy", 1}, {"score", "Score", 1}};
    static const std::vector<Metric> kScience{
        {"NAT", "NAT", 2},   {"SOC", "SOC", 2},     {"LAN", "LAN", 2},
        {"TXT", "TXT", 2},   {"IMG", "IMG", 2},     {"NO", "NO", 2},
        {"G1-6", "G1-6", 2}, {"G7-12", "G7-12", 2}, {"average", "Average", 2}};
    static const std::vector<Metric> kImage{{"conv", "Conversation", 1},
                                            {"detail", "Detail", 1},
                                            {"complex", "Complex", 1},
                                            {"all", "All", 1}};
    static const std::vector<Metric> kVideo{{"correctness", "Correctness", 1},
                                            {"detail", "Detail", 1},
                                            {"context", "Context", 1},
                                            {"temporal", "Temporal", 1},
                                            {"consistency", "Consistency", 1}};
    switch (task) {
        case Task::Pope:
            return kPope;
        case Task::VideoQa:
            return kVideoQa;
        case Task::ScienceQa:
            return kScience;
        case Task::Image:
            return kImage;
        case Task::Video:
            return kVideo;
    }
    return kPope;
}

bool has_set_columns(Task task) {
    return task == Task::Pope || task == Task::VideoQa;
}

std::string heading(const std::string& set) {
    static const std::map<std::string, std::string> kHeadings{{"random", "Random"},
                                                              {"popular", "Popular"},
                                                              {"adversarial", "Adversarial"},
                                                              {"msrvtt", "MSRVTT-QA"},
                                                              {"msvd", "MSVD-QA"},
                                                              {"tgif", "TGIF-QA"},
                                                              {"activitynet", "ActivityNet-QA"}};
    const auto found = kHeadings.find(set);
    return found == kHeadings.end() ? set : found->second;
}

/// Ratios are shown in percent.
bool is_ratio(Task task, const std::string& metric) {
    return task == Task::Pope || task == Task::ScienceQa ||
           (task == Task::VideoQa && metric == "accuracy");
}

std::vector<std::string> set_order(Task task, const std::vector<Results>& results) {
    std::vector<std::string> sets = known_sets(task);
    for (const Results& one : results)
        for (const SetResult& set : one.sets)
            if (std::ranges::find(sets, set.name) == sets.end()) sets.push_back(set.name);
    return sets;
}

std::vector<TableColumn> all_columns(Task task, const std::vector<Results>& results) {
    std::vector<TableColumn> columns;
    const auto add = [&](const std::string& set) {
        for (const Metric& metric : metrics_of(task))
            columns.push_back({(set.empty() ? "" : set + "/") + metric.metric,
                               set.empty() ? "" : heading(set), metric.header, metric.decimals, set,
                               metric.metric});
    };
    if (!has_set_columns(task))
        add("");
    else
        for (const std::string& set : set_order(task, results)) add(set);
    return columns;
}

TableRow row_of(const Results& results, const std::vector<TableColumn>& columns,
                std::size_t index) {
    TableRow row;
    row.name = base::shown_path(results.provenance.model);
    row.results = index;
    for (const SetResult& set : results.sets)
        for (const TableColumn& column : columns) {
            if (!column.set.empty() && column.set != set.name) continue;
            const auto value = set.metrics.find(column.metric);
            if (value == set.metrics.end() || !value->is_number()) continue;
            const double scale = is_ratio(results.task, column.metric) ? 100 : 1;
            row.values[column.key] = value->get<double>() * scale;
        }
    return row;
}

std::size_t question_count(const Results& results, const std::string& set) {
    std::size_t count = 0;
    for (const SetResult& one : results.sets)
        if (set.empty() || one.name == set) count += one.items.size();
    return count;
}

bool has_question_file(const Results& results, const std::string& sha256) {
    return std::ranges::any_of(results.provenance.files, [&](const Provenance::File& file) {
        return file.role == "questions" && file.sha256 == sha256;
    });
}

/// Why a set's figures cannot be held against the published ones; empty when they can.
std::string obstacle(const Results& results, const TableRow& published, const std::string& set) {
    const auto known = published.questions.find(set);
    const std::string who = set.empty() ? "the questions" : heading(set);
    if (known == published.questions.end())
        return set.empty() ? "which questions the published row was asked is not known here"
                           : "which questions of " + who + " were published is not known here";
    const std::size_t count = question_count(results, set);
    if (count != known->second.count)
        return (set.empty() ? "there are " : who + " has ") + std::to_string(count) +
               (count == 1 ? " question" : " questions") + ", the published row was asked " +
               std::to_string(known->second.count);
    if (!known->second.sha256.empty() && !has_question_file(results, known->second.sha256))
        return "the question file of " + who + " is another than the published one";
    return {};
}

/// Marks the columns of a difference that compare other questions, and says so.
void mark_incomparable(Table& table, TableRow& row, const Results& results,
                       const TableRow& published) {
    std::map<std::string, std::string> obstacles;  // by set
    for (const TableColumn& column : table.columns) {
        if (!row.values.contains(column.key)) continue;
        auto [entry, is_new] = obstacles.try_emplace(column.set);
        if (is_new) entry->second = obstacle(results, published, column.set);
        if (!entry->second.empty()) row.incomparable.insert(column.key);
    }
    std::string why;
    for (const auto& [set, sentence] : obstacles)
        if (!sentence.empty()) why += (why.empty() ? "" : "; ") + sentence;
    if (!why.empty())
        table.notes.push_back(base::shown_path(results.provenance.model) + ": the difference to " +
                              published.name + " compares other questions: " + why + ".");
}

std::optional<TableRow> difference(const TableRow& ours, const TableRow& published) {
    TableRow row;
    row.kind = TableRow::Kind::Difference;
    row.name = ours.name + " − " + published.name;
    row.results = ours.results;
    for (const auto& [key, value] : ours.values)
        if (const auto other = published.values.find(key); other != published.values.end())
            row.values[key] = value - other->second;
    return row.values.empty() ? std::nullopt : std::optional(row);
}

/// Scored without a judge: not comparable with the published rows.
bool is_by_words(const Results& results) {
    return std::ranges::any_of(results.sets, [](const SetResult& set) {
        return set.metrics.value("rule", "") == "words";
    });
}

void add_notes(Table& table, const std::vector<Results>& results) {
    for (const TableRow& row : table.rows)
        if (row.kind == TableRow::Kind::Published && !row.note.empty())
            table.notes.push_back(row.name + ": " + row.note + ".");
    for (const Results& one : results)
        for (const SetResult& set : one.sets) {
            const std::string who =
                base::shown_path(one.provenance.model) + ", " + heading(set.name) + ": ";
            for (const std::string& note : set.notes) table.notes.push_back(who + note);
            if (set.metrics.value("rule", "") == "words")
                table.notes.push_back(who + set.rule + ".");
        }
}

}  // namespace

std::string title_of(Task task) {
    switch (task) {
        case Task::Pope:
            return "Object hallucination (POPE)";
        case Task::VideoQa:
            return "Zero-shot video question answering";
        case Task::ScienceQa:
            return "ScienceQA";
        case Task::Image:
            return "Image understanding, relative to the reference answers";
        case Task::Video:
            return "Video understanding";
    }
    return "";
}

std::vector<TableRow> published_rows(Task task) {
    const auto path = base::resources_folder() / "evaluation" / "published.json";
    const Json json = base::read_json_file(path);
    std::vector<TableRow> rows;
    const auto list = json.find(std::string(to_string(task)));
    if (!json.is_object() || list == json.end()) return rows;
    std::map<std::string, PublishedQuestions> questions;
    const Json sets = json.value("questions", Json::object()).value(list.key(), Json::object());
    for (const auto& [set, known] : sets.items())
        questions[set] = {known.value("count", std::size_t{0}), known.value("sha256", "")};
    for (const Json& entry : *list) {
        TableRow row;
        row.questions = questions;
        row.kind = TableRow::Kind::Published;
        row.name = string_field(entry, "name", path.string());
        if (entry.contains("note")) row.note = string_field(entry, "note", path.string());
        for (const auto& [key, value] : entry.at("values").items())
            row.values[key] = value.get<double>();
        rows.push_back(std::move(row));
    }
    return rows;
}

Table make_table(const std::vector<Results>& results, const std::vector<TableRow>& published) {
    Table table;
    if (!results.empty()) table.task = results.front().task;
    for (const Results& one : results)
        if (one.task != table.task)
            throw base::Error(base::ErrorKind::Usage,
                              "Results of different tasks do not fit into one table: choose "
                              "results of one task.");
    table.title = title_of(table.task);
    table.columns = all_columns(table.task, results);
    table.rows = published;
    for (std::size_t i = 0; i < results.size(); ++i) {
        table.rows.push_back(row_of(results[i], table.columns, i));
        table.provenances.push_back(results[i].provenance);
        if (published.empty() || is_by_words(results[i])) continue;
        auto row = difference(table.rows.back(), published.front());
        if (!row) continue;
        mark_incomparable(table, *row, results[i], published.front());
        table.rows.push_back(std::move(*row));
    }
    std::erase_if(table.columns, [&](const TableColumn& column) {
        return std::ranges::none_of(
            table.rows, [&](const TableRow& row) { return row.values.contains(column.key); });
    });
    add_notes(table, results);
    return table;
}

std::string shown(const Table&, const TableRow& row, const TableColumn& column) {
    const auto value = row.values.find(column.key);
    if (value == row.values.end()) return "–";
    const bool difference = row.kind == TableRow::Kind::Difference;
    char text[48];
    std::snprintf(text, sizeof text, difference ? "%+.*f" : "%.*f", column.decimals, value->second);
    std::string out = text;
    if (out.starts_with('-')) out.replace(0, 1, "−");
    return out;
}

std::vector<std::size_t> items_of(const SetResult& set, const TableColumn& column) {
    const bool whole = column.metric == "average" || column.metric == "all" ||
                       has_set_columns(set.task) || set.task == Task::Video;
    std::vector<std::size_t> items;
    for (std::size_t i = 0; i < set.items.size(); ++i)
        if (whole ||
            std::ranges::find(set.items[i].columns, column.metric) != set.items[i].columns.end())
            items.push_back(i);
    return items;
}

}  // namespace univi::eval
