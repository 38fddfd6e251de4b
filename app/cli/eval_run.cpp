#include "app/cli/eval_run.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/eval/engine/engine_asker.h"
#include "core/eval/verdict_files.h"

namespace univi::cli {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

std::string samplingWords(const EvalArguments& arguments) {
    const base::SamplingOptions& s = arguments.run.settings.sampling;
    std::string words = s.temperature == 0
                            ? "greedy"
                            : "temperature " + Json(s.temperature).dump() + ", top-k " +
                                  std::to_string(s.top_k) + ", top-p " + Json(s.top_p).dump();
    words += ", up to " + std::to_string(s.max_new_tokens) + " tokens";
    if (arguments.task == eval::Task::Video || arguments.task == eval::Task::VideoQa)
        words += ", up to " + std::to_string(arguments.run.settings.max_frames) + " frames";
    if (arguments.run.reasoning) words += ", free reasoning first";
    return words;
}

/// Returns the settings of a run that may not change while its answer file grows.
Json runJson(const eval::Provenance& from, const eval::QuestionSet& set) {
    Json json = {{"model_sha256", from.model_sha256},
                 {"template", from.conv},
                 {"sampling", from.sampling},
                 {"seed", from.seed},
                 {"dtype", from.dtype},
                 {"placement", from.placement},
                 {"device", from.device},
                 {"questions_sha256", set.sha256}};
    base::put_path(json, "model", from.model, "model_bytes");
    return json;
}

void refuseOtherRun(const std::string& answers, const Json& before, const Json& now) {
    for (const char* field : {"questions_sha256", "model_sha256", "template", "sampling", "seed",
                              "dtype", "placement"}) {
        const Json was = before.is_object() && before.contains(field) ? before[field] : Json();
        if (was == now.at(field)) continue;
        throw Error(ErrorKind::Usage,
                    answers + " holds answers of another run (its " + field +
                        " differs): name another file, or give --restart to throw them away.");
    }
}

void forget(const std::string& answers) {
    std::error_code error;
    fs::remove(answers, error);
    fs::remove(runPath(answers), error);
}

/// Refuses to mix runs in one answer file; remembers this one.
void claimAnswers(const EvalArguments& arguments, const std::string& answers, const Json& run) {
    std::error_code error;
    const std::string path = runPath(answers);
    if (arguments.restart) forget(answers);
    const bool has_answers = fs::exists(answers, error) && fs::file_size(answers, error) > 0;
    if (has_answers && fs::exists(path, error))
        refuseOtherRun(answers, base::read_json_file(path), run);
    const fs::path folder = fs::path(answers).parent_path();
    if (!folder.empty()) fs::create_directories(folder, error);
    base::write_file_atomically(path, base::json_text(run, 1) + "\n");
}

std::string templateOf(const EvalArguments& arguments, const session::ModelInfo& info) {
    if (!arguments.run.settings.conv.empty()) return arguments.run.settings.conv;
    // A model that names its own template was not trained with another.
    return info.default_template == "simple" ? eval::default_template(arguments.task)
                                             : info.default_template;
}

void describe(const EvalArguments& arguments, const SharedOptions& shared,
              const session::Engine& engine, const base::StopToken& stop, eval::Provenance& from) {
    const auto& info = engine.info();
    from.model =
        !arguments.name.empty() ? arguments.name : fs::path(info.folder).filename().string();
    from.model_sha256 = eval::model_checksum(info, shared.engine.model_base, stop);
    from.sampling = samplingWords(arguments);
    from.seed = arguments.run.settings.sampling.seed;
    from.dtype = info.dtype;
    from.device = info.device;
    from.placement = shared.engine.placement;
}

bool needsMedia(const eval::QuestionSet& set) {
    return std::ranges::any_of(set.items, [](const auto& item) { return !item.medium.empty(); });
}

std::vector<eval::QuestionSet> readSets(const EvalArguments& arguments) {
    std::vector<eval::QuestionSet> sets;
    for (const std::string& questions : arguments.questions) {
        sets.push_back(eval::read_question_set(arguments.task, questions, arguments.science));
        if (needsMedia(sets.back()) && arguments.media.empty())
            throw Error(ErrorKind::Usage,
                        "Name the folder of the pictures or clips (--media DIR).");
    }
    std::error_code error;
    if (!arguments.media.empty() && !fs::is_directory(arguments.media, error))
        throw Error(ErrorKind::File,
                    "The media folder " + arguments.media + " does not exist: check its name.");
    return sets;
}

/// Fields of run.json beside a scored answer file, for the table.
void readRun(const std::string& answers, eval::Provenance& from) {
    std::error_code error;
    if (!fs::exists(runPath(answers), error)) return;
    const Json run = base::read_json_file(runPath(answers));
    const auto text = [&](const char* name) {
        return run.is_object() && run.contains(name) && run[name].is_string()
                   ? run[name].get<std::string>()
                   : std::string();
    };
    from.model = base::take_path(run, "model", "model_bytes");
    from.model_sha256 = text("model_sha256");
    from.conv = text("template");
    from.sampling = text("sampling");
    from.dtype = text("dtype");
    from.device = text("device");
    from.placement = text("placement");
    if (run.is_object() && run.contains("seed") && run["seed"].is_number_unsigned())
        from.seed = run["seed"].get<std::uint64_t>();
}

/// The first value of a field of texts.
std::string firstValue(const std::string& text, const std::string& field) {
    const auto at = text.find("\"" + field + "\"");
    const auto begin = at == text.npos ? at : text.find('"', at + field.size() + 3);
    const auto end = begin == text.npos ? begin : text.find('"', begin + 1);
    return end == text.npos ? "" : text.substr(begin + 1, end - begin - 1);
}

std::string modelIdIn(const std::string& answers) {
    const std::string text = base::read_file(answers);
    const std::string bytes = firstValue(text, "model_id_bytes");
    return bytes.empty() ? firstValue(text, "model_id") : base::path_from_ascii(bytes);
}

}  // namespace

std::string runPath(const std::string& answers) {
    const fs::path path(answers);
    return (path.parent_path() / (path.stem().string() + ".run.json")).string();
}

void forgetAnswers(const EvalArguments& arguments) {
    for (const std::string& questions : arguments.questions)
        forget(answersPath(arguments, questions));
}

std::string answersPath(const EvalArguments& arguments, const std::string& questions) {
    if (arguments.questions.size() == 1) return arguments.answers;
    return (fs::path(arguments.answers) / (fs::path(questions).stem().string() + ".jsonl"))
        .string();
}

namespace {

/// What the questions are asked with.
struct Asking {
    const eval::MediaFolder& media;
    eval::EngineAsker& asker;
    const eval::RunOptions& options;
    const base::StopToken& stop;
};

AnsweredSet askSet(eval::QuestionSet set, const std::string& answers,
                   const EvalArguments& arguments, const Asking& asking, EvalReport& report) {
    AnsweredSet answered;
    answered.answers_path = answers;
    eval::AnswerLog log(arguments.task, answers);
    bool started = false;
    eval::RunObserver observer;
    observer.on_progress = [&](const eval::RunProgress& progress) {
        if (!std::exchange(started, true)) report.start(set.name, progress);
        report.asked(set.name, progress);
    };
    observer.on_unanswered = [&](const eval::Unanswered& item) {
        report.unanswered(set.name, item);
    };
    answered.unanswered = eval::run_questions(set, asking.media, asking.asker, log, asking.options,
                                              observer, asking.stop)
                              .unanswered;
    answered.answers = log.answers();
    answered.set = std::move(set);
    return answered;
}

}  // namespace

std::vector<AnsweredSet> askModel(const EvalArguments& arguments, const SharedOptions& shared,
                                  EvalReport& report, eval::Provenance& from) {
    std::vector<eval::QuestionSet> sets = readSets(arguments);
    const base::StopToken stop = base::stop_on_signals().get_token();
    session::EngineOptions engine_options = shared.engine;
    engine_options.reads_as_reference = true;  // as the published scripts read files
    const auto engine = session::Engine::load(
        engine_options,
        [&](double fraction, const std::string& what) { report.loading(fraction, what); }, stop);
    describe(arguments, shared, *engine, stop, from);
    eval::RunOptions options = arguments.run;
    options.settings.conv = templateOf(arguments, engine->info());
    options.model_id = from.model;
    from.conv = options.settings.conv;
    const eval::MediaFolder media(arguments.media);
    eval::EngineAsker asker(*engine, options.settings);
    std::vector<AnsweredSet> out;
    for (eval::QuestionSet& set : sets) {
        const std::string answers = answersPath(arguments, set.path);
        claimAnswers(arguments, answers, runJson(from, set));
        out.push_back(
            askSet(std::move(set), answers, arguments, {media, asker, options, stop}, report));
    }
    return out;
}

std::vector<AnsweredSet> readAnswered(const EvalArguments& arguments, eval::Provenance& from) {
    std::vector<AnsweredSet> out;
    for (std::size_t i = 0; i < arguments.score.size(); ++i) {
        AnsweredSet answered;
        answered.answers_path = arguments.score[i];
        if (arguments.task != eval::Task::Pope && arguments.task != eval::Task::ScienceQa &&
            eval::is_verdict_file(arguments.score[i])) {
            eval::VerdictSet verdicts =
                eval::read_verdict_set(arguments.task, arguments.score[i], arguments.axis);
            answered.set = std::move(verdicts.set);
            answered.answers = std::move(verdicts.answers);
            answered.verdicts = std::move(verdicts.verdicts);
        } else {
            answered.answers = eval::read_answers(arguments.task, arguments.score[i]);
            answered.set = arguments.questions.empty()
                               ? eval::questions_from_answers(arguments.task, arguments.score[i])
                               : eval::read_question_set(arguments.task, arguments.questions[i],
                                                         arguments.science);
            readRun(arguments.score[i], from);
            if (from.model.empty()) from.model = modelIdIn(arguments.score[i]);
        }
        out.push_back(std::move(answered));
    }
    if (!arguments.name.empty()) from.model = arguments.name;
    if (from.model.empty()) from.model = fs::path(arguments.score.front()).stem().string();
    return out;
}

}  // namespace univi::cli
