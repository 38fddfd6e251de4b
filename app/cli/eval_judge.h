#pragma once

#include "app/cli/eval_run.h"

namespace univi::cli {

/// Has the sets judged where a judge was named, else reads the judge files that are there (those
/// named, or those beside the answers). New verdicts are written beside the answers in the
/// published form. `from` receives judge and files.
void judgeSets(const EvalArguments& arguments, const SharedOptions& shared,
               std::vector<AnsweredSet>& sets, EvalReport& report, eval::Provenance& from);

}  // namespace univi::cli
