#include "training/options/option_check.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "training/options/include.h"
#include "training/options/option_error.h"
#include "training/options/option_form.h"
#include "training/options/option_table.h"
#include "training/options/option_words.h"
#include "training/options/options.h"
#include "training/options/schedule.h"

namespace univi::training {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& rest) {
    throw OptionError(option, "--" + option + rest);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

void check_choice(const std::string& name, const std::string& value, NamedText::Names known) {
    std::string list;
    for (const char* each : known) {
        if (value == each) return;
        if (*each) list += (list.empty() ? "" : ", ") + std::string(each);
    }
    refuse(name, " takes one of " + list + ", not \"" + value + "\"; did you mean " +
                     nearest_name(value, {known.begin(), known.end()}) + "?");
}

/// The lowest and highest value of a number.
struct Range {
    const char* name;
    double low, high;
};

constexpr double kMany = 1e12;

constexpr Range kRanges[] = {
    {"lora_r", 1, 65536},
    {"lora_alpha", 0, 1e6},
    {"lora_dropout", 0, 0.999},
    {"max_frames", 1, 64},
    {"model_max_length", 8, 1 << 20},
    {"dataloader_num_workers", 0, 256},
    {"num_train_epochs", 0, 1e6},
    {"per_device_train_batch_size", 1, 65536},
    {"per_device_eval_batch_size", 1, 65536},
    {"gradient_accumulation_steps", 1, 65536},
    {"seed", 0, 9e15},
    {"learning_rate", 0, 1000},
    {"weight_decay", 0, 1},
    {"adam_beta1", 0, 1 - 1e-9},
    {"adam_beta2", 0, 1 - 1e-9},
    {"adam_epsilon", 0, 1},
    {"max_grad_norm", 0, 1e9},
    {"warmup_ratio", 0, 1},
    {"warmup_steps", 0, kMany},
    {"eval_steps", 0, kMany},
    {"save_steps", 1, kMany},
    {"save_total_limit", 0, 1e9},
    {"logging_steps", 1, kMany},
    {"threads", 0, 1024},
    {"zero_stage", -1, 3},
    {"master_port", 0, 65535},
};

void check_ranges(const base::Json& values) {
    for (const Range& range : kRanges) {
        const double value = values.at(range.name).get<double>();
        if (value >= range.low && value <= range.high) continue;
        std::ostringstream sentence;
        sentence << " must lie between " << range.low << " and " << range.high << ", not " << value;
        refuse(range.name, sentence.str());
    }
}

void check_model(const TrainOptions& options) {
    if (options.mm_use_im_start_end || options.mm_use_im_patch_token ||
        options.mm_use_box_start_end)
        refuse("mm_use_im_start_end",
               ", --mm_use_im_patch_token and --mm_use_box_start_end must be "
               "False: Chat-UniVi has no such tokens.");
    if (options.tune_mm_mlp_adapter && options.freeze_mm_mlp_adapter)
        refuse("tune_mm_mlp_adapter", " and --freeze_mm_mlp_adapter exclude each other.");
    if (options.tune_mm_mlp_adapter && options.vision_tune)
        refuse("tune_mm_mlp_adapter", " trains the projector alone: leave --vision_tune out.");
    if (options.vision_tune && !options.visual_token_cache.empty())
        refuse("visual_token_cache",
               " keeps what a frozen tower made: leave it out with --vision_tune "
               "True.");
}

void check_lora(const TrainOptions& options) {
    if (options.bits != 16 && options.bits != 8 && options.bits != 4)
        refuse("bits", " takes 16, 8 or 4, not " + std::to_string(options.bits) + ".");
    if (options.bits != 16 && !options.lora_enable && !options.tune_mm_mlp_adapter)
        refuse("bits",
               " " + std::to_string(options.bits) +
                   " freezes the base, so there is nothing to train: add --lora_enable True.");
    if (options.lora_enable && options.tune_mm_mlp_adapter)
        refuse("lora_enable",
               " trains the decoder and --tune_mm_mlp_adapter the projector alone: "
               "choose one.");
    if (!options.lora_weight_path.empty() && !options.lora_enable)
        refuse("lora_weight_path",
               " names an adapter to go on from, but --lora_enable is not True.");
}

void check_machine(const TrainOptions& options) {
    if (options.bf16 && options.fp16) refuse("bf16", " and --fp16 exclude each other.");
    if (!options.include.empty()) parse_include(options.include);
    if (options.offload_optimizer == OffloadTo::Cpu && options.deepspeed.empty() &&
        options.zero_stage < 1)
        refuse("offload_optimizer",
               " cpu needs a partitioned optimizer: add --zero_stage 1, 2 or 3.");
}

void check_run(const TrainOptions& options) {
    const bool evaluates = options.evaluation_strategy != Interval::No;
    if (evaluates && options.eval_dataset_use.empty())
        refuse("evaluation_strategy", " " + options.evaluation_strategy.text() +
                                          " needs held-out data: name it with --eval_dataset_use.");
    if (!evaluates && !options.eval_dataset_use.empty())
        refuse("eval_dataset_use",
               " is given but --evaluation_strategy is no: give steps or epoch.");
    if (!evaluates && options.lr_scheduler_type == ScheduleType::Plateau)
        refuse("lr_scheduler_type",
               " reduce_lr_on_plateau follows the held-out loss: give "
               "--evaluation_strategy and --eval_dataset_use.");
    if (options.group_by_length && !options.shuffle)
        refuse("group_by_length",
               " orders the samples, --shuffle False keeps the file's order: choose "
               "one.");
    if (options.plan && options.check_data)
        refuse("plan", " and --check_data each end the program: give one.");
    if (options.overwrite_output_dir && !options.resume_from_checkpoint.empty() &&
        options.resume_from_checkpoint != "False")
        refuse("overwrite_output_dir",
               " starts afresh, --resume_from_checkpoint goes on: choose one.");
    if (!options.reference_root.empty() && options.engine != TrainingEngine::DeepSpeed)
        refuse("reference_root", " belongs to --engine deepspeed.");
}

/// What a person has to put in the place of a placeholder.
const char* wanted_by(const OptionRow& row) {
    switch (option_face(row).editor) {
        case OptionEditor::File:
            return "the file";
        case OptionEditor::Model:
            return "the folder of the model";
        case OptionEditor::Folder:
        case OptionEditor::NewFolder:
            return "the folder";
        default:
            return "the value";
    }
}

/// A command copied from instructions: "${stage1 save path}" would become a folder of that name.
void check_placeholders(const TrainOptions& options) {
    for (const OptionRow& row : option_table()) {
        const std::string placeholder = unfilled_placeholder(options, row);
        if (!placeholder.empty())
            refuse(row.name, " still has the placeholder " + placeholder + ": put " +
                                 wanted_by(row) + " in its place.");
    }
}

void check_report(const std::string& report) {
    static constexpr const char* kServices[] = {"wandb", "tensorboard", "none", "all"};
    const std::vector<std::string> parts = split(report, ',');
    for (const std::string& each : parts) check_choice("report_to", each, kServices);
    if (parts.size() > 1)
        for (const std::string& each : parts)
            if (each == "none" || each == "all")
                refuse("report_to", " " + each + " stands alone, not in \"" + report + "\".");
}

}  // namespace

std::string unfilled_placeholder(const TrainOptions& options, const OptionRow& row) {
    const std::string* text = option_string(options, row);
    if (!text) return {};
    const std::string placeholder = placeholder_in(*text);
    std::error_code error;
    // A folder may be called so.
    return !placeholder.empty() && std::filesystem::exists(*text, error) ? std::string()
                                                                         : placeholder;
}

void check_options(const TrainOptions& options) {
    if (!options.check_data && !options.plan && options.output_dir.empty())
        refuse("output_dir", " is missing: the folder that takes the run.");
    if (options.model_name_or_path.empty())
        refuse("model_name_or_path", " is missing: the folder of the base model.");
    if (!options.plan) check_placeholders(options);
    for (const OptionRow& row : option_table())
        if (!row.choices.empty()) check_choice(row.name, option_text(options, row), row.choices);
    check_ranges(to_json(options));
    check_report(options.report_to);
    parse_schedule_settings(options.lr_scheduler_type.value(), options.lr_scheduler_kwargs);
    check_model(options);
    check_lora(options);
    check_machine(options);
    check_run(options);
}

TrainOptions parse_command_line(const std::vector<std::string>& arguments) {
    TrainOptions options;
    apply_arguments(options, arguments);
    check_options(options);
    return options;
}

}  // namespace univi::training
