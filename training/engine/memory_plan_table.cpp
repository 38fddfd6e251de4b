#include "training/engine/memory_plan_table.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/byte_size.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/resident_memory.h"
#include "core/model/device.h"
#include "training/distributed/rank_environment.h"
#include "training/engine/run_setup.h"
#include "training/options/include.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

std::string gigabytes(std::int64_t bytes) {
    char text[32];
    const double value = static_cast<double>(bytes) / 1e9;
    std::snprintf(text, sizeof text, value < 10 ? "%.2f" : "%.1f", value);
    return text;
}

std::string millions(std::int64_t count) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f million", static_cast<double>(count) / 1e6);
    return text;
}

std::string row_name(const PlanRow& row) {
    return "stage " + std::to_string(row.stage) + (row.offload ? ", offload" : "");
}

bool plans_for_gpu(const TrainOptions& options) {
    if (options.device == "cpu") return false;
    if (!options.plan_device_memory.empty()) return true;  // none needs to be here
    return options.device != "auto" || !model::open_device("auto").is_cpu();
}

std::string cell(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

struct Column {
    const char* title;
    std::int64_t MemoryParts::*part;
};
constexpr Column kColumns[] = {
    {"weights", &MemoryParts::weights},
    {"tower", &MemoryParts::tower},
    {"gradients", &MemoryParts::gradients},
    {"optimizer", &MemoryParts::optimizer},
    {"activations", &MemoryParts::activations},
    {"buffers", &MemoryParts::buffers},
    {"cache", &MemoryParts::cache},
    {"overhead", &MemoryParts::overhead},
    {"peak", &MemoryParts::peak},
};
constexpr std::size_t kNameWidth = 18, kWidth = 12;

std::string head_line(bool has_host) {
    std::string line = std::string("GB a device").append(kNameWidth - 11, ' ');
    for (const Column& each : kColumns) line += cell(each.title, kWidth);
    if (has_host) line += cell("host", kWidth);
    return line + cell("fits", 8) + cell("largest batch", 15) + "\n";
}

std::string row_line(const PlanRow& row, bool has_host) {
    std::string name = (row.is_chosen ? "> " : "  ") + row_name(row);
    std::string line = name.append(kNameWidth - name.size(), ' ');
    for (const Column& each : kColumns) line += cell(gigabytes(row.parts.*each.part), kWidth);
    if (has_host) line += cell(gigabytes(row.parts.host), kWidth);
    return line + cell(row.fits ? "yes" : "no", 8) +
           cell(row.largest_batch > 0 ? std::to_string(row.largest_batch) : "-", 15) + "\n";
}

/// Adapters and matrices in few bits, where there are some.
std::string details(const MemoryPlan& plan) {
    std::string text;
    if (plan.adapter_rank > 0)
        text += "Adapters of rank " + std::to_string(plan.adapter_rank) + ". ";
    if (plan.quantized_parameters > 0)
        text += millions(plan.quantized_parameters) + " parameters in " +
                gigabytes(plan.quantized_bytes) + " GB of few bits.";
    if (!text.empty() && text.back() == ' ') text.pop_back();
    return text.empty() ? text : text + "\n";
}

/// What to do, in one sentence.
std::string advice(const MemoryPlan& plan) {
    const PlanRow* chosen = plan.chosen();
    const std::string batch =
        std::to_string(plan.batch.samples) + (plan.batch.samples == 1 ? " sample" : " samples");
    const PlanRow* smallest = plan.smallest_that_fits();
    if (chosen && chosen->fits && smallest == chosen)
        return "What the flags ask for fits, and no smaller stage is needed.";
    if (smallest)
        return std::string(chosen && chosen->fits ? "What the flags ask for fits"
                                                  : "What the flags ask for does not fit") +
               "; the smallest that fits with batches of " + batch + " is " + row_name(*smallest) +
               ".";
    const auto best = std::max_element(
        plan.rows.begin(), plan.rows.end(),
        [](const auto& a, const auto& b) { return a.largest_batch < b.largest_batch; });
    if (best->largest_batch > 0)
        return "Nothing fits with batches of " + batch + "; " + row_name(*best) +
               " fits with --per_device_train_batch_size " + std::to_string(best->largest_batch) +
               ".";
    return "Nothing fits, not even with batches of one sample: use more devices, "
           "--gradient_checkpointing True, or bf16.";
}

}  // namespace

std::int64_t parse_memory_size(const std::string& text) {
    if (const auto bytes = base::parse_byte_size(text)) return *bytes;
    throw Error(
        ErrorKind::Usage,
        "--plan_device_memory takes a size such as 80GB, 24GiB or 512MB, not \"" + text + "\".");
}

int planned_ranks(const TrainOptions& options) {
    const RankEnvironment environment =
        read_rank_environment(process_environment, static_cast<int>(options.master_port));
    if (!environment.launcher.empty()) return environment.size;
    if (options.include.empty()) return 1;
    const IncludedDevices included = parse_include(options.include);
    if (!included.devices.empty()) return static_cast<int>(included.devices.size());
    try {
        const c10::Device device = model::open_device(options.device);
        return device.is_cpu() ? 1 : std::max(1, model::device_count(device.type()));
    } catch (const Error&) {
        return 1;  // planned for a device that is not here
    }
}

PlanSettings plan_settings(const TrainOptions& options, const DeepSpeedConfig& parallel,
                           int ranks) {
    PlanSettings settings;
    settings.ranks = ranks;
    settings.is_gpu = plans_for_gpu(options);
    settings.value_bytes = options.bf16 || options.fp16 ? 2 : 4;
    settings.checkpoints = options.gradient_checkpointing;
    settings.accumulation = options.gradient_accumulation_steps;
    settings.bucket_elements = parallel.bucket_elements();
    settings.max_live_elements = parallel.stage3_max_live_parameters;
    settings.samples_ahead =
        options.per_device_train_batch_size + 2 * options.dataloader_num_workers;
    if (!options.plan_device_memory.empty()) {
        settings.device_memory = parse_memory_size(options.plan_device_memory);
        settings.device_name = "--plan_device_memory";
    } else if (settings.is_gpu) {
        settings.device_memory = model::device_memory(model::open_device(options.device)).total;
        settings.device_name = "the GPU";
    } else {
        settings.device_memory = base::machine_memory() / ranks;
        settings.device_name =
            ranks > 1 ? "this computer's memory, shared by its ranks" : "this computer's memory";
    }
    return settings;
}

std::string to_text(const MemoryPlan& plan) {
    const bool has_host = plan.gpu;
    std::ostringstream out;
    out << "Model: " << millions(plan.parameters) << " parameters, "
        << millions(plan.trained_parameters) << " trained; vision tower "
        << millions(plan.tower_parameters) << ".\n"
        << details(plan) << "Run: " << plan.ranks << (plan.gpu ? " GPU" : " process")
        << (plan.ranks > 1 ? (plan.gpu ? "s" : "es") : "") << ", "
        << (plan.value_bytes == 4 ? "fp32" : "16-bit values over fp32 masters") << ", "
        << (plan.checkpointing ? "with" : "without") << " gradient checkpointing; device memory "
        << gigabytes(plan.device_memory) << " GB (" << plan.device << ").\n"
        << "Batch: " << plan.batch.samples << " x " << plan.batch.positions << " positions, "
        << plan.batch.targets << " targets; from " << plan.batch.source << ".\n\n"
        << head_line(has_host);
    for (const PlanRow& row : plan.rows) out << row_line(row, has_host);
    out << "\nParts are given at their largest, which is not at the same moment: the peak is less "
           "than their sum.\n";
    if (plan.ranks == 1)
        out << "With one device there is nothing to share: the stages differ only where state is "
               "offloaded.\n";
    out << advice(plan) << "\n";
    return out.str();
}

int run_plan(const TrainOptions& options) {
    const PlannedModel model = read_planned_model(options);
    const int ranks = planned_ranks(options);
    const DeepSpeedConfig parallel = load_deepspeed_config(
        options, {ranks, model.config.language.hidden_size},
        [](const std::string& message) { base::log_warning(message); },
        [](const std::string& message) { base::log_info(message); });
    check_stage(options, parallel.stage, ranks);
    const MemoryPlan plan =
        make_memory_plan(model, plan_batch(options, model), plan_settings(options, parallel, ranks),
                         parallel.stage, parallel.offload_optimizer);
    const std::string text = options.plan_format == ReportFormat::Json
                                 ? base::json_text(to_json(plan), 2) + "\n"
                                 : to_text(plan);
    std::fputs(text.c_str(), stdout);
    const PlanRow* chosen = plan.chosen();
    return chosen && chosen->fits ? 0 : 1;
}

}  // namespace univi::training
