#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/judging.h"

namespace univi::eval {

/// One item of a scored set: everything a reader needs to judge the judging.
struct ItemResult {
    base::Json id;
    std::string key, medium, file;  ///< name in the question file; path of the picture or clip
    bool is_video = false;
    std::vector<std::string> prompts, given;
    std::string expected, category;
    std::vector<std::string> columns;
    std::string verdict;                   ///< a word or two: "right", "4 of 5", "unreadable", …
    std::optional<bool> right;             ///< none: not answered, not judged or not readable
    std::map<std::string, double> scores;  ///< by axis; image: "reference" and "ours"
    std::string note;                      ///< the judge's words, or why there is no answer
};

/// A scored set.
struct SetResult {
    Task task = Task::Pope;
    std::string name, rule;  ///< rule: how right and wrong were told, in words
    base::Json metrics;      ///< as `univi-cli eval --json` prints them
    std::vector<ItemResult> items;
    std::size_t total = 0, answered = 0, judged = 0, unread = 0;
    std::vector<std::string> notes;
};

/// Scores a set's answers by the published rules. `answers`: answers_in_order. `verdicts`: empty
/// when there is no judge: then image and video have no metrics, and VideoQA is scored by words
/// (every word of the expected answer stands in the reply), which `rule` says. Items without an
/// answer or a readable verdict count in no mean; how many there are is in the result.
///
/// Metrics are ratios (0 … 1) but for image (100 · mean of ours / mean of the reference), video
/// (20 · mean score) and VideoQA's "score" (0 … 5).
SetResult score_set(const QuestionSet& set, const std::vector<const Answer*>& answers,
                    const Verdicts& verdicts);

}  // namespace univi::eval
