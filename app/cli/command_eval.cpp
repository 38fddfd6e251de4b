#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/eval_devices.h"
#include "app/cli/eval_judge.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/base/utc_time.h"
#include "core/eval/export.h"
#include "core/eval/media_folder.h"
#include "core/eval/table.h"

namespace univi::cli {

namespace {

namespace fs = std::filesystem;
using base::Json;

/// Puts to every item where its medium is, and to those without an answer why.
void completeItems(eval::SetResult& result, const AnsweredSet& answered, const std::string& media) {
    const eval::MediaFolder folder(media);
    for (std::size_t i = 0; i < result.items.size(); ++i) {
        eval::ItemResult& item = result.items[i];
        if (!media.empty() && !item.medium.empty())
            if (const auto file = folder.find(answered.set.items[i]))
                item.file = fs::absolute(*file).string();
        for (const eval::Unanswered& missing : answered.unanswered)
            if (missing.key == item.key && item.given.empty()) item.note = missing.reason;
    }
}

eval::Results scoreAll(const EvalArguments& arguments, const SharedOptions& shared,
                       const std::vector<AnsweredSet>& sets, eval::Provenance from) {
    eval::Results results;
    results.task = arguments.task;
    std::error_code error;
    results.model_folder = fs::is_directory(shared.engine.model, error)
                               ? fs::absolute(shared.engine.model).string()
                               : shared.engine.model;
    for (const AnsweredSet& answered : sets) {
        const auto answers = eval::answers_in_order(answered.set, answered.answers);
        eval::SetResult result = eval::score_set(answered.set, answers, answered.verdicts);
        completeItems(result, answered, arguments.media);
        if (!answered.set.sha256.empty())
            from.files.push_back({"questions", fs::path(answered.set.path).filename().string(),
                                  answered.set.sha256});
        from.files.push_back({"answers", fs::path(answered.answers_path).filename().string(),
                              base::sha256_file_hex(answered.answers_path)});
        results.sets.push_back(std::move(result));
    }
    from.date = base::utc_time();
    from.program = std::string("univi-cli ") + UNIVI_VERSION;
    results.provenance = std::move(from);
    return results;
}

/// One set: its metrics. Several: by set; of video the axes together, since each set has its own.
Json metricsJson(const eval::Results& results) {
    if (results.sets.size() == 1) return results.sets.front().metrics;
    Json by_set = Json::object(), axes = Json::object();
    for (const eval::SetResult& set : results.sets) {
        by_set[set.name] = set.metrics;
        for (const auto& [name, value] : set.metrics.items())
            if (value.is_number_float()) axes[name] = value;
    }
    if (results.task != eval::Task::Video) return by_set;
    axes["sets"] = by_set;
    return axes;
}

Json unansweredJson(const std::vector<AnsweredSet>& sets) {
    Json list = Json::array();
    for (const AnsweredSet& answered : sets)
        for (const eval::Unanswered& item : answered.unanswered) {
            Json entry = {{"set", answered.set.name}, {"id", item.id}, {"reason", item.reason}};
            base::put_path(entry, "medium", item.medium);
            list.push_back(std::move(entry));
        }
    return list;
}

void exportTable(const eval::Table& table, const std::string& file) {
    const std::string ending = fs::path(file).extension().string();
    if (ending == ".md")
        base::write_file_atomically(file, eval::to_markdown(table));
    else if (ending == ".tex")
        base::write_file_atomically(file, eval::to_latex(table));
    else
        base::write_file_atomically(file, eval::to_csv(table));
}

void checkExports(const EvalArguments& arguments) {
    for (const std::string& file : arguments.exports) {
        const std::string ending = fs::path(file).extension().string();
        if (ending != ".md" && ending != ".tex" && ending != ".csv")
            throw base::Error(base::ErrorKind::Usage,
                              "--export writes .md, .tex or .csv, not " + file + ".");
    }
}

std::string resultsPath(const EvalArguments& arguments, const std::vector<AnsweredSet>& sets) {
    if (!arguments.results.empty()) return arguments.results;
    if (sets.size() == 1 || arguments.answers.empty())
        return eval::results_path(sets.front().answers_path).string();
    return (fs::path(arguments.answers) /
            (std::string(eval::to_string(arguments.task)) + ".results.json"))
        .string();
}

/// Files that are only scored may lie where nothing can be written: the figures are printed
/// all the same.
void keepResults(const EvalArguments& arguments, const std::string& path,
                 const eval::Results& results) {
    try {
        eval::write_results(path, results);
    } catch (const base::Error& error) {
        if (arguments.score.empty() || !arguments.results.empty()) throw;
        base::log_warning(std::string("The results file is left out: ") + error.what());
    }
}

void printResults(const EvalArguments& arguments, const eval::Results& results,
                  const eval::Table& table, const std::vector<AnsweredSet>& sets) {
    Json metrics = metricsJson(results);
    if (const Json list = unansweredJson(sets); !list.empty()) metrics["unanswered"] = list;
    if (arguments.json)
        print(base::json_text(metrics) + "\n");
    else if (!arguments.events)
        print(eval::to_markdown(table));
}

/// A part of a run is not scored: the whole is, by whoever finishes last or by --score.
bool isWhole(const std::vector<AnsweredSet>& sets) {
    return std::ranges::all_of(sets, [](const AnsweredSet& answered) {
        const auto answers = eval::answers_in_order(answered.set, answered.answers);
        return std::ranges::none_of(answers, [](const auto* answer) { return answer == nullptr; });
    });
}

void evaluate(EvalArguments& arguments, const SharedOptions& shared) {
    arguments.settle();
    checkExports(arguments);
    EvalReport report(arguments.events);
    if (!arguments.devices.empty()) {
        if (arguments.restart) forgetAnswers(arguments);
        runOnDevices(arguments, shared, report);
        arguments.restart = false;
    }
    eval::Provenance from;
    std::vector<AnsweredSet> sets = arguments.score.empty()
                                        ? askModel(arguments, shared, report, from)
                                        : readAnswered(arguments, from);
    if (arguments.run.num_shards > 1 && !isWhole(sets)) {
        const Json list = unansweredJson(sets);
        if (arguments.json)
            print(base::json_text({{"shard", arguments.run.shard + 1},
                                   {"shards", arguments.run.num_shards},
                                   {"unanswered", list}}) +
                  "\n");
        report.event(protocol::evaluation::DoneEvent());
        return;
    }
    judgeSets(arguments, shared, sets, report, from);
    const eval::Results results = scoreAll(arguments, shared, sets, from);
    const std::string path = resultsPath(arguments, sets);
    keepResults(arguments, path, results);
    const eval::Table table =
        eval::make_table({results}, arguments.no_published ? std::vector<eval::TableRow>{}
                                                           : eval::published_rows(arguments.task));
    for (const std::string& file : arguments.exports) exportTable(table, file);
    printResults(arguments, results, table, sets);
    report.event(protocol::evaluation::ResultsEvent{fs::absolute(path).string()});
    report.event(protocol::evaluation::DoneEvent());
}

}  // namespace

void addEvalCommand(CommandSet& commands) {
    auto* command = addSubcommand(
        commands, "eval",
        "The published evaluations: asks every question, resumes, judges, scores, makes the table");
    const auto arguments = std::make_shared<EvalArguments>();
    arguments->addTo(*command);
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] { evaluate(*arguments, commands.shared); };
    });
}

}  // namespace univi::cli
