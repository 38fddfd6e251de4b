#include "core/eval/verdict_files.h"

#include <algorithm>
#include <cctype>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;
using Line = nlohmann::ordered_json;

std::string dumped(const Line& line, int indent = -1) {
    return line.dump(indent, ' ', false, Line::error_handler_t::replace);
}

/// "q", "a", "pred", or for two phrasings "q1", "q2", "a", "pred1", "pred2".
Line question_and_answers(const Item& item, const Answer& answer) {
    const auto& texts = answer.given.texts;
    if (item.prompts.size() == 2)
        return {{"q1", item.prompts[0]},
                {"q2", item.prompts[1]},
                {"a", item.expected},
                {"pred1", texts.at(0)},
                {"pred2", texts.at(1)}};
    return {{"q", item.prompts.front()}, {"a", item.expected}, {"pred", texts.front()}};
}

std::string review_lines(const QuestionSet& set, const std::vector<const Answer*>& answers,
                         const Verdicts& verdicts,
                         const std::map<std::string, ReferenceAnswer>& references) {
    std::string text;
    int count = 0;
    for (std::size_t i = 0; i < set.items.size(); ++i) {
        const auto found = verdicts[i].find("image");
        if (found == verdicts[i].end() || !answers[i]) continue;
        const Verdict& verdict = found->second;
        const auto reference = references.find(set.items[i].key);
        Line tuple = {-1, -1};
        if (verdict.pair) tuple = {verdict.pair->reference, verdict.pair->ours};
        text += dumped({{"id", ++count},
                        {"question_id", set.items[i].id},
                        {"answer1_id", reference == references.end() ? set.items[i].id
                                                                     : reference->second.answer_id},
                        {"answer2_id", answers[i]->answer_id},
                        {"category", set.items[i].category},
                        {"content", verdict.reply},
                        {"tuple", tuple}}) +
                "\n";
    }
    return text;
}

std::string verdict_object(const std::string& axis, const QuestionSet& set,
                           const std::vector<const Answer*>& answers, const Verdicts& verdicts) {
    Line object = Line::object();
    for (std::size_t i = 0; i < set.items.size(); ++i) {
        const auto found = verdicts[i].find(axis);
        if (found == verdicts[i].end() || !answers[i]) continue;
        const Verdict& verdict = found->second;
        Line said = Line::object();
        if (verdict.match) {
            if (verdict.match->match) said["pred"] = *verdict.match->match ? "yes" : "no";
            said["score"] = verdict.match->score;
        } else {
            said["unreadable"] = verdict.reply;
        }
        object[set.items[i].medium + "_" + std::to_string(i)] =
            Line::array({said, question_and_answers(set.items[i], *answers[i])});
    }
    return dumped(object, 1) + "\n";
}

Verdict review_of(const Record& record) {
    const auto tuple = record.value.find("tuple");
    const bool fine = tuple != record.value.end() && tuple->is_array() && tuple->size() == 2 &&
                      (*tuple)[0].is_number() && (*tuple)[1].is_number();
    if (!fine) throw Error(ErrorKind::Format, record.where + " needs a \"tuple\" of two numbers.");
    Verdict verdict;
    const ScorePair pair{(*tuple)[0].get<double>(), (*tuple)[1].get<double>()};
    if (pair.reference >= 0 && pair.ours >= 0) verdict.pair = pair;
    const auto content = record.value.find("content");
    if (content != record.value.end() && content->is_string())
        verdict.reply = content->get<std::string>();
    return verdict;
}

std::size_t read_reviews(const fs::path& path, const QuestionSet& set, Verdicts& verdicts) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < set.items.size(); ++i) places[set.items[i].key] = i;
    std::size_t strangers = 0;
    for (const Record& record : read_records(path, true)) {
        const auto place =
            places.find(answer_key(id_field(record.value, "question_id", record.where)));
        if (place == places.end())
            ++strangers;
        else
            verdicts[place->second]["image"] = review_of(record);
    }
    return strangers;
}

std::optional<int> score_of(const Json& said) {
    const auto score = said.find("score");
    double value = -1;
    if (score != said.end() && score->is_number()) value = score->get<double>();
    if (score != said.end() && score->is_string()) {
        const auto text = score->get<std::string>();
        const bool digits =
            !text.empty() && text.size() < 4 &&
            std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
        if (digits) value = std::stoi(text);
    }
    return value >= 0 && value < 6 ? std::optional(static_cast<int>(value)) : std::nullopt;
}

std::optional<bool> match_of(const Json& said) {
    const auto pred = said.find("pred");
    if (pred == said.end() || !pred->is_string()) return std::nullopt;
    std::string word = pred->get<std::string>();
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    if (word.find("yes") != word.npos) return true;
    if (word.find("no") != word.npos) return false;
    return std::nullopt;
}

Verdict verdict_of(const Json& said, bool with_match, const std::string& where) {
    if (!said.is_object()) throw Error(ErrorKind::Format, where + " must begin with a dictionary.");
    Verdict verdict;
    verdict.reply = said.contains("unreadable") && said["unreadable"].is_string()
                        ? said["unreadable"].get<std::string>()
                        : said.dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto score = score_of(said);
    const auto match = match_of(said);
    if (score && (match || !with_match)) verdict.match = {match, *score};
    return verdict;
}

/// Returns a key of what was asked and answered, which an entry of a file and an item with its
/// answer have in common.
std::string content_key(const Json& asked, const std::string& where) {
    std::string key;
    for (const char* name : {"q", "q1", "q2", "a", "pred", "pred1", "pred2"})
        if (asked.is_object() && asked.contains(name))
            key += std::string(name) + ":" + string_field(asked, name, where) + "\n";
    return key;
}

std::size_t read_match_file(const fs::path& path, const std::string& axis, const QuestionSet& set,
                            const std::vector<const Answer*>& answers, Verdicts& verdicts) {
    const Json json = read_json_object(path, "verdicts");
    std::multimap<std::string, std::size_t> places;
    for (std::size_t i = 0; i < set.items.size(); ++i)
        if (answers[i])
            places.emplace(content_key(Json(question_and_answers(set.items[i], *answers[i])), ""),
                           i);
    std::size_t strangers = 0;
    for (const auto& [name, entry] : json.items()) {
        const std::string where = path.string() + ", verdict " + base::in_quotes(name);
        if (!entry.is_array() || entry.size() != 2)
            throw Error(ErrorKind::Format,
                        where + " must be a list of the verdict and what was judged.");
        const auto place = places.lower_bound(content_key(entry[1], where));
        if (place == places.end() || place->first != content_key(entry[1], where)) {
            ++strangers;
            continue;
        }
        verdicts[place->second][axis] = verdict_of(entry[0], axis == "match", where);
        places.erase(place);
    }
    return strangers;
}

std::string axis_named(const fs::path& path, const std::string& chosen) {
    if (!chosen.empty()) return chosen;
    static const std::vector<std::string> kAxes{"correctness", "detail", "context", "temporal"};
    const std::string name = set_name(path.string(), kAxes);
    if (std::ranges::find(kAxes, name) != kAxes.end()) return name;
    throw Error(ErrorKind::Usage, path.string() +
                                      " does not say in its name which verdict it holds: give "
                                      "--axis correctness, detail, context or temporal.");
}

void add_review(VerdictSet& out, const Record& record) {
    Item item;
    item.id = id_field(record.value, "question_id", record.where);
    item.key = answer_key(item.id);
    item.category = string_field(record.value, "category", record.where);
    item.columns = {item.category};
    item.prompts = {""};
    Answer answer;
    answer.key = item.key;
    answer.given.texts = {""};
    out.set.items.push_back(std::move(item));
    out.answers.push_back(std::move(answer));
    out.verdicts.push_back({{"image", review_of(record)}});
}

void add_match(VerdictSet& out, const std::string& name, const Json& entry,
               const std::string& where) {
    if (!entry.is_array() || entry.size() != 2)
        throw Error(ErrorKind::Format,
                    where + " must be a list of the verdict and what was judged.");
    const Json& asked = entry[1];
    const auto text = [&](const char* field) { return string_field(asked, field, where); };
    // One by one, see video_item in question_files.cpp.
    const auto texts = [&](const char* one, const char* first, const char* second, bool two) {
        std::vector<std::string> all;
        all.push_back(text(two ? first : one));
        if (two) all.push_back(text(second));
        return all;
    };
    const bool two = asked.is_object() && asked.contains("q1");
    Item item;
    item.id = out.set.items.size();
    item.is_video = true;
    item.medium = name.substr(0, name.rfind('_'));
    item.prompts = texts("q", "q1", "q2", two);
    item.expected = text("a");
    item.key = answer_key(item.medium, item.prompts);
    Answer answer;
    answer.key = item.key;
    answer.given.texts = texts("pred", "pred1", "pred2", two);
    out.verdicts.push_back({{out.axis, verdict_of(entry[0], out.axis == "match", where)}});
    out.set.items.push_back(std::move(item));
    out.answers.push_back(std::move(answer));
}

}  // namespace

fs::path verdict_path(const fs::path& answers, const std::string& axis) {
    const std::string ending = axis == "image" ? ".review.jsonl" : "." + axis + ".json";
    return answers.parent_path() / (answers.stem().string() + ending);
}

void write_verdicts(const fs::path& path, const std::string& axis, const QuestionSet& set,
                    const std::vector<const Answer*>& answers, const Verdicts& verdicts,
                    const std::map<std::string, ReferenceAnswer>& references) {
    base::write_file_atomically(path, axis == "image"
                                          ? review_lines(set, answers, verdicts, references)
                                          : verdict_object(axis, set, answers, verdicts));
}

std::size_t read_verdicts(const fs::path& path, const std::string& axis, const QuestionSet& set,
                          const std::vector<const Answer*>& answers, Verdicts& verdicts) {
    return axis == "image" ? read_reviews(path, set, verdicts)
                           : read_match_file(path, axis, set, answers, verdicts);
}

VerdictSet read_verdict_set(Task task, const fs::path& path, const std::string& axis) {
    VerdictSet out;
    out.set.task = task;
    out.set.path = path.string();
    if (task == Task::Image) {
        out.axis = "image";
        for (const Record& record : read_records(path, true)) add_review(out, record);
    } else {
        const Json json = read_json_object(path, "verdicts");
        const Json first = json.empty() ? Json() : json.begin().value();
        const bool two = first.is_array() && first.size() == 2 && first[1].is_object() &&
                         first[1].contains("q1");
        out.axis = task == Task::VideoQa ? "match" : two ? "consistency" : axis_named(path, axis);
        for (const auto& [name, entry] : json.items())
            add_match(out, name, entry, path.string() + ", verdict " + base::in_quotes(name));
    }
    if (out.set.items.empty())
        throw Error(ErrorKind::Format, path.string() + " holds no verdicts.");
    out.set.name =
        task == Task::Video
            ? (out.axis == "temporal" || out.axis == "consistency" ? out.axis : "generic")
            : set_name(out.set.path, known_sets(task));
    return out;
}

bool is_verdict_file(const fs::path& path) {
    try {
        const auto records = read_records(path, true);
        if (!records.empty()) {
            if (records.front().value.contains("tuple")) return true;
            // One line that holds a whole judge file.
            const Json& first = records.front().value;
            return records.size() == 1 && !first.empty() && first.begin()->is_array();
        }
        return false;
    } catch (const Error&) {
    }
    const Json json = base::read_json_file(path);
    return json.is_object() && !json.empty() && json.begin()->is_array();
}

}  // namespace univi::eval
