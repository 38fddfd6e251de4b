#include "core/eval/question_files.h"

#include <set>

#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/base/sha256.h"
#include "core/eval/answer_file.h"
#include "core/eval/science_qa.h"

namespace univi::eval {

namespace {

Item image_item(const Record& record) {
    Item item;
    item.id = id_field(record.value, "question_id", record.where);
    item.key = answer_key(item.id);
    item.medium = medium_field(record.value, "image", record.where);
    item.prompts = {string_field(record.value, "text", record.where)};
    item.category = string_field(record.value, "category", record.where);
    item.columns = {item.category};
    return item;
}

Item pope_item(const Record& record) {
    Item item;
    item.id = id_field(record.value, "question_id", record.where);
    item.key = answer_key(item.id);
    item.medium = medium_field(record.value, "image", record.where);
    item.prompts = {string_field(record.value, "text", record.where)};
    item.expected = string_field(record.value, "label", record.where);
    if (item.expected != "yes" && item.expected != "no")
        throw base::Error(base::ErrorKind::Format, record.where +
                                                       ": \"label\" must be yes or no, not " +
                                                       base::in_quotes(item.expected) + ".");
    return item;
}

Item clip_item(const Record& record, std::size_t place, std::vector<std::string> questions,
               std::string answer) {
    Item item;
    item.id = place;
    item.medium = medium_field(record.value, "video_name", record.where);
    item.is_video = true;
    item.prompts = std::move(questions);
    item.expected = std::move(answer);
    item.key = answer_key(item.medium, item.prompts);
    return item;
}

Item video_item(const Record& record, std::size_t place) {
    const auto text = [&](const char* name) {
        return string_field(record.value, name, record.where);
    };
    const bool two = record.value.contains("Q1") || record.value.contains("Q2");
    // One by one: of a list of temporaries in a conditional expression GCC 12 destroys those that
    // were never made when a later one throws.
    std::vector<std::string> questions;
    questions.push_back(text(two ? "Q1" : "Q"));
    if (two) questions.push_back(text("Q2"));
    return clip_item(record, place, std::move(questions), text("A"));
}

Item videoqa_item(const Record& record, std::size_t place) {
    std::vector<std::string> questions{string_field(record.value, "question", record.where)};
    return clip_item(record, place, std::move(questions),
                     string_field(record.value, "answer", record.where));
}

Item item_of(Task task, const Record& record, std::size_t place) {
    switch (task) {
        case Task::Image:
            return image_item(record);
        case Task::Pope:
            return pope_item(record);
        case Task::Video:
            return video_item(record, place);
        default:
            return videoqa_item(record, place);
    }
}

std::string video_set_name(const QuestionSet& set) {
    if (set.items.front().prompts.size() == 2) return "consistency";
    const std::string name = set_name(set.path, known_sets(Task::Video));
    return name == "consistency" ? "generic" : name;
}

void check(const QuestionSet& set) {
    if (set.items.empty())
        throw base::Error(base::ErrorKind::Format, set.path + " holds no questions.");
    std::set<std::string> keys;
    for (const Item& item : set.items) {
        if (!item.is_video && !keys.insert(item.key).second)
            throw base::Error(base::ErrorKind::Format, set.path + " has the question_id " +
                                                           base::in_quotes(item.key) +
                                                           " twice: every question needs its own.");
        if (item.prompts.size() != set.items.front().prompts.size())
            throw base::Error(base::ErrorKind::Format,
                              set.path + ": item " + answer_key(item.id) +
                                  " has another form than the first (Q, or Q1 and Q2).");
    }
}

}  // namespace

QuestionSet read_question_set(Task task, const std::filesystem::path& path,
                              const ScienceQaFiles& science) {
    QuestionSet set;
    if (task == Task::ScienceQa) {
        set = read_science_qa(science_qa_question_file(path), science);
    } else {
        set.task = task;
        set.path = path.string();
        const std::vector<Record> records = read_records(path);
        for (const Record& record : records)
            set.items.push_back(item_of(task, record, set.items.size()));
    }
    check(set);
    set.sha256 = base::sha256_file_hex(set.path);
    set.name = task == Task::Video ? video_set_name(set) : set_name(set.path, known_sets(task));
    return set;
}

}  // namespace univi::eval
