#include "core/eval/pope.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

bool label_is_yes(const base::Json& record, const std::string& where) {
    const std::string label = string_field(record, "label", where);
    if (label != "yes" && label != "no")
        throw base::Error(base::ErrorKind::Format,
                          where + ": \"label\" must be yes or no, not \"" + label + "\".");
    return label == "yes";
}

std::int64_t question_id_of(const base::Json& record, const std::string& where) {
    const auto found = record.find("question_id");
    if (found == record.end() || !found->is_number_integer())
        throw base::Error(base::ErrorKind::Format,
                          where + " needs a whole number \"question_id\".");
    return found->get<std::int64_t>();
}

}  // namespace

double PopeMetrics::accuracy() const {
    return ratio(true_positive + true_negative, count());
}
double PopeMetrics::precision() const {
    return ratio(true_positive, true_positive + false_positive);
}
double PopeMetrics::recall() const {
    return ratio(true_positive, true_positive + false_negative);
}
double PopeMetrics::f1() const {
    return ratio(2 * true_positive, 2 * true_positive + false_positive + false_negative);
}
double PopeMetrics::yes_ratio() const {
    return ratio(true_positive + false_positive, count());
}

std::vector<PopeQuestion> read_pope_questions(const std::filesystem::path& path) {
    const std::vector<base::Json> records = read_json_lines(path);
    std::vector<PopeQuestion> questions;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string where = record_name(path, i);
        questions.push_back(
            {question_id_of(records[i], where), string_field(records[i], "image", where),
             string_field(records[i], "text", where), label_is_yes(records[i], where)});
    }
    return questions;
}

bool pope_reply_is_yes(std::string_view reply) {
    const std::vector<std::string> words = words_of(reply.substr(0, reply.find('.')));
    return std::ranges::none_of(
        words, [](const std::string& word) { return word == "no" || word == "not"; });
}

PopeMetrics score_pope(const std::vector<PopeAnswer>& answers) {
    PopeMetrics metrics;
    for (const PopeAnswer& answer : answers) {
        const bool said_yes = pope_reply_is_yes(answer.text);
        if (answer.is_yes)
            ++(said_yes ? metrics.true_positive : metrics.false_negative);
        else
            ++(said_yes ? metrics.false_positive : metrics.true_negative);
    }
    return metrics;
}

base::Json to_json(const PopeMetrics& metrics) {
    return {{"accuracy", metrics.accuracy()},   {"precision", metrics.precision()},
            {"recall", metrics.recall()},       {"f1", metrics.f1()},
            {"yes_ratio", metrics.yes_ratio()}, {"count", metrics.count()}};
}

}  // namespace univi::eval
