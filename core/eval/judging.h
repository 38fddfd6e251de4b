#pragma once

#include <filesystem>
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

/// The answers of a set's items in its order; null where there is none. `answers` must outlive it.
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

/// Where the verdicts on an answer file stand: <stem>.review.jsonl (image), else
/// <stem>.<axis>.json.
std::filesystem::path verdict_path(const std::filesystem::path& answers, const std::string& axis);

/// Writes one axis's verdicts in the published form, atomically: image review lines, or an object
/// item -> [verdict, question and answers]. An unread verdict is the tuple [-1,-1], as published,
/// or has no "score".
void write_verdicts(const std::filesystem::path& path, const std::string& axis,
                    const QuestionSet& set, const std::vector<const Answer*>& answers,
                    const Verdicts& verdicts,
                    const std::map<std::string, ReferenceAnswer>& references = {});

/// Reads one axis's verdicts (ours or the published scripts') and puts them to the items: image
/// reviews by question_id, others by question and answers. Read as the published scorers do: a
/// fraction of a score is cut off, a 'pred' with yes in it is a yes. Returns how many lines of the
/// file belong to no item. Throws Error{File|Format}.
std::size_t read_verdicts(const std::filesystem::path& path, const std::string& axis,
                          const QuestionSet& set, const std::vector<const Answer*>& answers,
                          Verdicts& verdicts);

/// A verdict file read on its own: what was asked, answered and judged, as far as it tells.
struct VerdictSet {
    QuestionSet set;
    std::vector<Answer> answers;  ///< one an item
    Verdicts verdicts;
    std::string axis;
};
/// `axis`: of a video file; empty: as its name says (correctness, detail, context, temporal), or
/// consistency by its form. Throws Error{File|Format}, Error{Usage} when the name does not say.
VerdictSet read_verdict_set(Task task, const std::filesystem::path& path,
                            const std::string& axis = {});

/// True when a file holds verdicts (and not answers).
bool is_verdict_file(const std::filesystem::path& path);

}  // namespace univi::eval
