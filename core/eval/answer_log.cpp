#include "core/eval/answer_log.h"

#include <algorithm>

#include "core/base/atomic_file.h"
#include "core/base/json_source.h"
#include "core/eval/line_file.h"

namespace univi::eval {

namespace fs = std::filesystem;

AnswerLog::AnswerLog(Task task, fs::path path) : task_(task), path_(std::move(path)) {
    std::error_code error;
    if (path_.has_parent_path()) fs::create_directories(path_.parent_path(), error);
    repair_last_line(path_);
}

void AnswerLog::append(const nlohmann::ordered_json& line) {
    const std::string text =
        line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    append_synced(open_locked(path_), path_, text);
}

void AnswerLog::put_in_order(const QuestionSet& set) {
    const base::FileDescriptor lock = open_locked(path_);
    const std::vector<Answer> answers = read_answers(task_, path_);
    const std::string text = base::read_json_text(path_);
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (text.find_first_not_of(" \t\r", begin) < end)
            lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    AnswerMatch match(answers);
    std::string ordered;
    for (const Item& item : set.items) {
        const Answer* answer = match.take(item.key);
        if (!answer) return;
        ordered += lines.at(static_cast<std::size_t>(answer - answers.data())) + "\n";
    }
    if (match.left() > 0) return;  // answers of other questions are not ours to drop
    if (ordered != text) base::write_file_atomically(path_, ordered);
}

}  // namespace univi::eval
