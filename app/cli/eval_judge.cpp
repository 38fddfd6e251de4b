#include "app/cli/eval_judge.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/eval/engine/engine_asker.h"
#include "core/eval/engine/model_judge.h"
#include "core/eval/http_judge.h"
#include "core/eval/verdict_files.h"

namespace univi::cli {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

/// A judge and what it needs to live.
struct HeldJudge {
    std::unique_ptr<session::Engine> engine;
    std::unique_ptr<eval::Judge> judge;
};

HeldJudge localJudge(const EvalArguments& arguments, const SharedOptions& shared,
                     EvalReport& report) {
    const base::StopToken stop = base::stop_on_signals().get_token();
    session::EngineOptions options;
    options.model = arguments.judge_model;
    options.device = arguments.judge_device;
    options.dtype = arguments.judge_dtype;
    options.threads = shared.engine.threads;
    HeldJudge held;
    held.engine = session::Engine::load(
        options, [&](double fraction, const std::string& what) { report.loading(fraction, what); },
        stop);
    held.judge = std::make_unique<eval::ModelJudge>(
        *held.engine, eval::model_checksum(held.engine->info(), "", stop));
    return held;
}

HeldJudge httpJudge(const EvalArguments& arguments) {
    eval::HttpJudgeOptions options;
    options.address = eval::parse_judge_address(arguments.judge);
    options.model = arguments.judge_name;
    std::string from;
    options.key = eval::find_judge_key(options.address.host, &from);
    if (!from.empty()) base::log_info("The judge's key comes from " + from + ".");
    options.jobs = arguments.judge_jobs;
    options.tries = arguments.judge_tries;
    options.timeout_s = arguments.judge_timeout;
    options.first_wait_s = arguments.judge_wait;
    HeldJudge held;
    held.judge = std::make_unique<eval::HttpJudge>(std::move(options));
    return held;
}

/// A file beside the questions: the one named, else the first of the known names that is there.
std::string beside(const std::string& chosen, const std::string& questions,
                   const std::vector<std::string>& names, const char* option) {
    if (!chosen.empty()) return chosen;
    std::error_code error;
    const fs::path folder = fs::path(questions).parent_path();
    for (const std::string& name : names)
        if (fs::is_regular_file(folder / name, error)) return (folder / name).string();
    throw Error(ErrorKind::Usage, "There is no " + names.front() + " beside " + questions +
                                      ": name the file with " + option + ".");
}

struct ImageFiles {
    std::string context, rules, reference;
};

ImageFiles imageFiles(const EvalArguments& arguments, const std::string& questions) {
    return {beside(arguments.context, questions,
                   {"caps_boxes_coco2014_val_80.jsonl", "image_context.jsonl", "context.jsonl"},
                   "--context"),
            beside(arguments.rules, questions, {"rule.json", "image_rules.json", "rules.json"},
                   "--rules"),
            beside(arguments.reference, questions,
                   {"qa90_gpt4_answer.jsonl", "image_reference_answers.jsonl", "reference.jsonl"},
                   "--reference")};
}

eval::ImageMaterial readMaterial(const ImageFiles& files, eval::Provenance& from) {
    for (const auto& [role, file] : {std::pair{"captions and boxes", files.context},
                                     {"rules", files.rules},
                                     {"reference answers", files.reference}})
        from.files.push_back(
            {role, fs::path(file).filename().string(), base::sha256_file_hex(file)});
    return {eval::read_image_contexts(files.context), eval::read_image_rules(files.rules),
            eval::read_reference_answers(files.reference)};
}

/// One judge for all sets of a run.
class Bench {
  public:
    Bench(const EvalArguments& arguments, const SharedOptions& shared, EvalReport& report,
          eval::Provenance& from)
        : arguments_(arguments),
          report_(report),
          from_(from),
          held_(arguments.judge_model.empty() ? httpJudge(arguments)
                                              : localJudge(arguments, shared, report)),
          cache_(arguments.judge_cache.empty() ? eval::JudgeCache::default_path()
                                               : fs::path(arguments.judge_cache)) {
        from.judge = held_.judge->name();
    }

    void judge(AnsweredSet& answered) {
        const eval::JudgeTemplates templates(
            eval::JudgeTemplates::folders(arguments_.judge_templates), eval::axes_of(answered.set));
        from_.judge_templates_sha256 = templates.sha256();
        eval::JudgeOptions options;
        options.templates = &templates;
        options.on_progress = [&](const eval::JudgeProgress& progress) {
            report_.judged(answered.set.name, progress);
        };
        eval::ImageMaterial material;
        if (answered.set.task == eval::Task::Image)
            material = readMaterial(imageFiles(arguments_, answered.set.path), from_);
        options.image = &material;
        const auto answers = eval::answers_in_order(answered.set, answered.answers);
        answered.verdicts = eval::judge_answers(answered.set, answers, *held_.judge, cache_,
                                                options, base::stop_on_signals().get_token());
        for (const std::string& axis : eval::axes_of(answered.set))
            keep(answered, axis, answers, material);
    }

  private:
    /// Answers that are only scored may lie where nothing can be written; the replies are in the
    /// cache all the same.
    void keep(const AnsweredSet& answered, const std::string& axis,
              const std::vector<const eval::Answer*>& answers,
              const eval::ImageMaterial& material) {
        try {
            eval::write_verdicts(eval::verdict_path(answered.answers_path, axis), axis,
                                 answered.set, answers, answered.verdicts, material.references);
        } catch (const Error& error) {
            if (arguments_.score.empty()) throw;
            base::log_warning(std::string("The judge file is left out: ") + error.what());
        }
    }

    const EvalArguments& arguments_;
    EvalReport& report_;
    eval::Provenance& from_;
    HeldJudge held_;
    eval::JudgeCache cache_;
};

/// The judge files of a set: those named on the command line (one an axis), else those
/// beside the answers.
std::vector<std::pair<std::string, fs::path>> verdictFiles(const EvalArguments& arguments,
                                                           const AnsweredSet& answered) {
    const auto axes = eval::axes_of(answered.set);
    std::vector<std::pair<std::string, fs::path>> files;
    if (!arguments.verdicts.empty() && axes.size() == 1 && arguments.verdicts.size() == 1)
        return {{axes.front(), arguments.verdicts.front()}};
    std::error_code error;
    for (const std::string& axis : axes) {
        for (const std::string& file : arguments.verdicts)
            if (eval::set_name(file, {axis}) == axis) files.emplace_back(axis, file);
        const fs::path own = eval::verdict_path(answered.answers_path, axis);
        if (arguments.verdicts.empty() && fs::is_regular_file(own, error))
            files.emplace_back(axis, own);
    }
    return files;
}

void readJudgeFiles(const EvalArguments& arguments, AnsweredSet& answered, eval::Provenance& from) {
    const auto files = verdictFiles(arguments, answered);
    if (files.empty()) return;
    const auto answers = eval::answers_in_order(answered.set, answered.answers);
    answered.verdicts.resize(answered.set.items.size());
    for (const auto& [axis, file] : files) {
        const std::size_t strangers =
            eval::read_verdicts(file, axis, answered.set, answers, answered.verdicts);
        if (strangers > 0)
            answered.set.notes.push_back(std::to_string(strangers) + " verdicts of " +
                                         file.filename().string() +
                                         " belong to no answer and are left out.");
        from.files.push_back({"verdicts", file.filename().string(), base::sha256_file_hex(file)});
    }
    if (from.judge.empty()) from.judge = "as in the judge file";
}

}  // namespace

void judgeSets(const EvalArguments& arguments, const SharedOptions& shared,
               std::vector<AnsweredSet>& sets, EvalReport& report, eval::Provenance& from) {
    const bool wants_judge = !sets.empty() && !eval::axes_of(sets.front().set).empty();
    if (!wants_judge) return;
    std::unique_ptr<Bench> bench;
    if (arguments.has_judge()) bench = std::make_unique<Bench>(arguments, shared, report, from);
    for (AnsweredSet& answered : sets) {
        if (!answered.verdicts.empty()) {
            from.judge = "as in the judge file";
        } else if (bench) {
            bench->judge(answered);
        } else {
            readJudgeFiles(arguments, answered, from);
        }
    }
}

}  // namespace univi::cli
