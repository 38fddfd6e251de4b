#include "core/model/adapter_config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/printable.h"
#include "core/base/stand_in.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

using base::in_quotes;
/// Keeps the file's order: of several patterns the first that matches counts.
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::size_t kMostPatterns = 4096;
constexpr double kLargestRank = 65536, kLargestAlpha = 1e6;

/// Fields that say where the adapter comes from or how it was trained; a merge is the same.
constexpr std::string_view kWithoutEffect[] = {"auto_mapping",
                                               "base_model_name_or_path",
                                               "base_model_name_or_path_bytes",
                                               "revision",
                                               "peft_version",
                                               "task_type",
                                               "inference_mode",
                                               "lora_dropout",
                                               "loftq_config",
                                               "eva_config",
                                               "corda_config",
                                               "lora_ga_config",
                                               "megatron_core",
                                               "qalora_group_size",
                                               "runtime_config",
                                               "merge_weights"};

/// Fields that AdapterConfigReader follows.
constexpr std::string_view kFollowed[] = {"peft_type",
                                          "r",
                                          "lora_alpha",
                                          "target_modules",
                                          "exclude_modules",
                                          "bias",
                                          "use_rslora",
                                          "modules_to_save",
                                          "use_dora",
                                          "init_lora_weights",
                                          "layers_to_transform",
                                          "layers_pattern",
                                          "rank_pattern",
                                          "alpha_pattern",
                                          "trainable_token_indices",
                                          "ensure_weight_tying"};

/// Fields that change the sum in ways that are not computed, and why.
constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
    {"fan_in_fan_out", "the matrices are stored the other way round than LLaMA's"},
    {"megatron_config", "it belongs to Megatron's parallel layers"},
    {"layer_replication", "it repeats layers of the base"},
    {"lora_bias", "its branches have biases, for which LLaMA's layers have no place"},
    {"target_parameters", "it changes parameters outside of linear layers"},
    {"alora_invocation_tokens", "it is active only behind certain words (aLoRA)"},
    {"use_qalora", "it pools its inputs (QA-LoRA)"},
    {"monteclora_config", "it samples its matrices (MonteCLoRA)"},
    {"use_bdlora", "its matrices are block-diagonal (BD-LoRA)"},
    {"arrow_config", "it routes between several adapters (Arrow)"},
    {"kasa_config", "it changes the base's singular values (KaSA)"},
    {"velora_config", "it is a VeLoRA adapter"},
    {"enable_lora", "it is an adapter of merged layers"}};

/// Starts that leave the base as it was. The others (PiSSA, OLoRA, LoftQ, CorDA, LoRA-GA) took
/// something out of the base first, so that B A alone is not the difference.
constexpr std::string_view kHarmlessStarts[] = {"gaussian", "eva", "orthogonal", "mica"};

/// False for null, false and empty lists, objects and texts: what PEFT writes for "not used".
bool is_set(const OrderedJson& value) {
    if (value.is_null() || value == false) return false;
    return !((value.is_structured() && value.empty()) || value == "");
}

std::string shown(const OrderedJson& value) {
    return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace).substr(0, 60);
}

bool ends_as(const std::string& module, const std::string& name) {
    return module == name || module.ends_with("." + name);
}

/// The layer's number in "model.layers.12.mlp.up_proj"; -1 outside of the layers.
std::int64_t layer_of(const std::string& module) {
    constexpr std::string_view kMark = ".layers.";
    const std::size_t at = module.rfind(kMark);
    std::int64_t layer = -1;
    if (at != std::string::npos)
        std::from_chars(module.data() + at + kMark.size(), module.data() + module.size(), layer);
    return layer;
}

}  // namespace

void refuse_adapter(const fs::path& folder, const std::string& what) {
    throw base::Error(base::ErrorKind::Model,
                      "The LoRA adapter " + folder.string() + " cannot be merged: " + what + ".");
}

bool ModuleChoice::contains(const std::string& module) const {
    if (pattern && pattern->matches(module)) return true;
    return std::ranges::any_of(names, [&](const auto& name) { return ends_as(module, name); });
}

/// Takes the file field by field.
class AdapterConfigReader {
  public:
    explicit AdapterConfigReader(const fs::path& folder)
        : folder_(folder), file_(folder / "adapter_config.json") {
        const std::string text = base::read_file(file_, kMaxConfigBytes);
        base::refuse_stand_in(file_, text, "an adapter's configuration");
        base::parse_json(text, file_.string());  // bounds size and depth
        json_ = OrderedJson::parse(text);
        if (!json_.is_object()) refuse("adapter_config.json is not an object");
    }

    AdapterConfig read() {
        check_kind();
        check_fields();
        read_numbers();
        read_targets();
        read_whole_modules();
        read_trained_tokens();
        return std::move(config_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const { refuse_adapter(folder_, what); }

    /// The field's value, null where it is missing.
    const OrderedJson& at(const std::string& name) const {
        static const OrderedJson kNothing;
        const auto found = json_.find(name);
        return found == json_.end() ? kNothing : *found;
    }

    bool flag(const std::string& name) const {
        const OrderedJson& value = at(name);
        if (!value.is_null() && !value.is_boolean()) refuse(name + " is not true or false");
        return value == true;
    }

    void check_kind() const {
        const OrderedJson& kind = at("peft_type");
        if (kind.is_null()) return;
        if (!kind.is_string()) refuse("peft_type is not a text");
        if (kind != "LORA")
            refuse("peft_type is " + in_quotes(kind.get_ref<const std::string&>()) +
                   ", expected LORA");
    }

    void check_fields() const {
        for (const auto& [name, value] : json_.items()) {
            if (!is_set(value) ||
                std::ranges::find(kWithoutEffect, name) != std::end(kWithoutEffect) ||
                std::ranges::find(kFollowed, name) != std::end(kFollowed))
                continue;
            const auto known =
                std::ranges::find(kRefused, name, [](const auto& row) { return row.first; });
            if (known != std::end(kRefused))
                refuse(name + " is set (" + std::string(known->second) +
                       "), which is not supported");
            refuse("the field " + in_quotes(name) + " (" + shown(value) +
                   ") of adapter_config.json is not known");
        }
        check_start();
    }

    void check_start() const {
        const OrderedJson& start = at("init_lora_weights");
        if (start.is_null() || start.is_boolean()) return;
        if (!start.is_string()) refuse("init_lora_weights is not true, false or a text");
        std::string name = start.get<std::string>();
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        if (std::ranges::find(kHarmlessStarts, name) == std::end(kHarmlessStarts))
            refuse("init_lora_weights is " + in_quotes(start.get_ref<const std::string&>()) +
                   ", which changes the base's weights before training: save it with PEFT's "
                   "path_initial_model_for_weight_conversion, or merge it with PEFT");
    }

    double number(const std::string& name, const OrderedJson& value, double most,
                  bool whole) const {
        if (value.is_null()) refuse(name + " is missing in adapter_config.json");
        const double number = value.is_number() ? value.get<double>() : std::nan("");
        const bool fits =
            number <= most && (whole ? number >= 1 && number == std::floor(number) : number > 0);
        if (!fits) refuse(name + " is " + shown(value) + ", which is out of range");
        return number;
    }

    std::vector<std::pair<base::Pattern, double>> patterns(const std::string& name, double most,
                                                           bool whole) const {
        std::vector<std::pair<base::Pattern, double>> result;
        const OrderedJson& given = at(name);
        if (!is_set(given)) return result;
        if (!given.is_object() || given.size() > kMostPatterns)
            refuse(name + " is not an object of patterns and numbers");
        for (const auto& [key, value] : given.items())
            result.emplace_back(
                base::Pattern("(?:.*\\.)?(?:" + key + ")", file_.string() + ": " + name),
                number(name + "." + key, value, most, whole));
        return result;
    }

    void read_numbers() {
        config_.rank = static_cast<int>(number("r", at("r"), kLargestRank, true));
        config_.alpha = number("lora_alpha", at("lora_alpha"), kLargestAlpha, false);
        config_.ranks_ = patterns("rank_pattern", kLargestRank, true);
        config_.alphas_ = patterns("alpha_pattern", kLargestAlpha, false);
        config_.rank_stabilized = flag("use_rslora");
        config_.dora = flag("use_dora");
        config_.ties_weights = flag("ensure_weight_tying");
        const OrderedJson& bias = at("bias");
        if (!bias.is_null() && bias != "none" && bias != "all" && bias != "lora_only")
            refuse("bias is " + shown(bias) + ", expected none, all or lora_only");
        config_.has_biases = bias == "all" || bias == "lora_only";
    }

    std::vector<std::string> texts(const std::string& name) const {
        const OrderedJson& given = at(name);
        std::vector<std::string> result;
        if (given.is_null()) return result;
        if (!given.is_array() || given.size() > kMostPatterns)
            refuse(name + " is not a list of names");
        for (const OrderedJson& value : given) {
            if (!value.is_string()) refuse(name + " is not a list of names");
            result.push_back(value.get<std::string>());
        }
        return result;
    }

    std::optional<ModuleChoice> choice(const std::string& name) const {
        const OrderedJson& given = at(name);
        if (!is_set(given)) return std::nullopt;
        ModuleChoice result;
        if (given.is_string())
            result.pattern.emplace(given.get<std::string>(), file_.string() + ": " + name);
        else
            result.names = texts(name);
        return result;
    }

    void read_targets() {
        config_.all_linear_ = at("target_modules") == "all-linear";
        if (!config_.all_linear_) config_.targets_ = choice("target_modules");
        config_.excluded_ = choice("exclude_modules");
        const OrderedJson& layers = at("layers_to_transform");
        for (const OrderedJson& layer : layers.is_array() ? layers
                                        : is_set(layers) || layers == 0
                                            ? OrderedJson::array({layers})
                                            : OrderedJson::array()) {
            if (!layer.is_number_integer()) refuse("layers_to_transform is not a list of layers");
            config_.layers_.push_back(layer.get<std::int64_t>());
        }
    }

    void read_whole_modules() { config_.modules_to_save = texts("modules_to_save"); }

    void read_trained_tokens() {
        const OrderedJson& given = at("trainable_token_indices");
        if (!is_set(given)) return;
        if (given.is_array()) return read_tokens("embed_tokens", given);
        if (!given.is_object()) refuse("trainable_token_indices is not a list of tokens");
        for (const auto& [module, tokens] : given.items()) read_tokens(module, tokens);
    }

    void read_tokens(const std::string& module, const OrderedJson& tokens) {
        if (!tokens.is_array()) refuse("trainable_token_indices is not a list of tokens");
        for (const OrderedJson& token : tokens) {
            if (!token.is_number_integer() || token.get<std::int64_t>() < 0)
                refuse("trainable_token_indices holds " + shown(token) + ", which is no token");
            config_.trained_tokens[module].push_back(token.get<std::int64_t>());
        }
    }

    fs::path folder_, file_;
    OrderedJson json_;
    AdapterConfig config_;
};

namespace {

double first_match(const std::vector<std::pair<base::Pattern, double>>& patterns,
                   const std::string& module, double otherwise) {
    for (const auto& [pattern, value] : patterns)
        if (pattern.matches(module)) return value;
    return otherwise;
}

}  // namespace

int AdapterConfig::rank_of(const std::string& module) const {
    return static_cast<int>(first_match(ranks_, module, rank));
}

double AdapterConfig::scale_of(const std::string& module) const {
    const double own_rank = rank_of(module);
    return first_match(alphas_, module, alpha) / (rank_stabilized ? std::sqrt(own_rank) : own_rank);
}

bool AdapterConfig::targets(const std::string& module) const {
    if (excluded_ && excluded_->contains(module)) return false;
    if (!layers_.empty() && std::ranges::find(layers_, layer_of(module)) == layers_.end())
        return false;
    if (all_linear_) return module != "lm_head";
    return !targets_ || targets_->contains(module);
}

bool AdapterConfig::is_plain() const {
    return !rank_stabilized && !dora && ranks_.empty() && alphas_.empty() &&
           modules_to_save.empty() && trained_tokens.empty();
}

AdapterConfig read_adapter_config(const fs::path& folder) {
    return AdapterConfigReader(folder).read();
}

}  // namespace univi::model
