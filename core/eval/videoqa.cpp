#include "core/eval/videoqa.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/eval/answer_file.h"

namespace univi::eval {

std::vector<VideoQaQuestion> read_videoqa_questions(const std::filesystem::path& path) {
    const base::Json records = base::read_json_file(path);
    if (!records.is_array())
        throw base::Error(base::ErrorKind::Format,
                          path.string() + " must hold an array of questions.");
    std::vector<VideoQaQuestion> questions;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string where = record_name(path, i);
        questions.push_back({string_field(records[i], "video_name", where),
                             string_field(records[i], "question", where),
                             string_field(records[i], "answer", where)});
    }
    return questions;
}

bool reply_contains_answer(std::string_view reply, std::string_view answer) {
    const std::vector<std::string> said = words_of(reply), wanted = words_of(answer);
    return !wanted.empty() && std::ranges::all_of(wanted, [&](const std::string& word) {
        return std::ranges::find(said, word) != said.end();
    });
}

VideoQaMetrics score_videoqa(const std::vector<VideoQaAnswer>& answers) {
    VideoQaMetrics metrics;
    for (const VideoQaAnswer& answer : answers) {
        ++metrics.count;
        if (reply_contains_answer(answer.text, answer.answer)) ++metrics.correct;
    }
    return metrics;
}

base::Json to_json(const VideoQaMetrics& metrics) {
    return {
        {"accuracy", metrics.accuracy()}, {"correct", metrics.correct}, {"count", metrics.count}};
}

}  // namespace univi::eval
