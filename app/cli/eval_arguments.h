#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/eval/judge_prompts.h"
#include "core/eval/question_files.h"
#include "core/eval/runner.h"

namespace univi::cli {

/// What `univi-cli eval` was told.
struct EvalArguments {
    std::string task_name, media, answers, results;
    std::vector<std::string> questions, score, exports, verdicts;
    eval::ScienceQaFiles science;
    std::string problems, splits;
    std::string context, rules, reference;  ///< of image questions
    std::string axis, name;
    eval::RunOptions run;
    std::string shard;
    int num_chunks = 1, chunk_index = 0;
    bool greedy = false, restart = false, json = false, events = false, no_published = false;
    std::string judge, judge_model, judge_device = "auto", judge_dtype = "auto", judge_name,
                                    judge_templates, judge_cache;
    int judge_jobs = 4, judge_tries = 5;
    double judge_timeout = 120, judge_wait = 2;
    std::string devices;

    void addTo(CLI::App& app);
    /// Puts the arguments together. Throws Error{Usage}.
    void settle();

    eval::Task task = eval::Task::Pope;
    bool has_judge() const { return !judge.empty() || !judge_model.empty(); }
};

}  // namespace univi::cli
