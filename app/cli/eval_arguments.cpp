#include "app/cli/eval_arguments.h"

#include <algorithm>

#include "app/cli/sampling_arguments.h"
#include "core/base/error.h"

namespace univi::cli {

namespace {

using base::Error;
using base::ErrorKind;

void addFiles(CLI::App& app, EvalArguments& arguments) {
    app.add_option("TASK", arguments.task_name, "image, video, scienceqa, videoqa or pope")
        ->required()
        ->type_name("TASK");
    app.add_option("--questions", arguments.questions,
                   "A published question file; several make one table (ScienceQA: also the folder "
                   "that holds it)")
        ->type_name("F");
    app.add_option("--media", arguments.media, "Folder of the pictures or clips")->type_name("DIR");
    app.add_option("--answers", arguments.answers,
                   "Answer file to write; a run goes on where the last one stopped. Of several "
                   "question files: a folder")
        ->type_name("OUT.jsonl");
    app.add_option("--score", arguments.score,
                   "Score finished answer files, or judge files, and ask no model")
        ->type_name("F");
    app.add_option("--results", arguments.results,
                   "Results with every item; default: beside the answers, .results.json")
        ->type_name("OUT.json");
    app.add_option("--export", arguments.exports,
                   "Write the table as .md, .tex or .csv; may be repeated")
        ->type_name("F")
        ->allow_extra_args(false);
    app.add_flag("--json", arguments.json, "Print the metrics as JSON in place of the table");
    app.add_flag("--events", arguments.events, "Print progress as JSON lines (for the window)");
    app.add_flag("--no-published", arguments.no_published,
                 "Leave the published rows out: the questions are others than theirs");
    app.add_flag("--restart", arguments.restart, "Throw the answers of an earlier run away");
    app.add_option("--name", arguments.name,
                   "The model's name in table and answers; default: its folder's")
        ->type_name("S");
}

void addTaskFiles(CLI::App& app, EvalArguments& arguments) {
    const char* science = "ScienceQA";
    app.add_option("--problems", arguments.problems, "problems.json; default: beside the questions")
        ->type_name("F")
        ->group(science);
    app.add_option("--splits", arguments.splits, "pid_splits.json; default: beside the questions")
        ->type_name("F")
        ->group(science);
    app.add_option("--split", arguments.science.split, "The split to score")
        ->type_name("S")
        ->group(science)
        ->capture_default_str();
    const char* image = "Image understanding";
    app.add_option("--context", arguments.context,
                   "Captions and boxes; default: beside the questions")
        ->type_name("F")
        ->group(image);
    app.add_option("--rules", arguments.rules, "The judge's rules; default: beside the questions")
        ->type_name("F")
        ->group(image);
    app.add_option("--reference", arguments.reference,
                   "Reference answers; default: beside the questions")
        ->type_name("F")
        ->group(image);
}

void addAsking(CLI::App& app, EvalArguments& arguments) {
    const char* group = "Asking (defaults as published)";
    auto& settings = arguments.run.settings;
    app.add_option("--conv", settings.conv,
                   "Template; default: the model's own where it names one, else the task's")
        ->type_name("NAME")
        ->group(group);
    app.add_flag("--greedy", arguments.greedy, "The likeliest token always: no sampling")
        ->group(group);
    addSampling(
        app, settings.sampling,
        {.group = group, .seed = "Question n is drawn with seed + n", .has_penalty = false});
    app.add_option("--max-frames", settings.max_frames, "Most frames taken of a clip")
        ->type_name("N")
        ->group(group)
        ->capture_default_str();
    app.add_flag("--answer-prompter", arguments.run.reasoning,
                 "POPE: a free reply first, then \" The answer is \"")
        ->group(group);
    app.add_option("--batch", arguments.run.batch, "POPE: questions run through the model together")
        ->type_name("N")
        ->group(group)
        ->capture_default_str();
}

void addSharing(CLI::App& app, EvalArguments& arguments) {
    const char* group = "Several devices";
    app.add_option("--devices", arguments.devices,
                   "Share the questions out to these, e.g. cuda:0,cuda:1: a process each")
        ->type_name("D,D")
        ->group(group);
    app.add_option("--shard", arguments.shard,
                   "Answer part I of N only, e.g. 2/8; all parts may write one file")
        ->type_name("I/N")
        ->group(group);
    app.add_option("--num-chunks", arguments.num_chunks, "The same as published: number of parts")
        ->type_name("N")
        ->group(group);
    app.add_option("--chunk-idx", arguments.chunk_index, "The same as published: part from 0")
        ->type_name("I")
        ->group(group);
}

void addJudge(CLI::App& app, EvalArguments& arguments) {
    const char* group = "Judge (key: $UNIVI_JUDGE_KEY, $OPENAI_API_KEY or the keyring)";
    app.add_option("--judge", arguments.judge,
                   "An OpenAI-compatible endpoint, e.g. https://api.openai.com/v1")
        ->type_name("URL")
        ->group(group);
    app.add_option("--judge-name", arguments.judge_name,
                   "Its model; default: gpt-4-0314 (image), gpt-3.5-turbo (video), as published")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--judge-model", arguments.judge_model, "A local model as judge")
        ->type_name("DIR")
        ->group(group);
    app.add_option("--judge-device", arguments.judge_device, "Its device")
        ->type_name("D")
        ->group(group);
    app.add_option("--judge-dtype", arguments.judge_dtype, "Its type")
        ->type_name("T")
        ->group(group);
    app.add_option("--verdicts", arguments.verdicts,
                   "Judge files to score by, one an axis; default: those beside the answers")
        ->type_name("F")
        ->group(group);
    app.add_option("--axis", arguments.axis,
                   "What a video judge file judges, where its name does not say")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--judge-templates", arguments.judge_templates,
                   "Folder of changed judge prompts")
        ->type_name("DIR")
        ->group(group);
    app.add_option("--judge-cache", arguments.judge_cache,
                   "Replies kept, so that none is paid for twice")
        ->type_name("F.jsonl")
        ->group(group);
    app.add_option("--judge-jobs", arguments.judge_jobs, "Requests at a time")
        ->type_name("N")
        ->group(group)
        ->capture_default_str();
    app.add_option("--judge-tries", arguments.judge_tries, "Tries of a request that fails for now")
        ->type_name("N")
        ->group(group)
        ->capture_default_str();
    app.add_option("--judge-timeout", arguments.judge_timeout,
                   "Seconds without a sign before a try ends")
        ->type_name("S")
        ->group(group)
        ->capture_default_str();
    app.add_option("--judge-wait", arguments.judge_wait,
                   "Seconds before the second try; doubled each time")
        ->type_name("S")
        ->group(group)
        ->capture_default_str();
}

/// "2/8" -> 1 of 8.
void readShard(const std::string& text, eval::RunOptions& run) {
    const auto slash = text.find('/');
    try {
        std::size_t first = 0, second = 0;
        run.shard = std::stoi(text.substr(0, slash), &first) - 1;
        run.num_shards = std::stoi(text.substr(slash + 1), &second);
        if (slash != text.npos && first == slash && second == text.size() - slash - 1) return;
    } catch (const std::exception&) {
    }
    throw Error(ErrorKind::Usage, "--shard is written as I/N, for example 2/8, not " + text + ".");
}

}  // namespace

void EvalArguments::addTo(CLI::App& app) {
    addFiles(app, *this);
    addTaskFiles(app, *this);
    addAsking(app, *this);
    addSharing(app, *this);
    addJudge(app, *this);
}

void EvalArguments::settle() {
    task = eval::task_from(task_name);
    science.problems = problems;
    science.splits = splits;
    if (greedy) run.settings.greedy();
    run.shard = chunk_index;
    run.num_shards = num_chunks;
    if (!shard.empty()) readShard(shard, run);
    run.check();
    // problems.json tells the questions too.
    if (task == eval::Task::ScienceQa && questions.empty() && !problems.empty())
        questions.assign(std::max<std::size_t>(1, score.size()), problems);
    const auto require = [](bool fine, const std::string& sentence) {
        if (!fine) throw Error(ErrorKind::Usage, sentence);
    };
    require(!questions.empty() || !score.empty(),
            "Name the questions to ask (--questions) or a finished answer file (--score).");
    require(!score.empty() || !answers.empty(),
            "Name the answer file to write (--answers OUT.jsonl).");
    require(score.empty() || answers.empty(),
            "--answers asks a model and --score does not: give one of them.");
    require(score.empty() || questions.empty() || score.size() == questions.size(),
            "--score and --questions must name the same number of files.");
    require(judge.empty() || judge_model.empty(),
            "There are two judges: give --judge or --judge-model.");
    if (judge_name.empty()) judge_name = task == eval::Task::Image ? "gpt-4-0314" : "gpt-3.5-turbo";
}

}  // namespace univi::cli
