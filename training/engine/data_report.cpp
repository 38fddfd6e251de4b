#include "training/engine/data_report.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "training/engine/data_check.h"
#include "training/engine/run_setup.h"

namespace univi::training {

namespace {

constexpr std::size_t kShown = 5;    // findings of each problem in the text
constexpr std::int64_t kWidth = 40;  // of the longest bar

void add_lengths(std::ostringstream& text, const DataReport& report,
                 std::int64_t model_max_length) {
    text << "Tokens of a sample: " << report.lengths.shortest << " to " << report.lengths.longest
         << ", median " << report.lengths.median << ", 95 % up to " << report.lengths.percentile95
         << " (--model_max_length " << model_max_length << ")\n";
    std::int64_t most = 1;
    for (const std::int64_t count : report.lengths.histogram) most = std::max(most, count);
    for (std::size_t bar = 0; bar < report.lengths.histogram.size(); ++bar) {
        const std::int64_t count = report.lengths.histogram[bar];
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
    text << (is_fault(problem) ? "fault  " : "note   ") << words_of(problem) << ": "
         << report.count(problem) << " items\n"
         << "         " << remedy(problem) << "\n";
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
    for (const auto& [problem, unused] : protocol::EnumNames<DataProblem>::kNames)
        if (report.count(problem) > 0) add_problem(text, report, problem);
    if (report.has_nothing_to_learn()) text << report.nothing_to_learn() << "\n";
    text << (report.has_faults()
                 ? "The data has faults: mend them, or train with --on_bad_item mask or skip.\n"
                 : "No faults.\n");
    return text.str();
}

namespace {

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void print_event(const protocol::CheckEvent& event) {
    print(base::json_text(to_json(event)) + "\n");
}

/// Tells a person every ten seconds how far the check is.
class ProgressLog {
  public:
    void operator()(std::int64_t done, std::int64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < std::chrono::seconds(10)) return;
        told_ = now;
        base::log_info("Checked " + std::to_string(done) + " of " + std::to_string(total) +
                       " items");
    }

  private:
    std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

bool prints_events(const TrainOptions& options) {
    return options.check_format == ReportFormat::Json;
}

DataReport check_named(const TrainOptions& options, const text::Tokenizer& tokenizer,
                       const DatasetList& list, const std::string& use,
                       const base::StopToken& stop) {
    const Dataset dataset = Dataset::load(find_sources(list, use), stop);
    base::log_info("Checking " + std::to_string(dataset.size()) + " items");
    if (!prints_events(options))
        return check_data(dataset, tokenizer, options, stop, ProgressLog());
    const auto tell = [](std::int64_t done, std::int64_t total) {
        print_event(protocol::CheckProgress{done, total});
    };
    tell(0, static_cast<std::int64_t>(dataset.size()));
    return check_data(dataset, tokenizer, options, stop, tell);
}

protocol::DataCheck check_both(const TrainOptions& options, const text::Tokenizer& tokenizer,
                               const base::StopToken& stop) {
    DatasetList list = dataset_list(options);
    protocol::DataCheck check{check_named(options, tokenizer, list, options.dataset_use, stop), {}};
    if (options.eval_dataset_use.empty()) return check;
    list.option = "eval_dataset_use";
    check.held_out = check_named(options, tokenizer, list, options.eval_dataset_use, stop);
    return check;
}

void print_check(const TrainOptions& options, const protocol::DataCheck& check) {
    if (prints_events(options)) return print_event(check);
    print(to_text(check.data, options.model_max_length));
    if (check.held_out)
        print("\nHeld out (--eval_dataset_use " + options.eval_dataset_use + "):\n" +
              to_text(*check.held_out, options.model_max_length));
}

}  // namespace

int run_check_data(const TrainOptions& options, const base::StopToken& stop) {
    const text::Tokenizer tokenizer = load_tokenizer(options);
    const protocol::DataCheck check = check_both(options, tokenizer, stop);
    print_check(options, check);
    if (!options.output_dir.empty()) {
        std::filesystem::create_directories(options.output_dir);
        const auto file = std::filesystem::path(options.output_dir) / "data_report.json";
        base::write_file_atomically(file, base::json_text(to_json(check), 2) + "\n");
        base::log_info("The whole report is in " + file.string());
    }
    return check.has_faults() ? 1 : 0;
}

}  // namespace univi::training
