#include "core/eval/answers.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/printable.h"
#include "core/base/sha256.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

using Line = nlohmann::ordered_json;

constexpr std::size_t kAnswerIdLength = 22;  // of the published files' short UUIDs

/// Deterministic, so that a resumed or repeated run writes the same file.
std::string answer_id(const Item& item, const Given& given, const std::string& model_id) {
    std::string text = model_id + "\n" + item.key;
    for (const std::string& reply : given.texts) text += "\n" + reply;
    return base::text_sha256_hex(text).substr(0, kAnswerIdLength);
}

/// The bytes of a name that is no UTF-8, which its own field shows with U+FFFD: as base::put_path.
void put_bytes(Line& line, const char* field, const std::string& name) {
    if (!base::is_utf8(name)) line[field] = base::path_to_ascii(name);
}

Line clip_line(const Item& item, const Given& given) {
    Line line{{"video_name", item.medium}};
    put_bytes(line, "path_bytes", item.medium);
    if (item.prompts.size() == 2) {
        for (const std::size_t i : {0u, 1u}) {
            const std::string number = std::to_string(i + 1);
            line["prompt_" + number] = item.prompts[i];
            line["text_" + number] = given.texts.at(i);
        }
    } else {
        line["prompt"] = item.prompts.front();
        line["text"] = given.texts.at(0);
    }
    return line;
}

Line picture_line(Task task, const Item& item, const Given& given) {
    Line line{{"question_id", item.id}, {"prompt", item.prompts.front()}};
    if (task == Task::ScienceQa && !item.medium.empty())
        line["prompt"] = "<image>\n" + item.prompts.front();
    if (task == Task::Pope) line["outputs_reasoning"] = given.reasoning;
    line["text"] = given.texts.at(0);
    if (task == Task::Pope) line["label"] = item.expected;
    return line;
}

std::string text_or_empty(const base::Json& record, const char* name) {
    const auto found = record.find(name);
    return found != record.end() && found->is_string() ? found->get<std::string>() : "";
}

Answer clip_answer(const Record& record) {
    const auto text = [&](const char* name) {
        return string_field(record.value, name, record.where);
    };
    Answer answer;
    answer.video_name = medium_field(record.value, "video_name", record.where);
    answer.expected = text("answer");
    if (record.value.contains("text_1") || record.value.contains("prompt_1")) {
        answer.prompts = {text("prompt_1"), text("prompt_2")};
        answer.given.texts = {text("text_1"), text("text_2")};
    } else {
        answer.prompts = {text("prompt")};
        answer.given.texts = {text("text")};
    }
    answer.key = answer_key(answer.video_name, answer.prompts);
    return answer;
}

Answer picture_answer(Task task, const Record& record) {
    Answer answer;
    answer.id = id_field(record.value, "question_id", record.where);
    answer.key = answer_key(answer.id);
    answer.given.texts = {string_field(record.value, "text", record.where)};
    answer.prompts = {text_or_empty(record.value, "prompt")};
    if (task == Task::Pope) {
        answer.expected = string_field(record.value, "label", record.where);
        if (answer.expected != "yes" && answer.expected != "no")
            throw base::Error(base::ErrorKind::Format,
                              record.where + ": \"label\" must be yes or no.");
        answer.given.reasoning = text_or_empty(record.value, "outputs_reasoning");
    }
    if (task == Task::ScienceQa) answer.given.pred = text_or_empty(record.value, "pred");
    return answer;
}

bool has_clips(Task task) {
    return task == Task::Video || task == Task::VideoQa;
}

}  // namespace

Line answer_line(Task task, const Item& item, const Given& given, const std::string& model_id) {
    Line line = has_clips(task) ? clip_line(item, given) : picture_line(task, item, given);
    line["answer_id"] = answer_id(item, given, model_id);
    line["model_id"] = model_id;
    put_bytes(line, "model_id_bytes", model_id);
    if (task == Task::ScienceQa) line["pred"] = given.pred;
    if (has_clips(task)) line["answer"] = item.expected;
    line["metadata"] = Line::object();
    return line;
}

std::vector<Answer> read_answers(Task task, const std::filesystem::path& path) {
    std::vector<Answer> answers;
    for (const Record& record : read_records(path, true)) {
        answers.push_back(has_clips(task) ? clip_answer(record) : picture_answer(task, record));
        if (record.value.contains("answer_id"))
            answers.back().answer_id = record.value["answer_id"];
    }
    return answers;
}

AnswerMatch::AnswerMatch(const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) by_key_.emplace(answer.key, &answer);
}

const Answer* AnswerMatch::take(const std::string& key) {
    const auto found = by_key_.lower_bound(key);  // the first inserted of equal keys
    if (found == by_key_.end() || found->first != key) return nullptr;
    const Answer* answer = found->second;
    by_key_.erase(found);
    return answer;
}

std::size_t AnswerMatch::left() const {
    return by_key_.size();
}

QuestionSet questions_from_answers(Task task, const std::filesystem::path& path) {
    if (task == Task::Image || task == Task::ScienceQa)
        throw base::Error(base::ErrorKind::Usage,
                          "Answers of " + std::string(to_string(task)) +
                              " do not say what is right: name the question file too "
                              "(--questions).");
    QuestionSet set;
    set.task = task;
    set.path = path.string();
    for (const Answer& answer : read_answers(task, path)) {
        Item item;
        item.id = has_clips(task) ? base::Json(set.items.size()) : answer.id;
        item.key = answer.key;
        item.medium = answer.video_name;
        item.is_video = has_clips(task);
        item.prompts = answer.prompts;
        item.expected = answer.expected;
        set.items.push_back(std::move(item));
    }
    if (set.items.empty())
        throw base::Error(base::ErrorKind::Format, set.path + " holds no answers.");
    set.name = task == Task::Video && set.items.front().prompts.size() == 2
                   ? "consistency"
                   : set_name(set.path, known_sets(task));
    return set;
}

}  // namespace univi::eval
