#include "training/options/deepspeed_config.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/base/paths.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

using Warn = std::function<void(const std::string&)>;

constexpr double kMostElements = 1e15;

std::string shown(const Json& value) {
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (number == std::floor(number) && std::abs(number) < 1e15)
            return std::to_string(static_cast<std::int64_t>(number));
    }
    return value.is_string() ? "\"" + value.get<std::string>() + "\"" : value.dump().substr(0, 60);
}

/// One object of the file; knows which keys were asked for, so that the rest can be named.
class Section {
  public:
    Section(const Json* json, std::string path, fs::path file)
        : json_(json), path_(std::move(path)), file_(std::move(file)) {
        if (json_ && !json_->is_object()) fail_value("", *json_, "a JSON object");
    }

    /// Nothing when the key is absent or null.
    const Json* find(const std::string& key) {
        seen_.insert(key);
        if (!json_) return nullptr;
        const auto found = json_->find(key);
        return found == json_->end() || found->is_null() ? nullptr : &*found;
    }
    bool is_auto(const std::string& key) {
        const Json* value = find(key);
        return value && *value == Json("auto");
    }
    Section section(const std::string& key) { return {find(key), full(key), file_}; }
    bool exists() const { return json_ != nullptr; }

    /// A number in [low, high]; `automatic` for "auto", `absent` without the key.
    double number(const std::string& key, double absent, double automatic, double low = 0,
                  double high = kMostElements) {
        const Json* value = find(key);
        if (!value) return absent;
        if (is_auto(key)) return automatic;
        if (!value->is_number()) fail_value(key, *value, "a number or \"auto\"");
        const double result = value->get<double>();
        if (!(result >= low && result <= high))
            fail_value(key, *value, "a number from " + shown(low) + " to " + shown(high));
        return result;
    }
    std::int64_t count(const std::string& key, std::int64_t absent, std::int64_t automatic,
                       std::int64_t low = 0) {
        const double value = number(key, static_cast<double>(absent),
                                    static_cast<double>(automatic), static_cast<double>(low));
        if (value != std::floor(value)) fail_value(key, *find(key), "a whole number or \"auto\"");
        return static_cast<std::int64_t>(value);
    }
    bool flag(const std::string& key, bool absent, bool automatic) {
        const Json* value = find(key);
        if (!value) return absent;
        if (is_auto(key)) return automatic;
        if (!value->is_boolean()) fail_value(key, *value, "true, false or \"auto\"");
        return value->get<bool>();
    }
    /// Contradiction between the file's value and a flag's.
    [[noreturn]] void contradict(const std::string& key, const std::string& flag,
                                 const std::string& value) {
        throw Error(ErrorKind::Usage, file_.string() + " says " + full(key) + " " +
                                          shown(*find(key)) + " but --" + flag + " says " + value +
                                          ": make them agree or write \"auto\" in the file.");
    }
    void must_equal(const std::string& key, const std::string& flag, double value) {
        const double said = number(key, value, value, -kMostElements);
        if (std::abs(said - value) > 1e-12 * std::abs(value))
            contradict(key, flag, shown(Json(value)));
    }
    [[noreturn]] void fail_value(const std::string& key, const Json& value,
                                 const std::string& wanted) const {
        throw Error(ErrorKind::Format, file_.string() + ": " + (key.empty() ? path_ : full(key)) +
                                           " must be " + wanted + ", not " + shown(value) + ".");
    }
    void ignore(std::initializer_list<const char*> keys) { seen_.insert(keys.begin(), keys.end()); }
    /// Warns of each key that nothing asked for.
    void name_unknown(const Warn& warn) const {
        if (!json_ || !warn) return;
        for (const auto& [key, unused] : json_->items()) {
            if (seen_.contains(key)) continue;
            const std::vector<std::string> known(seen_.begin(), seen_.end());
            warn(file_.string() + ": the key " + full(key) +
                 " is not known here and has no effect" +
                 (known.empty() ? "."
                                : " (the nearest known one is " + nearest_name(key, known) + ")."));
        }
    }
    const fs::path& file() const { return file_; }
    std::string full(const std::string& key) const {
        return path_.empty() ? key : path_ + "." + key;
    }

  private:
    const Json* json_;
    std::string path_;
    fs::path file_;
    std::set<std::string> seen_;
};

Json open_file(const fs::path& file) {
    std::error_code error;
    if (fs::is_regular_file(file, error)) return base::read_json_file(file);
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

bool read_offload(Section& parent, const std::string& key, bool& pin_memory, const Warn& warn) {
    Section section = parent.section(key);
    if (!section.exists()) return false;
    const Json* device = section.find("device");
    const std::string name = device && device->is_string() ? device->get<std::string>() : "none";
    if (name == "nvme")
        section.fail_value("device", *device,
                           "\"none\" or \"cpu\" (offloading to disks is not supported)");
    if (device && name != "none" && name != "cpu")
        section.fail_value("device", *device, "\"none\" or \"cpu\"");
    pin_memory |= section.flag("pin_memory", false, true);
    section.ignore({"buffer_count", "buffer_size", "fast_init", "max_in_cpu", "pipeline_read",
                    "pipeline_write", "ratio"});
    section.name_unknown(warn);
    return name == "cpu";
}

void read_zero(DeepSpeedConfig& config, Section zero, const DeepSpeedContext& context,
               const Warn& warn) {
    const std::int64_t hidden = context.hidden_size;
    const auto by_hidden = [&](std::int64_t value, std::int64_t otherwise) {
        return hidden > 0 ? value : otherwise;
    };
    const std::int64_t stage = zero.count("stage", 0, 0);
    if (stage > 3) zero.fail_value("stage", *zero.find("stage"), "a ZeRO stage from 0 to 3");
    config.stage = static_cast<int>(stage);
    config.offload_optimizer = read_offload(zero, "offload_optimizer", config.pin_memory, warn) ||
                               zero.flag("cpu_offload", false, false);
    config.offload_param = read_offload(zero, "offload_param", config.pin_memory, warn);
    config.overlap_comm = zero.flag("overlap_comm", stage == 3, stage == 3);
    config.contiguous_gradients = zero.flag("contiguous_gradients", true, true);
    config.reduce_scatter = zero.flag("reduce_scatter", true, true);
    config.round_robin_gradients = zero.flag("round_robin_gradients", false, false);
    // What Hugging Face's trainer puts for "auto": sizes that follow the width of the decoder.
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
    config.stage3_gather_16bit_weights_on_model_save =
        zero.flag("stage3_gather_16bit_weights_on_model_save", false, true) ||
        zero.flag("stage3_gather_fp16_weights_on_model_save", false, true);
    zero.ignore({"allgather_partitions", "load_from_fp32_weights", "ignore_unused_parameters",
                 "elastic_checkpoint", "legacy_stage1"});
    zero.name_unknown(warn);
    if (config.offload_param && config.stage != 3)
        throw Error(ErrorKind::Usage, zero.file().string() + " says " + zero.full("offload_param") +
                                          " but " + zero.full("stage") + " " +
                                          std::to_string(config.stage) +
                                          ": parameters can only be offloaded in stage 3.");
}

void read_precision(DeepSpeedConfig& config, Section& root, const TrainOptions& options,
                    const Warn& warn) {
    Section bf16 = root.section("bf16");
    config.bf16 = bf16.flag("enabled", options.bf16, options.bf16);
    if (config.bf16 != options.bf16)
        bf16.contradict("enabled", "bf16", options.bf16 ? "True" : "False");
    bf16.ignore({"auto_cast"});
    bf16.name_unknown(warn);
    Section fp16 = root.section("fp16");
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
    fp16.ignore({"auto_cast", "consecutive_hysteresis", "fp16_master_weights_and_grads"});
    fp16.name_unknown(warn);
}

void read_batches(DeepSpeedConfig& config, Section& root, const TrainOptions& options,
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

void check_type(Section& section, const std::string& flag, const std::string& value,
                std::initializer_list<const char*> known) {
    const Json* type = section.find("type");
    if (!type) return;
    for (const char* each : known)
        if (*type == Json(each)) return;
    section.contradict("type", flag, value);
}

/// The file may repeat optimizer and schedule; they must be what the flags say.
void check_optimizer(Section& root, const TrainOptions& options, const Warn& warn) {
    Section optimizer = root.section("optimizer");
    check_type(optimizer, "optim", options.optim, {"AdamW", "Adam"});
    Section params = optimizer.section("params");
    params.must_equal("lr", "learning_rate", options.learning_rate);
    params.must_equal("eps", "adam_epsilon", options.adam_epsilon);
    params.must_equal("weight_decay", "weight_decay", options.weight_decay);
    if (const Json* betas = params.find("betas"); betas && *betas != Json("auto"))
        if (!betas->is_array() || *betas != Json::array({options.adam_beta1, options.adam_beta2}))
            params.contradict(
                "betas", "adam_beta1",
                "[" + shown(options.adam_beta1) + "," + shown(options.adam_beta2) + "]");
    params.ignore({"torch_adam", "adam_w_mode"});
    params.name_unknown(warn);
    optimizer.name_unknown(warn);
    Section schedule = root.section("scheduler");
    if (options.lr_scheduler_type == "linear")
        check_type(schedule, "lr_scheduler_type", "linear", {"WarmupDecayLR"});
    else if (options.lr_scheduler_type == "cosine")
        check_type(schedule, "lr_scheduler_type", "cosine", {"WarmupCosineLR"});
    else
        check_type(schedule, "lr_scheduler_type", options.lr_scheduler_type, {"WarmupLR"});
    Section of_schedule = schedule.section("params");
    of_schedule.must_equal("warmup_max_lr", "learning_rate", options.learning_rate);
    of_schedule.ignore({"warmup_min_lr", "warmup_num_steps", "total_num_steps", "warmup_type",
                        "last_batch_iteration"});
    of_schedule.name_unknown(warn);
}

void apply_flags(DeepSpeedConfig& config, const TrainOptions& options) {
    if (options.zero_stage >= 0) config.stage = static_cast<int>(options.zero_stage);
    if (!options.offload_optimizer.empty())
        config.offload_optimizer = options.offload_optimizer == "cpu";
    if (config.stage != 3) config.offload_param = false;
    if (config.offload_optimizer && config.stage == 0)
        throw Error(
            ErrorKind::Usage,
            (config.file.empty() ? "--offload_optimizer cpu" : config.file.string()) +
                " offloads optimizer state, but the ZeRO stage is 0: that needs stage 1, 2 or 3.");
}

}  // namespace

DeepSpeedConfig load_deepspeed_config(const TrainOptions& options, const DeepSpeedContext& context,
                                      const Warn& warn) {
    DeepSpeedConfig config;
    const Json json = options.deepspeed.empty() ? Json::object() : open_file(options.deepspeed);
    config.file = options.deepspeed;
    Section root(&json, "", config.file);
    if (const Json* zero = root.find("zero_optimization"); zero && zero->is_boolean())
        root.fail_value("zero_optimization", *zero, "a JSON object with the key \"stage\"");
    Section zero = root.section("zero_optimization");
    if (zero.exists()) read_zero(config, zero, context, warn);
    read_precision(config, root, options, warn);
    read_batches(config, root, options, context);
    check_optimizer(root, options, warn);
    config.steps_per_print = root.count("steps_per_print", 10, 10);
    config.wall_clock_breakdown = root.flag("wall_clock_breakdown", false, false);
    root.ignore({"zero_allow_untested_optimizer", "zero_force_ds_cpu_optimizer",
                 "communication_data_type", "prescale_gradients", "gradient_predivide_factor",
                 "memory_breakdown", "dump_state", "comms_logger", "flops_profiler"});
    root.name_unknown(warn);
    apply_flags(config, options);
    return config;
}

Json to_json(const DeepSpeedConfig& config) {
    const auto device = [](bool is_cpu) { return Json{{"device", is_cpu ? "cpu" : "none"}}; };
    return {{"file", config.file.string()},
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
}

}  // namespace univi::training
