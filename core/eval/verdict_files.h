#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/eval/judging.h"

namespace univi::eval {

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

/// Returns true when a file holds verdicts (and not answers).
bool is_verdict_file(const std::filesystem::path& path);

}  // namespace univi::eval
