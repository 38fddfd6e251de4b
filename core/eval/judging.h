#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/answers.h"
#include "core/eval/judge_cache.h"
#include "core/eval/judge_prompts.h"
#include "core/eval/verdict.h"

namespace univi::eval {

/// A judge's word on one answer. Neither pair nor match: the judge was asked (or a file says so),
/// and its words could not be read.
struct Verdict {
    std::string reply;  ///< the judge's own words
    std::optional<ScorePair> pair;
    std::optional<MatchVerdict> match;
    bool is_read() const { return pair || match; }
};

/// Verdicts on a set: per item (in the set's order) by axis. An item without an answer has none.
using Verdicts = std::vector<std::map<std::string, Verdict>>;

/// Returns the answers of a set's items in its order; null where there is none. `answers` must
/// outlive it.
std::vector<const Answer*> answers_in_order(const QuestionSet& set,
                                            const std::vector<Answer>& answers);

/// The published files an image judge needs besides questions and answers.
struct ImageMaterial {
    std::map<std::string, ImageContext> contexts;
    std::map<std::string, ImageRule> rules;
    std::map<std::string, ReferenceAnswer> references;
};

struct JudgeProgress {
    std::size_t done = 0, total = 0, asked = 0, unread = 0;
    double seconds_left = 0;
};

/// What judging needs and reports.
struct JudgeOptions {
    const JudgeTemplates* templates = nullptr;
    const ImageMaterial* image = nullptr;  ///< of image sets
    int tries = 3;  ///< times a judge is asked before its words count as unreadable
    std::function<void(const JudgeProgress&)> on_progress;
};

/// Has every answer judged on every axis. Replies come from the cache where they are known, so
/// nothing is asked twice; a judge that cannot be read is asked again, then counted. Throws what
/// the judge throws (what is known by then is in the cache), Error{Format} when the image material
/// lacks a picture, category or answer.
Verdicts judge_answers(const QuestionSet& set, const std::vector<const Answer*>& answers,
                       Judge& judge, JudgeCache& cache, const JudgeOptions& options,
                       const base::StopToken& stop);

}  // namespace univi::eval
