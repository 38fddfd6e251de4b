#include "training/engine/deepspeed_command.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "training/options/option_table.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr const char* kScript = "ChatUniVi/train/train_mem.py";

/// Defaults of the reference's parsers where they are not ours: left out, a flag would mean
/// something else there.
const Json& reference_defaults() {
    static const Json defaults = {{"version", "v0"},
                                  {"mm_vision_select_layer", -1},
                                  {"mm_use_im_patch_token", true},
                                  {"model_max_length", 512},
                                  {"lazy_preprocess", false},
                                  {"dataset_use", "Pretrain"},
                                  {"dataloader_num_workers", 0},
                                  {"report_to", "all"}};
    return defaults;
}

/// Values of ours that say "nothing": the reference has no such value.
bool is_unset(const std::string& name, const Json& value) {
    if (value == Json("")) return true;
    if (name == "save_total_limit" || name == "eval_steps") return value == Json(0);
    return name == "data_seed" && value == Json(-1);
}

/// Given to the launcher, not to the program it starts.
bool is_launchers(const std::string& name) {
    return name == "include" || name == "master_port" || name == "local_rank";
}

std::string to_word(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void add_flag(std::vector<std::string>& words, const std::string& name, const Json& value) {
    words.push_back("--" + name);
    std::string text = to_word(value);
    if (name == "report_to")  // a list there: one word each
        for (auto comma = text.find(','); comma != text.npos; comma = text.find(',')) {
            words.push_back(text.substr(0, comma));
            text.erase(0, comma + 1);
        }
    words.push_back(text);
}

void refuse_other_training(const TrainOptions& options) {
    const auto refuse = [](const std::string& flag) {
        throw Error(ErrorKind::Usage,
                    "--engine deepspeed trains with the reference's program, which has no " + flag +
                        ": leave it out or use --engine univi.");
    };
    if (!options.shuffle) refuse("--shuffle False");
    if (options.max_frames != 64) refuse("--max_frames " + std::to_string(options.max_frames));
    if (options.vision_tune) refuse("--vision_tune");
    if (options.quant_type == QuantType::Int4 && options.bits == 4) refuse("--quant_type int4");
    if (options.plan || options.check_data) refuse("--plan or --check_data");
    if (options.zero_stage >= 0) refuse("--zero_stage (its --deepspeed file says so)");
    if (options.offload_optimizer != OffloadTo::AsFile)
        refuse("--offload_optimizer (its --deepspeed file says so)");
}

}  // namespace

DeepSpeedCommand deepspeed_command(const TrainOptions& options) {
    refuse_other_training(options);
    DeepSpeedCommand command;
    auto& words = command.words;
    words = {"deepspeed"};
    if (!options.include.empty()) words.insert(words.end(), {"--include", options.include});
    words.push_back("--master_port=" + std::to_string(options.master_port));
    words.push_back(options.reference_root.empty() ? kScript
                                                   : options.reference_root + "/" + kScript);
    const Json values = to_json(options), ours = to_json(TrainOptions{});
    for (const OptionRow& row : option_table()) {
        const Json& value = values.at(row.name);
        if (row.origin == OptionRow::Origin::Ours) {
            const bool is_known = std::string_view(row.name) == "engine" ||
                                  std::string_view(row.name) == "reference_root";
            if (!is_known && value != ours.at(row.name))
                command.warnings.push_back("--" + std::string(row.name) +
                                           " has no effect with --engine deepspeed.");
            continue;
        }
        if (is_launchers(row.name) || is_unset(row.name, value)) continue;
        const auto other = reference_defaults().find(row.name);
        const Json& theirs = other != reference_defaults().end() ? *other : ours.at(row.name);
        if (value != theirs) add_flag(words, row.name, value);
    }
    return command;
}

}  // namespace univi::training
