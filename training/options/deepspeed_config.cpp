#include "training/options/deepspeed_config.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/paths.h"
#include "core/base/settings_file.h"
#include "training/options/json_section.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

using Say = std::function<void(const std::string&)>;

Json open_file(const fs::path& file) {
    std::error_code error;
    if (fs::is_regular_file(file, error)) return base::read_settings_file(file);
    std::string hint = "give the path of a DeepSpeed JSON file";
    try {
        const fs::path ours = base::resources_folder() / "training" / file.filename();
        if (fs::is_regular_file(ours, error))
            hint += ", or the one that comes with this program: " + ours.string();
    } catch (const Error&) {  // without its resources the program has none to offer
    }
    throw Error(ErrorKind::Usage, "--deepspeed " + file.string() +
                                      " is not there (looked for it below " +
                                      fs::current_path(error).string() + "): " + hint + ".");
}

bool read_offload(JsonSection& parent, const std::string& key, bool& pin_memory) {
    JsonSection section = parent.section(key);
    if (!section.exists()) return false;
    const Json* device = section.find("device");
    const std::string name = device && device->is_string() ? device->get<std::string>() : "none";
    if (name == "nvme")
        section.fail_value("device", *device,
                           "\"none\" or \"cpu\" (offloading to disks is not supported)");
    if (device && (!device->is_string() || (name != "none" && name != "cpu")))
        section.fail_value("device", *device, "\"none\" or \"cpu\"");
    pin_memory |= section.flag("pin_memory", false, true);
    section.note_idle({"buffer_count", "buffer_size", "fast_init", "max_in_cpu", "nvme_path",
                       "pin_memory", "pipeline_read", "pipeline_write", "ratio"});
    section.name_unknown();
    return name == "cpu";
}

/// Sizes that follow the width of the decoder where they are "auto", as in Hugging Face's trainer.
void read_sizes(DeepSpeedConfig& config, JsonSection& zero, std::int64_t hidden) {
    const auto by_hidden = [&](std::int64_t value, std::int64_t otherwise) {
        return hidden > 0 ? value : otherwise;
    };
    config.reduce_bucket_size =
        zero.count("reduce_bucket_size", config.reduce_bucket_size,
                   by_hidden(hidden * hidden, config.reduce_bucket_size), 1);
    config.allgather_bucket_size = zero.count("allgather_bucket_size", config.allgather_bucket_size,
                                              config.allgather_bucket_size, 1);
    config.sub_group_size =
        zero.count("sub_group_size", config.sub_group_size, config.sub_group_size, 1);
    config.stage3_max_live_parameters =
        zero.count("stage3_max_live_parameters", config.stage3_max_live_parameters,
                   config.stage3_max_live_parameters);
    config.stage3_max_reuse_distance =
        zero.count("stage3_max_reuse_distance", config.stage3_max_reuse_distance,
                   config.stage3_max_reuse_distance);
    config.stage3_prefetch_bucket_size =
        zero.count("stage3_prefetch_bucket_size", config.stage3_prefetch_bucket_size,
                   by_hidden(hidden * hidden * 9 / 10, config.stage3_prefetch_bucket_size));
    config.stage3_param_persistence_threshold =
        zero.count("stage3_param_persistence_threshold", config.stage3_param_persistence_threshold,
                   by_hidden(10 * hidden, config.stage3_param_persistence_threshold));
}

void read_zero(DeepSpeedConfig& config, JsonSection zero, const DeepSpeedContext& context) {
    if (zero.is_auto("stage"))
        zero.fail_value("stage", *zero.find("stage"), "a ZeRO stage from 0 to 3");
    const std::int64_t stage = zero.count("stage", 0, 0);
    if (stage > 3) zero.fail_value("stage", *zero.find("stage"), "a ZeRO stage from 0 to 3");
    config.stage = static_cast<int>(stage);
    config.offload_optimizer = read_offload(zero, "offload_optimizer", config.pin_memory) ||
                               zero.flag("cpu_offload", false, false);
    config.offload_param = read_offload(zero, "offload_param", config.pin_memory);
    config.overlap_comm = zero.flag("overlap_comm", stage == 3, stage == 3);
    config.contiguous_gradients = zero.flag("contiguous_gradients", true, true);
    config.reduce_scatter = zero.flag("reduce_scatter", true, true);
    config.round_robin_gradients = zero.flag("round_robin_gradients", false, false);
    read_sizes(config, zero, context.hidden_size);
    config.stage3_gather_16bit_weights_on_model_save =
        zero.flag("stage3_gather_16bit_weights_on_model_save", false, true) ||
        zero.flag("stage3_gather_fp16_weights_on_model_save", false, true);
    zero.note_idle({"allgather_bucket_size", "allgather_partitions", "contiguous_gradients",
                    "elastic_checkpoint", "ignore_unused_parameters", "legacy_stage1",
                    "load_from_fp32_weights", "reduce_scatter", "round_robin_gradients",
                    "stage3_gather_16bit_weights_on_model_save",
                    "stage3_gather_fp16_weights_on_model_save", "stage3_max_reuse_distance",
                    "stage3_param_persistence_threshold", "stage3_prefetch_bucket_size",
                    "sub_group_size"});
    if (config.offload_param) zero.note_idle({"offload_param"});
    if (stage != 3) zero.note_idle({"stage3_max_live_parameters"});
    zero.name_unknown();
    if (config.offload_param && config.stage != 3)
        throw Error(ErrorKind::Usage, zero.file().string() + " says " + zero.full("offload_param") +
                                          " but " + zero.full("stage") + " " +
                                          std::to_string(config.stage) +
                                          ": parameters can only be offloaded in stage 3.");
}

void read_fp16(DeepSpeedConfig& config, JsonSection& root, const TrainOptions& options) {
    JsonSection fp16 = root.section("fp16");
    config.fp16 = fp16.flag("enabled", options.fp16, options.fp16);
    if (config.fp16 != options.fp16)
        fp16.contradict("enabled", "fp16", options.fp16 ? "True" : "False");
    LossScaleConfig& scale = config.scale;
    scale.loss_scale = fp16.number("loss_scale", 0, 0, 0, 1e30);
    scale.initial_scale_power = fp16.count("initial_scale_power", 16, 16);
    if (scale.initial_scale_power > 64)
        fp16.fail_value("initial_scale_power", *fp16.find("initial_scale_power"),
                        "a power of two up to 64");
    scale.loss_scale_window = fp16.count("loss_scale_window", 1000, 1000, 1);
    scale.hysteresis = fp16.count("hysteresis", 2, 2, 1);
    scale.min_loss_scale = fp16.number("min_loss_scale", 1, 1, 0, 1e30);
    fp16.note_idle({"auto_cast", "consecutive_hysteresis", "fp16_master_weights_and_grads"});
    fp16.name_unknown();
}

void read_precision(DeepSpeedConfig& config, JsonSection& root, const TrainOptions& options) {
    for (const char* name : {"bf16", "bfloat16"}) {  // DeepSpeed knows both
        JsonSection bf16 = root.section(name);
        config.bf16 = bf16.flag("enabled", options.bf16, options.bf16);
        if (config.bf16 != options.bf16)
            bf16.contradict("enabled", "bf16", options.bf16 ? "True" : "False");
        bf16.note_idle({"auto_cast", "immediate_grad_update"});
        bf16.name_unknown();
    }
    read_fp16(config, root, options);
    JsonSection amp = root.section("amp");
    if (amp.flag("enabled", false, false))
        amp.fail_value("enabled", *amp.find("enabled"),
                       "false (NVIDIA's apex is not used here: use bf16 or fp16)");
    amp.note_idle({"opt_level"});
}

void read_batches(DeepSpeedConfig& config, JsonSection& root, const TrainOptions& options,
                  const DeepSpeedContext& context) {
    config.train_micro_batch_size_per_gpu = options.per_device_train_batch_size;
    config.gradient_accumulation_steps = options.gradient_accumulation_steps;
    config.train_batch_size =
        options.per_device_train_batch_size * options.gradient_accumulation_steps * context.ranks;
    root.must_equal("train_micro_batch_size_per_gpu", "per_device_train_batch_size",
                    static_cast<double>(options.per_device_train_batch_size));
    root.must_equal("gradient_accumulation_steps", "gradient_accumulation_steps",
                    static_cast<double>(options.gradient_accumulation_steps));
    const std::int64_t said =
        root.count("train_batch_size", config.train_batch_size, config.train_batch_size, 1);
    if (said != config.train_batch_size)
        throw Error(ErrorKind::Usage,
                    root.file().string() + " says train_batch_size " + std::to_string(said) +
                        " but the flags say " + std::to_string(config.train_batch_size) +
                        " (--per_device_train_batch_size " +
                        std::to_string(options.per_device_train_batch_size) +
                        " x --gradient_accumulation_steps " +
                        std::to_string(options.gradient_accumulation_steps) + " x " +
                        std::to_string(context.ranks) +
                        " ranks): make them agree or write \"auto\" in the file.");
    config.gradient_clipping =
        root.number("gradient_clipping", options.max_grad_norm, options.max_grad_norm);
    root.must_equal("gradient_clipping", "max_grad_norm", options.max_grad_norm);
}

void check_betas(JsonSection& params, const TrainOptions& options) {
    const Json* betas = params.find("betas");
    if (!betas || params.is_auto("betas")) return;
    const bool is_pair = betas->is_array() && betas->size() == 2 && (*betas)[0].is_number() &&
                         (*betas)[1].is_number();
    if (!is_pair) params.fail_value("betas", *betas, "a list of two numbers or \"auto\"");
    if ((*betas)[0].get<double>() != options.adam_beta1)
        params.contradict("betas", "adam_beta1", shown_value(options.adam_beta1));
    if ((*betas)[1].get<double>() != options.adam_beta2)
        params.contradict("betas", "adam_beta2", shown_value(options.adam_beta2));
}

/// The file may repeat the optimizer; it must be what the flags say.
void check_optimizer(JsonSection& root, const TrainOptions& options) {
    JsonSection optimizer = root.section("optimizer");
    if (!optimizer.exists()) return;
    const Json* type = optimizer.find("type");
    if (type && *type != Json("AdamW") && *type != Json("Adam"))
        optimizer.contradict("type", "optim", options.optim);
    JsonSection params = optimizer.section("params");
    params.must_equal("lr", "learning_rate", options.learning_rate);
    params.must_equal("eps", "adam_epsilon", options.adam_epsilon);
    params.must_equal("weight_decay", "weight_decay", options.weight_decay);
    check_betas(params, options);
    // DeepSpeed's Adam decays as AdamW does unless it is told otherwise.
    if (!params.flag("adam_w_mode", true, true) && options.weight_decay != 0)
        params.fail_value("adam_w_mode", *params.find("adam_w_mode"),
                          "true: the weight decay of AdamW is the only one here");
    if (!params.flag("bias_correction", true, true))
        params.fail_value("bias_correction", *params.find("bias_correction"), "true");
    if (params.flag("amsgrad", false, false))
        params.fail_value("amsgrad", *params.find("amsgrad"), "false");
    params.note_idle({"torch_adam", "fused", "foreach", "fp32_optimizer_states", "set_grad_none"});
    params.name_unknown();
    optimizer.note_idle({"legacy_fusion"});
    optimizer.name_unknown();
}

/// Each sentence once; all known keys without effect in one.
void tell(const SectionNotes& notes, const fs::path& file, const Say& warn, const Say& note) {
    for (const std::string& each : notes.warnings)
        if (warn) warn(each);
    if (notes.idle_keys.empty() || !note) return;
    std::string keys;
    for (const std::string& each : notes.idle_keys) keys += (keys.empty() ? "" : ", ") + each;
    note(file.string() + ": known, but without effect on a run here: " + keys + ".");
}

void apply_flags(DeepSpeedConfig& config, const TrainOptions& options) {
    if (options.zero_stage >= 0) config.stage = static_cast<int>(options.zero_stage);
    if (options.offload_optimizer != OffloadTo::AsFile)
        config.offload_optimizer = options.offload_optimizer == OffloadTo::Cpu;
    if (config.stage != 3) config.offload_param = false;
    if (config.offload_optimizer && config.stage == 0)
        throw Error(
            ErrorKind::Usage,
            (config.file.empty() ? "--offload_optimizer cpu" : config.file.string()) +
                " offloads optimizer state, but the ZeRO stage is 0: that needs stage 1, 2 or 3.");
}

}  // namespace

DeepSpeedConfig load_deepspeed_config(const TrainOptions& options, const DeepSpeedContext& context,
                                      const Say& warn, const Say& note) {
    DeepSpeedConfig config;
    const Json json = options.deepspeed.empty() ? Json::object() : open_file(options.deepspeed);
    config.file = options.deepspeed;
    if (!json.is_object())
        throw Error(ErrorKind::Format, config.file.string() + " must hold one JSON object.");
    SectionNotes notes;
    JsonSection root(&json, "", config.file, notes);
    if (const Json* zero = root.find("zero_optimization"); zero && zero->is_boolean())
        root.fail_value("zero_optimization", *zero, "a JSON object with the key \"stage\"");
    JsonSection zero = root.section("zero_optimization");
    if (zero.exists()) read_zero(config, zero, context);
    read_precision(config, root, options);
    read_batches(config, root, options, context);
    check_optimizer(root, options);
    config.schedule = read_deepspeed_schedule(root, options, context.total_steps, warn);
    config.steps_per_print = root.count("steps_per_print", 10, 10);
    config.wall_clock_breakdown = root.flag("wall_clock_breakdown", false, false);
    root.note_idle({"activation_checkpointing", "checkpoint", "comms_logger",
                    "communication_data_type", "csv_monitor", "dump_state", "flops_profiler",
                    "gradient_predivide_factor", "memory_breakdown", "prescale_gradients",
                    "seq_parallel_communication_data_type", "steps_per_print", "tensorboard",
                    "wall_clock_breakdown", "wandb", "zero_allow_untested_optimizer",
                    "zero_force_ds_cpu_optimizer"});
    root.name_unknown();
    apply_flags(config, options);
    tell(notes, config.file, warn, note);
    return config;
}

Json to_json(const DeepSpeedConfig& config) {
    const auto device = [](bool is_cpu) { return Json{{"device", is_cpu ? "cpu" : "none"}}; };
    Json json = {
        {"zero_optimization",
         {{"stage", config.stage},
          {"offload_optimizer", device(config.offload_optimizer)},
          {"offload_param", device(config.offload_param)},
          {"overlap_comm", config.overlap_comm},
          {"contiguous_gradients", config.contiguous_gradients},
          {"reduce_scatter", config.reduce_scatter},
          {"reduce_bucket_size", config.reduce_bucket_size},
          {"allgather_bucket_size", config.allgather_bucket_size},
          {"sub_group_size", config.sub_group_size},
          {"stage3_max_live_parameters", config.stage3_max_live_parameters},
          {"stage3_max_reuse_distance", config.stage3_max_reuse_distance},
          {"stage3_prefetch_bucket_size", config.stage3_prefetch_bucket_size},
          {"stage3_param_persistence_threshold", config.stage3_param_persistence_threshold},
          {"stage3_gather_16bit_weights_on_model_save",
           config.stage3_gather_16bit_weights_on_model_save}}},
        {"bf16", {{"enabled", config.bf16}}},
        {"fp16",
         {{"enabled", config.fp16},
          {"loss_scale", config.scale.loss_scale},
          {"initial_scale_power", config.scale.initial_scale_power},
          {"loss_scale_window", config.scale.loss_scale_window},
          {"hysteresis", config.scale.hysteresis},
          {"min_loss_scale", config.scale.min_loss_scale}}},
        {"gradient_clipping", config.gradient_clipping},
        {"train_batch_size", config.train_batch_size},
        {"train_micro_batch_size_per_gpu", config.train_micro_batch_size_per_gpu},
        {"gradient_accumulation_steps", config.gradient_accumulation_steps}};
    base::put_path(json, "file", config.file.string());
    if (config.schedule) json["scheduler"] = to_json(*config.schedule);
    return json;
}

}  // namespace univi::training
