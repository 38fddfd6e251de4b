#include "training/engine/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "core/base/error.h"

namespace univi::training {

namespace {

using T = TrainOptions;
using base::Error;
using base::ErrorKind;

constexpr OptionRow kTable[] = {
    {"model_name_or_path", &T::model_name_or_path, "folder of the base model"},
    {"version", &T::version, "conversation template: v1, simple, simpleqa, plain, llama_2"},
    {"vision_tower", &T::vision_tower, "CLIP tower: folder or Hugging Face name"},
    {"pretrain_mm_mlp_adapter", &T::pretrain_mm_mlp_adapter, "mm_projector.bin to start from"},
    {"tune_mm_mlp_adapter", &T::tune_mm_mlp_adapter, "stage 1: train the projector only"},
    {"freeze_mm_mlp_adapter", &T::freeze_mm_mlp_adapter, "leave the projector as it is"},
    {"freeze_backbone", &T::freeze_backbone, "leave embeddings and decoder layers as they are"},
    {"mm_vision_select_layer", &T::mm_vision_select_layer, "hidden state of the tower to use"},
    {"mm_use_im_start_end", &T::mm_use_im_start_end, "must be False"},
    {"mm_use_im_patch_token", &T::mm_use_im_patch_token, "must be False"},
    {"model_use", &T::model_use, "PRETUNE, FINETUNE, BASE: recorded in config.json"},
    {"image_aspect_ratio", &T::image_aspect_ratio, "square, or pad to pad pictures first"},
    {"datasets", &T::datasets, "JSON file: name -> list of sources; left out: datasets.json here"},
    {"dataset_use", &T::dataset_use, "name of the data set in that file (several: A+B)"},
    {"lazy_preprocess", &T::lazy_preprocess, "accepted; media are always read when needed"},
    {"max_frames", &T::max_frames, "frames of a video at most"},
    {"model_max_length", &T::model_max_length, "tokens of a sample at most"},
    {"shuffle", &T::shuffle, "False: file order, wrapping round"},
    {"dataloader_num_workers", &T::dataloader_num_workers, "threads that prepare samples"},
    {"visual_token_cache", &T::visual_token_cache, "folder that keeps merged visual tokens"},
    {"visual_token_cache_dtype", &T::visual_token_cache_dtype, "fp32 (exact) or fp16"},
    {"placement", &T::placement, "interleaved, or reference for upstream's way"},
    {"output_dir", &T::output_dir, "run folder; a run there is resumed"},
    {"overwrite_output_dir", &T::overwrite_output_dir, "start afresh instead of resuming"},
    {"num_train_epochs", &T::num_train_epochs, "passes over the data"},
    {"max_steps", &T::max_steps, "optimiser steps; overrides the epochs when positive"},
    {"per_device_train_batch_size", &T::per_device_train_batch_size, "samples of a batch"},
    {"per_device_eval_batch_size", &T::per_device_eval_batch_size, "accepted; nothing is evaluated"},
    {"gradient_accumulation_steps", &T::gradient_accumulation_steps, "batches of a step"},
    {"seed", &T::seed, "seed of the order and of a fresh projector"},
    {"learning_rate", &T::learning_rate, "highest learning rate"},
    {"weight_decay", &T::weight_decay, "decoupled; not for norms and biases"},
    {"adam_beta1", &T::adam_beta1, "AdamW beta 1"},
    {"adam_beta2", &T::adam_beta2, "AdamW beta 2"},
    {"adam_epsilon", &T::adam_epsilon, "AdamW epsilon"},
    {"max_grad_norm", &T::max_grad_norm, "gradient norm to clip at; 0: never"},
    {"warmup_ratio", &T::warmup_ratio, "share of the steps that warm up"},
    {"warmup_steps", &T::warmup_steps, "steps that warm up; overrides the ratio when positive"},
    {"lr_scheduler_type", &T::lr_scheduler_type, "linear, cosine, constant, constant_with_warmup"},
    {"optim", &T::optim, "adamw_torch"},
    {"evaluation_strategy", &T::evaluation_strategy, "no"},
    {"save_strategy", &T::save_strategy, "no, steps, epoch"},
    {"save_steps", &T::save_steps, "steps between checkpoints"},
    {"save_total_limit", &T::save_total_limit, "checkpoints kept; 0: all"},
    {"save_dtype", &T::save_dtype, "fp32, fp16, bf16; left out: as the base"},
    {"save_final", &T::save_final, "False: write no result at the end"},
    {"logging_steps", &T::logging_steps, "steps between entries of the history"},
    {"report_to", &T::report_to, "accepted; TensorBoard files are always written"},
    {"device", &T::device, "auto, cpu, cuda, cuda:N"},
    {"threads", &T::threads, "threads to compute with; 0: all cores"},
    {"bf16", &T::bf16, "compute in bf16 over fp32 master weights"},
    {"fp16", &T::fp16, "must be False: use bf16"},
    {"tf32", &T::tf32, "TF32 matrix products on the GPU"},
    {"gradient_checkpointing", &T::gradient_checkpointing, "recompute layers, for less memory"},
    {"deepspeed", &T::deepspeed, "accepted; one process trains"},
    {"include", &T::include, "accepted; one process trains"},
    {"master_port", &T::master_port, "accepted; one process trains"},
    {"local_rank", &T::local_rank, "accepted; one process trains"},
};

[[noreturn]] void fail(const std::string& sentence) {
    throw Error(ErrorKind::Usage, sentence);
}

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

const OptionRow& find_row(std::string name, const std::string& where) {
    std::replace(name.begin(), name.end(), '-', '_');
    const OptionRow* nearest = nullptr;
    int best = 1 << 20;
    for (const OptionRow& row : kTable) {
        if (name == row.name) return row;
        const int distance = edit_distance(name, row.name);
        if (distance < best) best = distance, nearest = &row;
    }
    fail(where + " has no option " + name + "; the nearest known one is --" + nearest->name);
}

bool parse_bool(const std::string& text, const std::string& name) {
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* yes : {"true", "t", "yes", "y", "1"})
        if (lower == yes) return true;
    for (const char* no : {"false", "f", "no", "n", "0"})
        if (lower == no) return false;
    fail("--" + name + " takes True or False, not \"" + text + "\"");
}

double parse_number(const std::string& text, const std::string& name) {
    double value = 0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        fail("--" + name + " takes a number, not \"" + text + "\"");
    return value;
}

std::int64_t to_whole(double value, const std::string& name) {
    if (value != std::floor(value) || std::abs(value) > 9e15)
        fail("--" + name + " takes a whole number, not " + std::to_string(value));
    return static_cast<std::int64_t>(value);
}

void set_text(TrainOptions& options, const OptionRow& row, const std::string& text) {
    std::visit(
        [&](auto member) {
            auto& field = options.*member;
            using Field = std::remove_reference_t<decltype(field)>;
            if constexpr (std::is_same_v<Field, std::string>) field = text;
            else if constexpr (std::is_same_v<Field, bool>) field = parse_bool(text, row.name);
            else if constexpr (std::is_same_v<Field, double>) field = parse_number(text, row.name);
            else field = to_whole(parse_number(text, row.name), row.name);
        },
        row.member);
}

bool is_bool(const OptionRow& row) {
    return std::holds_alternative<bool TrainOptions::*>(row.member);
}

void set_json(TrainOptions& options, const OptionRow& row, const base::Json& value, const std::string& where) {
    const bool wants_text = std::holds_alternative<std::string TrainOptions::*>(row.member);
    if (value.is_string()) {
        set_text(options, row, value.get<std::string>());
    } else if (value.is_boolean() && is_bool(row)) {
        options.*std::get<bool TrainOptions::*>(row.member) = value.get<bool>();
    } else if (value.is_number() && !wants_text && !is_bool(row)) {
        std::visit(
            [&](auto member) {
                auto& field = options.*member;
                using Field = std::remove_reference_t<decltype(field)>;
                if constexpr (std::is_same_v<Field, double>) field = value.get<double>();
                else if constexpr (std::is_same_v<Field, std::int64_t>) field = to_whole(value.get<double>(), row.name);
            },
            row.member);
    } else if (!value.is_null()) {
        fail(where + ": " + row.name + " has the wrong type of value: " + value.dump().substr(0, 80));
    }
}

void one_of(const char* name, const std::string& value, std::initializer_list<const char*> known) {
    std::string list;
    for (const char* each : known) {
        if (value == each) return;
        list += (list.empty() ? "" : ", ") + std::string(each);
    }
    fail(std::string("--") + name + " takes one of " + list + ", not \"" + value + "\"");
}

void in_range(const char* name, double value, double low, double high) {
    if (value >= low && value <= high) return;
    std::ostringstream sentence;
    sentence << "--" << name << " must lie between " << low << " and " << high << ", not " << value;
    fail(sentence.str());
}

struct Argument {
    std::string name, value;
};

/// Splits into flag and value; a boolean flag may stand alone. `config` arguments come out as they are.
std::vector<Argument> split_arguments(const std::vector<std::string>& arguments) {
    std::vector<Argument> result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& text = arguments[i];
        if (!text.starts_with("--") || text.size() < 3)
            fail("Flags begin with --; \"" + text + "\" belongs to none (see --help).");
        const auto equals = text.find('=');
        Argument argument{text.substr(2, equals == std::string::npos ? equals : equals - 2), ""};
        const bool is_config = argument.name == "config";
        const OptionRow* row = is_config ? nullptr : &find_row(argument.name, "univi-train");
        const bool has_next = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
        if (equals != std::string::npos) argument.value = text.substr(equals + 1);
        else if (has_next) argument.value = arguments[++i];
        else if (row && is_bool(*row)) argument.value = "True";
        else fail("--" + argument.name + " needs a value (see --help).");
        result.push_back(std::move(argument));
    }
    return result;
}

}  // namespace

std::span<const OptionRow> option_table() {
    return kTable;
}

void apply_json(TrainOptions& options, const base::Json& json, const std::string& where) {
    if (!json.is_object()) fail(where + " must hold one JSON object of options.");
    for (const auto& [name, value] : json.items()) set_json(options, find_row(name, where), value, where);
}

TrainOptions parse_command_line(const std::vector<std::string>& arguments) {
    const std::vector<Argument> pairs = split_arguments(arguments);
    TrainOptions options;
    for (const Argument& each : pairs)
        if (each.name == "config") apply_json(options, base::read_json_file(each.value), each.value);
    for (const Argument& each : pairs)
        if (each.name != "config") set_text(options, find_row(each.name, "univi-train"), each.value);
    options.check();
    return options;
}

base::Json to_json(const TrainOptions& options) {
    base::Json json = base::Json::object();
    for (const OptionRow& row : kTable)
        std::visit([&](auto member) { json[row.name] = options.*member; }, row.member);
    return json;
}

std::string options_help() {
    const TrainOptions defaults;
    const base::Json values = to_json(defaults);
    std::ostringstream text;
    text << "  --config FILE\n        JSON object with any of the flags below\n";
    for (const OptionRow& row : kTable) {
        const base::Json& value = values.at(row.name);
        text << "  --" << row.name << "\n        " << row.help;
        if (value != base::Json("")) text << " (" << (value.is_string() ? value.get<std::string>() : value.dump()) << ")";
        text << "\n";
    }
    return text.str();
}

void TrainOptions::check() const {
    if (model_name_or_path.empty()) fail("--model_name_or_path is missing: the folder of the base model.");
    if (output_dir.empty()) fail("--output_dir is missing: the folder that takes the run.");
    one_of("image_aspect_ratio", image_aspect_ratio, {"square", "pad"});
    one_of("placement", placement, {"interleaved", "reference"});
    one_of("visual_token_cache_dtype", visual_token_cache_dtype, {"fp32", "fp16"});
    one_of("lr_scheduler_type", lr_scheduler_type, {"linear", "cosine", "constant", "constant_with_warmup"});
    one_of("optim", optim, {"adamw_torch", "adamw_hf", "adamw_torch_fused"});
    one_of("evaluation_strategy", evaluation_strategy, {"no"});
    one_of("save_strategy", save_strategy, {"no", "steps", "epoch"});
    one_of("save_dtype", save_dtype, {"", "fp32", "fp16", "bf16"});
    if (mm_use_im_start_end || mm_use_im_patch_token)
        fail("--mm_use_im_start_end and --mm_use_im_patch_token must be False: Chat-UniVi has no such tokens.");
    if (fp16) fail("--fp16 is not supported for training: use --bf16 True or leave both out for fp32.");
    if (tune_mm_mlp_adapter && freeze_mm_mlp_adapter)
        fail("--tune_mm_mlp_adapter and --freeze_mm_mlp_adapter exclude each other.");
    in_range("max_frames", static_cast<double>(max_frames), 1, 64);
    in_range("model_max_length", static_cast<double>(model_max_length), 8, 1 << 20);
    in_range("dataloader_num_workers", static_cast<double>(dataloader_num_workers), 0, 256);
    in_range("num_train_epochs", num_train_epochs, 0, 1e6);
    in_range("per_device_train_batch_size", static_cast<double>(per_device_train_batch_size), 1, 65536);
    in_range("gradient_accumulation_steps", static_cast<double>(gradient_accumulation_steps), 1, 65536);
    in_range("learning_rate", learning_rate, 0, 1000);
    in_range("weight_decay", weight_decay, 0, 1);
    in_range("adam_beta1", adam_beta1, 0, 1 - 1e-9);
    in_range("adam_beta2", adam_beta2, 0, 1 - 1e-9);
    in_range("adam_epsilon", adam_epsilon, 0, 1);
    in_range("max_grad_norm", max_grad_norm, 0, 1e9);
    in_range("warmup_ratio", warmup_ratio, 0, 1);
    in_range("warmup_steps", static_cast<double>(warmup_steps), 0, 1e12);
    in_range("save_steps", static_cast<double>(save_steps), 1, 1e12);
    in_range("save_total_limit", static_cast<double>(save_total_limit), 0, 1e9);
    in_range("logging_steps", static_cast<double>(logging_steps), 1, 1e12);
    in_range("threads", static_cast<double>(threads), 0, 1024);
}

}  // namespace univi::training
