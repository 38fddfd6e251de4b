#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace univi::eval {

/// One item of a VideoQA question file: an array of {"question", "video_name", "answer", …}.
struct VideoQaQuestion {
    std::string video_name, question, answer;
};

/// What scoring needs of one answer: the reply and the reference.
struct VideoQaAnswer {
    std::string text, answer;
};

/// Accuracy without a judge. Not the published metric (a judge's yes or no and a score): for
/// short answers only.
struct VideoQaMetrics {
    std::int64_t correct = 0, count = 0;
    double accuracy() const {
        return count == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(count);
    }
};

/// Throws Error{File}, or Error{Format} naming the record and the field.
std::vector<VideoQaQuestion> read_videoqa_questions(const std::filesystem::path& path);

/// Returns true when every word of `answer` stands in `reply` as a whole word, whatever its case.
/// False for an answer without words.
bool reply_contains_answer(std::string_view reply, std::string_view answer);

VideoQaMetrics score_videoqa(const std::vector<VideoQaAnswer>& answers);

/// Returns {"accuracy", "correct", "count"}.
base::Json to_json(const VideoQaMetrics& metrics);

}  // namespace univi::eval
