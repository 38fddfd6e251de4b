#include "core/eval/judge_prompts.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_source.h"
#include "core/base/paths.h"
#include "core/base/printable.h"
#include "core/base/sha256.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

constexpr std::size_t kLargestTemplate = 1 << 20;

fs::path template_file(const std::vector<fs::path>& folders, const std::string& axis) {
    std::error_code error;
    for (const fs::path& folder : folders)
        if (fs::is_regular_file(folder / (axis + ".txt"), error)) return folder / (axis + ".txt");
    throw Error(ErrorKind::File, "The judge prompt " + axis +
                                     ".txt is in none of the template folders: put it into " +
                                     (folders.empty() ? "one" : folders.front().string()) + ".");
}

std::string without_last_newline(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

JudgeRequest parse_template(const fs::path& file, const std::string& text) {
    constexpr std::string_view kSystem = "[system]\n", kUser = "\n[user]\n";
    const auto user = text.find(kUser);
    if (!text.starts_with(kSystem) || user == text.npos)
        throw Error(ErrorKind::Format, file.string() +
                                           " must begin with a line [system] and have a line "
                                           "[user] after the system message.");
    JudgeRequest request;
    request.system = text.substr(kSystem.size(), user - kSystem.size());
    request.user = without_last_newline(text.substr(user + kUser.size()));
    return request;
}

std::string filled(const std::string& text, const std::map<std::string, std::string>& words) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text[at] == '{' ? text.find('}', at) : text.npos;
        const auto word =
            end == text.npos ? words.end() : words.find(text.substr(at + 1, end - at - 1));
        if (word == words.end()) {
            out += text[at++];
        } else {
            out += word->second;
            at = end + 1;
        }
    }
    return out;
}

std::string box_line(const Json& instance, const std::string& where) {
    const auto box = instance.is_object() ? instance.find("bbox") : instance.end();
    const bool fine = instance.is_object() && box != instance.end() && box->is_array() &&
                      box->size() == 4 &&
                      std::ranges::all_of(*box, [](const Json& v) { return v.is_number(); });
    if (!fine)
        throw Error(ErrorKind::Format,
                    where + ": an instance needs \"category\" and a \"bbox\" of four numbers.");
    std::string line = string_field(instance, "category", where) + ": [";
    for (std::size_t i = 0; i < 4; ++i) line += (i ? ", " : "") + (*box)[i].dump();
    return line + "]";
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
    return text;
}

}  // namespace

std::vector<std::string> axes_of(const QuestionSet& set) {
    if (set.task == Task::Image) return {"image"};
    if (set.task == Task::VideoQa) return {"match"};
    if (set.task != Task::Video) return {};
    if (set.name == "temporal" || set.name == "consistency") return {set.name};
    return {"correctness", "detail", "context"};
}

JudgeTemplates::JudgeTemplates(const std::vector<fs::path>& folders,
                               const std::vector<std::string>& axes) {
    std::string all;
    for (const std::string& axis : axes) {
        const fs::path file = template_file(folders, axis);
        const std::string text = base::read_json_text(file, kLargestTemplate);
        templates_[axis] = parse_template(file, text);
        all += axis + "\n" + text;
    }
    sha256_ = base::text_sha256_hex(all);
}

std::vector<fs::path> JudgeTemplates::folders(const fs::path& chosen) {
    std::vector<fs::path> folders;
    if (!chosen.empty()) folders.push_back(chosen);
    folders.push_back(base::data_folder() / "evaluation" / "judge");
    folders.push_back(base::resources_folder() / "evaluation" / "judge");
    return folders;
}

JudgeRequest JudgeTemplates::fill(const std::string& axis,
                                  const std::map<std::string, std::string>& words) const {
    const JudgeRequest& form = templates_.at(axis);
    return {filled(form.system, words), filled(form.user, words), 0};
}

std::map<std::string, ImageContext> read_image_contexts(const fs::path& path) {
    std::map<std::string, ImageContext> contexts;
    for (const Record& record : read_records(path)) {
        ImageContext context;
        context.captions = joined(strings_field(record.value, "captions", record.where));
        const auto instances = record.value.find("instances");
        if (instances == record.value.end() || !instances->is_array())
            throw Error(ErrorKind::Format, record.where + " needs a list \"instances\".");
        std::vector<std::string> boxes;
        for (const Json& instance : *instances) boxes.push_back(box_line(instance, record.where));
        context.boxes = joined(boxes);
        contexts[string_field(record.value, "image", record.where)] = context;
    }
    return contexts;
}

std::map<std::string, ImageRule> read_image_rules(const fs::path& path) {
    const Json json = read_json_object(path, "rules by category");
    std::map<std::string, ImageRule> rules;
    for (const auto& [category, rule] : json.items()) {
        const std::string where = path.string() + ", rule " + base::in_quotes(category);
        rules[category] = {string_field(rule, "role", where), string_field(rule, "prompt", where)};
    }
    return rules;
}

std::map<std::string, ReferenceAnswer> read_reference_answers(const fs::path& path) {
    std::map<std::string, ReferenceAnswer> answers;
    for (const Record& record : read_records(path)) {
        const Json id = id_field(record.value, "question_id", record.where);
        const auto own = record.value.find("answer_id");
        answers[answer_key(id)] = {string_field(record.value, "text", record.where),
                                   own == record.value.end() ? id : *own};
    }
    return answers;
}

}  // namespace univi::eval
