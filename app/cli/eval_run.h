#pragma once

#include <memory>

#include "app/cli/eval_arguments.h"
#include "app/cli/eval_report.h"
#include "app/cli/shared_options.h"
#include "core/eval/results.h"

namespace univi::cli {

/// A set with its answers, ready to be judged and scored.
struct AnsweredSet {
    eval::QuestionSet set;
    std::string answers_path;
    std::vector<eval::Answer> answers;
    std::vector<eval::Unanswered> unanswered;
    eval::Verdicts verdicts;  ///< where a judge file was read alone
};

/// Asks the model every question of every set that has no answer yet. `from` receives what
/// the table says about model and settings. Throws Error{Usage} when the answer file belongs
/// to another run.
std::vector<AnsweredSet> askModel(const EvalArguments& arguments, const SharedOptions& shared,
                                  EvalReport& report, eval::Provenance& from);

/// Reads finished answer or judge files in place of asking.
std::vector<AnsweredSet> readAnswered(const EvalArguments& arguments, eval::Provenance& from);

/// Removes the answers of an earlier run (--restart).
void forgetAnswers(const EvalArguments& arguments);

/// <folder>/<stem>.run.json beside an answer file: what its run was made with.
std::string runPath(const std::string& answers);

/// Where answers of a question file go: --answers itself, or of several <folder>/<stem>.jsonl.
std::string answersPath(const EvalArguments& arguments, const std::string& questions);

}  // namespace univi::cli
