#include "core/eval/science_qa.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

constexpr std::size_t kMostChoices = 26;

std::string letter_of(std::size_t choice) {
    return std::string(1, static_cast<char>('A' + choice));
}

/// The one file of `folder` whose name ends in `ending`; empty when there is none or more.
fs::path file_ending_in(const fs::path& folder, const std::string& ending) {
    fs::path found;
    std::error_code error;
    for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end; !error && it != end;
         it.increment(error)) {
        if (!it->path().filename().string().ends_with(ending)) continue;
        if (it->path().filename() == ending) return it->path();
        if (!found.empty()) return {};
        found = it->path();
    }
    return found;
}

/// One problem of problems.json, checked.
struct Problem {
    std::vector<std::string> choices, columns;
    std::size_t answer = 0;
    std::string question, hint;
    bool has_image = false;
};

std::string optional_text(const Json& record, const char* name) {
    const auto found = record.find(name);
    return found != record.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string> columns_of(const Json& record, const Problem& problem,
                                    const std::string& where) {
    static const std::map<std::string, std::string> kSubjects{
        {"natural science", "NAT"}, {"social science", "SOC"}, {"language science", "LAN"}};
    std::vector<std::string> columns;
    const std::string subject = string_field(record, "subject", where);
    if (const auto known = kSubjects.find(subject); known != kSubjects.end())
        columns.push_back(known->second);
    if (!problem.hint.empty()) columns.push_back("TXT");
    if (problem.has_image) columns.push_back("IMG");
    if (problem.hint.empty() && !problem.has_image) columns.push_back("NO");
    const std::string grade = string_field(record, "grade", where);
    const int year = grade.starts_with("grade") ? std::atoi(grade.c_str() + 5) : 0;
    if (year >= 1 && year <= 12) columns.push_back(year <= 6 ? "G1-6" : "G7-12");
    return columns;
}

Problem problem_of(const Json& record, const std::string& where) {
    Problem problem;
    problem.question = string_field(record, "question", where);
    problem.hint = optional_text(record, "hint");
    problem.has_image = !optional_text(record, "image").empty();
    problem.choices = strings_field(record, "choices", where);
    const auto answer = record.find("answer");
    const bool fine = answer != record.end() && answer->is_number_integer() &&
                      answer->get<std::int64_t>() >= 0 &&
                      answer->get<std::int64_t>() < std::int64_t(problem.choices.size()) &&
                      problem.choices.size() <= kMostChoices;
    if (!fine)
        throw Error(ErrorKind::Format,
                    where + ": \"answer\" must be the place of one of at most 26 \"choices\".");
    problem.answer = answer->get<std::size_t>();
    problem.columns = columns_of(record, problem, where);
    return problem;
}

std::map<std::string, Problem> read_problems(const fs::path& path) {
    const Json json = read_json_object(path, "problems (problems.json)");
    std::map<std::string, Problem> problems;
    for (const auto& [id, record] : json.items())
        problems[id] = problem_of(record, path.string() + ", problem " + base::in_quotes(id));
    return problems;
}

std::vector<std::string> read_split(const fs::path& path, const std::string& split) {
    const Json json = base::read_json_file(path);
    const auto found = json.is_object() ? json.find(split) : json.end();
    if (found == json.end())
        throw Error(ErrorKind::Format,
                    path.string() + " has no split " + base::in_quotes(split) + ".");
    return strings_field(json, split.c_str(), path.string());
}

std::string without_placeholder(std::string text) {
    constexpr std::string_view kPlaceholder = "<image>";
    for (auto at = text.find(kPlaceholder); at != text.npos; at = text.find(kPlaceholder))
        text.erase(at, kPlaceholder.size());
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string said_by(const Record& record, std::size_t turn, const char* who) {
    const auto turns = record.value.find("conversations");
    const bool fine = turns != record.value.end() && turns->is_array() && turns->size() > turn &&
                      (*turns)[turn].is_object() && (*turns)[turn].value("from", Json()) == who;
    if (!fine)
        throw Error(ErrorKind::Format, record.where +
                                           " needs \"conversations\" of a \"human\" and "
                                           "a \"gpt\" turn.");
    return string_field((*turns)[turn], "value",
                        record.where + ", turn " + std::to_string(turn + 1));
}

/// The letter behind the last "ANSWER:" of a solution; "" without one.
std::string letter_in_solution(const std::string& text) {
    const auto at = text.rfind("ANSWER:");
    const auto letter = at == text.npos
                            ? text.npos
                            : text.find_first_not_of(" \t(", at + std::string("ANSWER:").size());
    return letter != text.npos && text[letter] >= 'A' && text[letter] <= 'Z'
               ? text.substr(letter, 1)
               : "";
}

/// An item of LLaVA's form.
Item conversation_item(const Record& record) {
    Item item;
    item.id = id_field(record.value, "id", record.where);
    item.key = answer_key(item.id);
    item.prompts = {without_placeholder(said_by(record, 0, "human"))};
    item.expected = letter_in_solution(said_by(record, 1, "gpt"));
    if (record.value.contains("image") && !record.value["image"].is_null()) {
        item.medium = medium_field(record.value, "image", record.where);
        std::ranges::replace(item.medium, '\\', '/');
    }
    return item;
}

/// An item made of a problem alone, worded as LLaVA's form words it.
Item problem_item(const std::string& id, const Problem& problem) {
    Item item;
    item.id = id;
    item.key = id;
    std::string text = "Question: " + problem.question;
    if (!problem.hint.empty()) text += "\nContext: " + problem.hint;
    text += "\nOptions:";
    for (std::size_t i = 0; i < problem.choices.size(); ++i)
        text += " (" + letter_of(i) + ") " + problem.choices[i];
    item.prompts = {text};
    if (problem.has_image) item.medium = id + "/image.png";
    return item;
}

void complete(Item& item, const Problem& problem) {
    item.expected = letter_of(problem.answer);
    item.choices = problem.choices;
    item.columns = problem.columns;
}

/// Completes an item where problems.json is missing: its options are those that the prompt lists,
/// and it counts in no column.
void complete_alone(Item& item, const std::string& path) {
    item.choices = option_letters(item.prompts.front());
    if (item.expected.empty() || item.choices.empty())
        throw Error(ErrorKind::Format,
                    path + ": question " + base::in_quotes(item.key) +
                        " names no answer letter or no options: give problems.json (--problems).");
}

bool is_array_file(const fs::path& path, Json& json) {
    json = base::read_json_file(path);
    if (!json.is_array() && !json.is_object())
        throw Error(ErrorKind::Format, path.string() +
                                           " must hold an array of questions in "
                                           "LLaVA's form, or problems.json.");
    return json.is_array();
}

void keep_split(QuestionSet& set, const fs::path& splits, const std::string& split) {
    const std::vector<std::string> wanted = read_split(splits, split);
    const std::set<std::string> ids(wanted.begin(), wanted.end());
    const std::size_t before = set.items.size();
    std::erase_if(set.items, [&](const Item& item) { return !ids.contains(item.key); });
    if (set.items.size() < before)
        set.notes.push_back(std::to_string(before - set.items.size()) + " of " +
                            std::to_string(before) + " questions are not in the split " + split +
                            " and are left out.");
    if (set.items.size() < ids.size())
        set.notes.push_back("The split " + split + " has " + std::to_string(ids.size()) +
                            " questions, the file " + std::to_string(set.items.size()) +
                            " of them.");
}

}  // namespace

fs::path science_qa_question_file(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return path;
    for (const char* ending : {"questions.json", "QCM-LEA.json", "CQM-A.json", "problems.json"})
        if (const fs::path found = file_ending_in(path, ending); !found.empty()) return found;
    throw Error(ErrorKind::File, "The folder " + path.string() +
                                     " holds no ScienceQA questions (questions.json or "
                                     "problems.json): name the file itself.");
}

QuestionSet read_science_qa(const fs::path& file, const ScienceQaFiles& science) {
    QuestionSet set;
    set.task = Task::ScienceQa;
    set.path = file.string();
    Json json;
    const bool conversations = is_array_file(file, json);
    const fs::path problems_file = !conversations ? file
                                   : !science.problems.empty()
                                       ? science.problems
                                       : file_ending_in(file.parent_path(), "problems.json");
    const auto problems =
        problems_file.empty() ? std::map<std::string, Problem>{} : read_problems(problems_file);
    if (conversations) {
        for (const Record& record : read_records(file)) {
            Item item = conversation_item(record);
            if (const auto known = problems.find(item.key); known != problems.end())
                complete(item, known->second);
            else if (problems.empty())
                complete_alone(item, set.path);
            else {
                set.notes.push_back("Question " + base::in_quotes(item.key) +
                                    " is not among the problems and is left out.");
                continue;
            }
            set.items.push_back(std::move(item));
        }
    } else {
        for (const auto& [id, problem] : problems) {
            set.items.push_back(problem_item(id, problem));
            complete(set.items.back(), problem);
        }
    }
    const fs::path splits = !science.splits.empty()
                                ? science.splits
                                : file_ending_in(file.parent_path(), "pid_splits.json");
    if (!splits.empty()) keep_split(set, splits, science.split);
    return set;
}

std::string science_qa_letter(std::string_view text, std::string_view pred) {
    // "The answer is ([A-Z])." of the published scorer, whose dot is any character but a newline.
    constexpr std::string_view kStart = "The answer is ";
    std::string letter;
    int found = 0;
    for (auto at = text.find(kStart); at != text.npos;) {
        const std::size_t place = at + kStart.size();
        const bool is_match = place + 1 < text.size() && text[place] >= 'A' && text[place] <= 'Z' &&
                              text[place + 1] != '\n';
        if (is_match && ++found == 1) letter = text[place];
        at = text.find(kStart, is_match ? place + 2 : at + 1);
    }
    return found == 1 ? letter : std::string(pred);
}

std::vector<std::string> option_letters(std::string_view prompt) {
    std::vector<std::string> letters;
    for (std::size_t i = 0; i < kMostChoices; ++i)
        if (prompt.find("(" + letter_of(i) + ")") != prompt.npos) letters.push_back(letter_of(i));
    return letters;
}

}  // namespace univi::eval
