#include "training/engine/data_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "training/engine/run_setup.h"

namespace univi::training {

using base::Json;

namespace {

struct ProblemRow {
    const char* name;
    const char* words;
    bool is_fault;
    const char* remedy;
};

constexpr ProblemRow kRows[DataReport::kProblems] = {
    {"broken_json", "no valid JSON", true,
     "Mend the lines that are named, or write the file again: it may have been cut off."},
    {"bad_item", "not of the form of an item", true,
     "An item needs a list \"conversations\" of \"from\" (human, gpt) and \"value\", or "
     "\"messages\" of \"role\" (user, assistant) and \"content\", in turns."},
    {"placeholders", "placeholders and media do not fit together", true,
     "Write <image> once for each picture of the item, <video> once for its video."},
    {"absolute_medium", "picture or video named by an absolute path", true,
     "Write \"allow_absolute_media\": true into the source in the datasets file, or name media "
     "relative to the source's folders."},
    {"missing_medium", "picture or video missing", true,
     "Name the folder that holds the files in the source in the datasets file, or correct the "
     "names."},
    {"broken_medium", "picture or video cannot be read", true,
     "Get these files again, or take their items out."},
    {"damaged_medium", "video damaged in part", true,
     "Get these files again, take their items out, or let training read the frames that are left."},
    {"pictures_cut_off", "too long for its pictures: without loss", false,
     "Raise --model_max_length, lower --max_frames, or shorten these conversations."},
    {"too_long", "too long: its end is cut", false,
     "Raise --model_max_length, or shorten these conversations."},
    {"no_loss", "without loss for another reason", false,
     "Give every answer words, and take role names and </s> out of the messages."},
    {"unused_medium", "media that no placeholder shows", false,
     "Write <image> or <video> into a message, or take the media out of the item."},
};

constexpr std::size_t kShown = 5;    // findings of each problem in the text
constexpr std::int64_t kWidth = 40;  // of the longest bar

const ProblemRow& row_of(DataProblem problem) {
    return kRows[static_cast<std::size_t>(problem)];
}

void add_lengths(std::ostringstream& text, const DataReport& report,
                 std::int64_t model_max_length) {
    text << "Tokens of a sample: " << report.shortest << " to " << report.longest << ", median "
         << report.median << ", 95 % up to " << report.percentile95 << " (--model_max_length "
         << model_max_length << ")\n";
    std::int64_t most = 1;
    for (const std::int64_t count : report.histogram) most = std::max(most, count);
    for (std::size_t bar = 0; bar < report.histogram.size(); ++bar) {
        const std::int64_t count = report.histogram[bar];
        if (count == 0) continue;
        const auto begin = static_cast<std::int64_t>(bar) * DataReport::kBucket;
        char head[48];
        std::snprintf(head, sizeof head, "%8lld - %-8lld %10lld ", static_cast<long long>(begin),
                      static_cast<long long>(begin + DataReport::kBucket - 1),
                      static_cast<long long>(count));
        text << head
             << std::string(
                    static_cast<std::size_t>(std::max<std::int64_t>(1, count * kWidth / most)), '#')
             << "\n";
    }
}

void add_problem(std::ostringstream& text, const DataReport& report, DataProblem problem) {
    const ProblemRow& row = row_of(problem);
    text << (row.is_fault ? "fault  " : "note   ") << row.words << ": " << report.count(problem)
         << " items\n";
    text << "         " << row.remedy << "\n";
    std::size_t shown = 0;
    for (const auto& finding : report.findings) {
        if (finding.problem != problem) continue;
        if (++shown > kShown) {
            text << "         …\n";
            return;
        }
        text << "         " << finding.sentence << "\n";
    }
}

void add_forms(std::ostringstream& text, const DataReport& report) {
    const auto& forms = report.forms;
    if (forms.chat_roles > 0)
        text << forms.chat_roles
             << " items call their speakers user and assistant: read as human and gpt\n";
    if (forms.chat_keys > 0)
        text << forms.chat_keys
             << " items have the keys messages, role or content: read as conversations, from, "
                "value\n";
    if (forms.system > 0)
        text << forms.system
             << " items begin with a system message: it takes the place of the template's\n";
}

}  // namespace

const char* to_string(DataProblem problem) {
    return row_of(problem).name;
}

bool is_fault(DataProblem problem) {
    return row_of(problem).is_fault;
}

const char* remedy(DataProblem problem) {
    return row_of(problem).remedy;
}

std::string DataReport::nothing_to_learn() const {
    if (!has_nothing_to_learn()) return "";
    std::size_t cause = static_cast<std::size_t>(DataProblem::NoLoss);
    for (std::size_t i = 0; i < kProblems; ++i)
        if (static_cast<DataProblem>(i) != DataProblem::UnusedMedium && counts[i] > counts[cause])
            cause = i;
    return "Nothing can be learned from this data: no item has a word to learn. " +
           std::to_string(counts[cause]) + " of " + std::to_string(items) +
           " items: " + kRows[cause].words + ". " + kRows[cause].remedy;
}

std::string DataReport::sampling() const {
    std::string text;
    if (pictures > 0)
        text = opens_media ? "Every picture was opened." : "Pictures were found, but not opened.";
    if (with_video == 0) return text;
    const std::string counts = std::to_string(frames) + " of " + std::to_string(frames_in_videos);
    return text + (text.empty() ? "" : " ") +
           (opens_media ? "Of each video the frames that training shows were decoded, at most " +
                              std::to_string(max_frames) + " (--max_frames): " + counts + "."
                        : "Of each video the index was read and the first frame decoded; training "
                          "shows " +
                              counts + " frames.");
}

bool DataReport::has_faults() const {
    if (has_nothing_to_learn()) return true;
    for (std::size_t i = 0; i < kProblems; ++i)
        if (kRows[i].is_fault && counts[i] > 0) return true;
    return false;
}

Json to_json(const DataReport& report) {
    Json sources = Json::array(), counts = Json::object(), findings = Json::array();
    for (const auto& each : report.sources) {
        Json source = {{"items", each.items},
                       {"json_lines", each.is_json_lines},
                       {"items_with_faults", each.faults}};
        base::put_path(source, "chat_path", each.chat_path);
        sources.push_back(std::move(source));
    }
    Json remedies = Json::object();
    for (std::size_t i = 0; i < DataReport::kProblems; ++i) {
        counts[kRows[i].name] = report.counts[i];
        if (report.counts[i] > 0) remedies[kRows[i].name] = kRows[i].remedy;
    }
    for (const auto& each : report.findings)
        findings.push_back({{"problem", to_string(each.problem)},
                            {"item", each.item},
                            {"message", each.sentence}});
    return {{"items", report.items},
            {"text_only", report.text_only},
            {"with_pictures", report.with_pictures},
            {"with_video", report.with_video},
            {"pictures", report.pictures},
            {"videos", report.videos},
            {"frames", report.frames},
            {"frames_in_videos", report.frames_in_videos},
            {"sampling", report.sampling()},
            {"repeated_ids", report.repeated_ids},
            {"repeated_items", report.repeated_items},
            {"tokens", report.tokens},
            {"trained_tokens", report.trained_tokens},
            {"length",
             {{"shortest", report.shortest},
              {"median", report.median},
              {"percentile95", report.percentile95},
              {"longest", report.longest},
              {"bucket", DataReport::kBucket},
              {"histogram", report.histogram}}},
            {"forms",
             {{"chat_roles", report.forms.chat_roles},
              {"chat_keys", report.forms.chat_keys},
              {"system", report.forms.system}}},
            {"nothing_to_learn", report.nothing_to_learn()},
            {"problems", counts},
            {"remedies", remedies},
            {"has_faults", report.has_faults()},
            {"sources", sources},
            {"findings", findings}};
}

std::string to_text(const DataReport& report, std::int64_t model_max_length) {
    std::ostringstream text;
    for (const auto& each : report.sources)
        text << each.chat_path << (each.is_json_lines ? " (JSON Lines): " : ": ") << each.items
             << " items, " << each.faults << " with faults\n";
    text << report.items << " items: " << report.with_pictures << " with pictures ("
         << report.pictures << "), " << report.with_video << " with a video (" << report.frames
         << " frames), " << report.text_only << " of text alone\n"
         << report.repeated_ids << " ids and " << report.repeated_items << " items came before\n"
         << report.tokens << " tokens an epoch, " << report.trained_tokens << " of them learned\n";
    if (const std::string sampling = report.sampling(); !sampling.empty()) text << sampling << "\n";
    add_forms(text, report);
    add_lengths(text, report, model_max_length);
    for (std::size_t i = 0; i < DataReport::kProblems; ++i)
        if (report.counts[i] > 0) add_problem(text, report, static_cast<DataProblem>(i));
    if (report.has_nothing_to_learn()) text << report.nothing_to_learn() << "\n";
    text << (report.has_faults()
                 ? "The data has faults: mend them, or train with --on_bad_item mask or skip.\n"
                 : "No faults.\n");
    return text.str();
}

namespace {

DataReport check_named(const TrainOptions& options, const text::Tokenizer& tokenizer,
                       const std::string& use, const base::StopToken& stop) {
    const Dataset dataset = Dataset::load(find_sources(dataset_list(options), use), stop);
    base::log_info("Checking " + std::to_string(dataset.size()) + " items");
    return check_data(dataset, tokenizer, options, stop);
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

int run_check_data(const TrainOptions& options, const base::StopToken& stop) {
    const text::Tokenizer tokenizer = load_tokenizer(options);
    if (options.dataset_use.empty())
        throw base::Error(base::ErrorKind::Usage,
                          "--dataset_use is missing: the name of a data set.");
    const DataReport report = check_named(options, tokenizer, options.dataset_use, stop);
    print(to_text(report, options.model_max_length));
    Json json = to_json(report);
    bool has_faults = report.has_faults();
    if (!options.eval_dataset_use.empty()) {
        const DataReport held_out = check_named(options, tokenizer, options.eval_dataset_use, stop);
        print("\nHeld out (--eval_dataset_use " + options.eval_dataset_use + "):\n" +
              to_text(held_out, options.model_max_length));
        json["held_out"] = to_json(held_out);
        has_faults |= held_out.has_faults();
        json["has_faults"] = has_faults;
    }
    if (!options.output_dir.empty()) {
        std::filesystem::create_directories(options.output_dir);
        const auto file = std::filesystem::path(options.output_dir) / "data_report.json";
        base::write_file_atomically(file, base::json_text(json, 2) + "\n");
        base::log_info("The whole report is in " + file.string());
    }
    return has_faults ? 1 : 0;
}

}  // namespace univi::training
