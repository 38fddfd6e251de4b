#include "training/engine/data_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "training/engine/run_setup.h"

namespace univi::training {

using base::Json;

namespace {

struct ProblemRow {
    const char* name;
    const char* words;
    bool is_fault;
};

constexpr ProblemRow kRows[DataReport::kProblems] = {
    {"broken_json", "no valid JSON", true},
    {"bad_item", "not of the form of an item", true},
    {"placeholders", "placeholders and media do not fit together", true},
    {"missing_medium", "picture or video missing", true},
    {"broken_medium", "picture or video cannot be read", true},
    {"pictures_cut_off", "too long for its pictures: without loss", false},
    {"too_long", "too long: its end is cut", false},
    {"no_loss", "without loss for another reason", false},
    {"unused_medium", "media that no placeholder shows", false},
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

}  // namespace

const char* to_string(DataProblem problem) {
    return row_of(problem).name;
}

bool is_fault(DataProblem problem) {
    return row_of(problem).is_fault;
}

bool DataReport::has_faults() const {
    for (std::size_t i = 0; i < kProblems; ++i)
        if (kRows[i].is_fault && counts[i] > 0) return true;
    return false;
}

Json to_json(const DataReport& report) {
    Json sources = Json::array(), counts = Json::object(), findings = Json::array();
    for (const auto& each : report.sources)
        sources.push_back({{"chat_path", each.chat_path},
                           {"items", each.items},
                           {"items_with_faults", each.faults}});
    for (std::size_t i = 0; i < DataReport::kProblems; ++i)
        counts[kRows[i].name] = report.counts[i];
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
            {"problems", counts},
            {"has_faults", report.has_faults()},
            {"sources", sources},
            {"findings", findings}};
}

std::string to_text(const DataReport& report, std::int64_t model_max_length) {
    std::ostringstream text;
    for (const auto& each : report.sources)
        text << each.chat_path << ": " << each.items << " items, " << each.faults
             << " with faults\n";
    text << report.items << " items: " << report.with_pictures << " with pictures ("
         << report.pictures << "), " << report.with_video << " with a video (" << report.frames
         << " frames), " << report.text_only << " of text alone\n"
         << report.repeated_ids << " ids and " << report.repeated_items << " items came before\n"
         << report.tokens << " tokens an epoch, " << report.trained_tokens << " of them learned\n";
    add_lengths(text, report, model_max_length);
    for (std::size_t i = 0; i < DataReport::kProblems; ++i)
        if (report.counts[i] > 0) add_problem(text, report, static_cast<DataProblem>(i));
    text << (report.has_faults()
                 ? "The data has faults: mend them, or train with --on_bad_item mask or skip.\n"
                 : "No faults.\n");
    return text.str();
}

int run_check_data(const TrainOptions& options, const base::StopToken& stop) {
    const text::Tokenizer tokenizer = load_tokenizer(options);
    if (options.dataset_use.empty())
        throw base::Error(base::ErrorKind::Usage,
                          "--dataset_use is missing: the name of a data set.");
    const Dataset dataset =
        Dataset::load(find_sources(dataset_list(options), options.dataset_use), stop);
    base::log_info("Checking " + std::to_string(dataset.size()) + " items");
    const DataReport report = check_data(dataset, tokenizer, options, stop);
    const std::string text = to_text(report, options.model_max_length);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    if (!options.output_dir.empty()) {
        std::filesystem::create_directories(options.output_dir);
        const auto file = std::filesystem::path(options.output_dir) / "data_report.json";
        base::write_file_atomically(
            file, to_json(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        base::log_info("The whole report is in " + file.string());
    }
    return report.has_faults() ? 1 : 0;
}

}  // namespace univi::training
