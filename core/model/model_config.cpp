#include "core/model/model_config.h"

#include <charconv>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/model/config_fields.h"
#include "core/model/rotary_config.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

constexpr std::size_t kMaxConfigBytes = 1 << 20;
constexpr int kMaxSize = 1 << 20, kMaxLayers = 1000, kMaxVocabulary = 1 << 22,
              kMaxPositions = 1 << 24;

/// Special token ids: null and −1 both mean "none" in released configs; transformers' newer lists
/// begin with the main one.
void read_token_id(const ConfigFields& fields, const std::string& name, int& id, int vocab_size) {
    const Json* field = fields.find(name);
    if (!field) return;
    const Json& first = field->is_array() && !field->empty() ? field->front() : *field;
    if (!first.is_number_integer() || first.get<std::int64_t>() < -1 ||
        first.get<std::int64_t>() >= vocab_size) {
        fields.refuse(name, "a token id from -1 to " + std::to_string(vocab_size - 1));
    }
    if (first.get<std::int64_t>() >= 0) id = first.get<int>();
}

void read_heads(const ConfigFields& fields, LanguageConfig& config) {
    config.num_kv_heads = config.num_heads;
    fields.read("num_key_value_heads", config.num_kv_heads, 1, kMaxSize);
    if (config.num_heads % config.num_kv_heads != 0) {
        fields.refuse("num_key_value_heads",
                      "a divisor of num_attention_heads " + std::to_string(config.num_heads));
    }
    if (!fields.has("head_dim") && config.hidden_size % config.num_heads != 0) {
        fields.refuse("num_attention_heads",
                      "a divisor of hidden_size " + std::to_string(config.hidden_size));
    }
    config.head_dim = config.hidden_size / config.num_heads;
    fields.read("head_dim", config.head_dim, 1, kMaxSize);
    if (config.head_dim < 2 || config.head_dim % 2 != 0) {
        fields.refuse(fields.has("head_dim") ? "head_dim" : "num_attention_heads",
                      "an even number of values for each head");
    }
}

/// What this decoder does not compute must not be switched on.
void check_architecture(const ConfigFields& fields) {
    std::string activation;
    fields.read_choice("hidden_act", activation, {"silu"});
    for (const char* name : {"attention_bias", "mlp_bias"}) {
        bool on = false;
        fields.read(name, on);
        if (on) fields.refuse(name, "false: LLaMA's layers have no biases");
    }
}

LanguageConfig read_language(const ConfigFields& fields) {
    LanguageConfig config;
    for (const char* name : {"hidden_size", "intermediate_size", "num_hidden_layers",
                             "num_attention_heads", "vocab_size"}) {
        fields.required(name);
    }
    fields.read("hidden_size", config.hidden_size, 1, kMaxSize);
    fields.read("intermediate_size", config.intermediate_size, 1, kMaxSize);
    fields.read("num_hidden_layers", config.num_layers, 1, kMaxLayers);
    fields.read("num_attention_heads", config.num_heads, 1, kMaxSize);
    fields.read("vocab_size", config.vocab_size, 1, kMaxVocabulary);
    read_heads(fields, config);
    check_architecture(fields);
    fields.read("max_position_embeddings", config.max_position_embeddings, 1, kMaxPositions);
    fields.read_above("rms_norm_eps", config.rms_norm_eps, 0, 1);
    read_rotary(fields, config);
    fields.read("tie_word_embeddings", config.tie_word_embeddings);
    read_token_id(fields, "bos_token_id", config.bos_token_id, config.vocab_size);
    read_token_id(fields, "eos_token_id", config.eos_token_id, config.vocab_size);
    read_token_id(fields, "pad_token_id", config.pad_token_id, config.vocab_size);
    return config;
}

ClusterConfig read_cluster(const ConfigFields& fields) {
    ClusterConfig config;
    const auto cluster = fields.object("config");
    if (!cluster) return config;
    cluster->read("use_cluster", config.use_cluster);
    for (int stage = 0; stage < 3; ++stage) {
        cluster->read_above("spatial_cluster_rate" + std::to_string(stage),
                            config.spatial_rate[stage], 0, 65536);
    }
    cluster->read_above("temporal_cluster_rate", config.temporal_rate, 0, 65536);
    return config;
}

/// "linear", or "mlp2x_gelu" with any depth from 1 to 16.
void read_projector_type(const ConfigFields& fields, std::string& type) {
    fields.read("mm_projector_type", type);
    if (type == "linear") return;
    constexpr std::string_view kStart = "mlp", kEnd = "x_gelu";
    int depth = 0;
    if (type.starts_with(kStart) && type.ends_with(kEnd) &&
        type.size() > kStart.size() + kEnd.size()) {
        const char* last = type.data() + type.size() - kEnd.size();
        const auto [end, error] = std::from_chars(type.data() + kStart.size(), last, depth);
        if (error != std::errc() || end != last) depth = 0;
    }
    if (depth < 1 || depth > 16)
        fields.refuse("mm_projector_type", "linear or mlpNx_gelu with N from 1 to 16");
}

void read_multimodal(const ConfigFields& fields, ModelConfig& config) {
    fields.read("mm_vision_tower", config.vision_tower);
    if (fields.has("mm_vision_tower_bytes")) {  // of a path that is no UTF-8: base::put_path
        std::string bytes;
        fields.read("mm_vision_tower_bytes", bytes);
        config.vision_tower = base::path_from_ascii(bytes);
    }
    fields.read("mm_hidden_size", config.mm_hidden_size, 1, kMaxSize);
    fields.read("mm_vision_select_layer", config.select_layer, -kMaxLayers, kMaxLayers);
    std::string feature = "patch", aspect = "square";
    fields.read_choice("mm_vision_select_feature", feature, {"patch", "cls_patch"});
    config.select_patch = feature == "patch";
    fields.read_choice("image_aspect_ratio", aspect, {"square", "pad"});
    config.pad_to_square = aspect == "pad";
    read_projector_type(fields, config.projector_type);
    fields.read("mm_use_im_start_end", config.use_im_start_end);
    fields.read("mm_use_im_patch_token", config.use_im_patch_token);
}

Json read_object(const fs::path& folder) {
    const fs::path path = folder / "config.json";
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        throw Error(ErrorKind::File,
                    folder.string() + " is no model folder: it holds no config.json");
    }
    Json json = base::read_json_file(path, kMaxConfigBytes);
    if (!json.is_object())
        throw Error(ErrorKind::Format, path.string() + ": expected a JSON object");
    return json;
}

VisionConfig openai_tower(int hidden_size, int num_layers, int num_heads, int image_size,
                          int patch_size) {
    VisionConfig config;
    config.hidden_size = hidden_size;
    config.intermediate_size = 4 * hidden_size;
    config.num_layers = num_layers;
    config.num_heads = num_heads;
    config.image_size = image_size;
    config.patch_size = patch_size;
    return config;
}

/// CLIPVisionConfig's keys.
VisionConfig read_vision(const ConfigFields& fields) {
    VisionConfig config =
        openai_tower(768, 12, 12, 224, 32);  // transformers' defaults for keys left out
    fields.read("hidden_size", config.hidden_size, 1, kMaxSize);
    fields.read("intermediate_size", config.intermediate_size, 1, kMaxSize);
    fields.read("num_hidden_layers", config.num_layers, 1, kMaxLayers);
    fields.read("num_attention_heads", config.num_heads, 1, kMaxSize);
    fields.read("image_size", config.image_size, 1, 8192);
    fields.read("patch_size", config.patch_size, 1, 1024);
    fields.read_above("layer_norm_eps", config.layer_norm_eps, 0, 1);
    if (config.hidden_size % config.num_heads != 0) {
        fields.refuse("num_attention_heads",
                      "a divisor of hidden_size " + std::to_string(config.hidden_size));
    }
    if (config.patch_size > config.image_size) {
        fields.refuse("patch_size", "at most image_size " + std::to_string(config.image_size));
    }
    int channels = 3;
    fields.read("num_channels", channels, 3, 3);
    std::string activation = "quick_gelu";
    fields.read_choice("hidden_act", activation, {"quick_gelu", "gelu"});
    config.quick_gelu = activation == "quick_gelu";
    return config;
}

/// Weights in fewer bits: our own form (quantized_names.h); others are refused by name, or their
/// codes would be missed as weights.
void read_quantization(const ConfigFields& fields, int& bits) {
    const auto own = fields.object("quantization_config");
    if (!own) return;
    std::string method = kOwnQuantMethod;
    own->required("quant_method");
    own->read_choice("quant_method", method, {kOwnQuantMethod});
    own->required("bits");
    own->read("bits", bits, 4, 8);
    if (bits != 4 && bits != 8) own->refuse("bits", "4 or 8");
    int group = kInt4GroupSize;
    if (bits == 4) own->read("group_size", group, kInt4GroupSize, kInt4GroupSize);
}

}  // namespace

Json read_raw_config(const fs::path& folder) {
    return read_object(folder);
}

ModelConfig read_model_config(const fs::path& folder) {
    const Json json = read_object(folder);
    const ConfigFields fields(json, folder / "config.json");
    std::string type;
    fields.required("model_type");
    fields.read_choice("model_type", type, {"ChatUniVi", "llama"});
    ModelConfig config;
    config.language = read_language(fields);
    config.cluster = read_cluster(fields);
    read_multimodal(fields, config);
    read_quantization(fields, config.stored_bits);
    if (const auto vision = fields.object("vision_config")) {
        std::string kind;
        vision->read_choice("model_type", kind, {"clip_vision_model"});
        config.vision = read_vision(*vision);
    }
    fields.read_choice(fields.has("torch_dtype") ? "torch_dtype" : "dtype", config.torch_dtype,
                       {"float16", "bfloat16", "float32"});
    return config;
}

VisionConfig read_vision_config(const fs::path& folder) {
    const Json json = read_object(folder);
    const ConfigFields fields(json, folder / "config.json");
    std::string type;
    fields.required("model_type");
    fields.read_choice("model_type", type, {"clip", "clip_vision_model"});
    if (type == "clip_vision_model") return read_vision(fields);
    const auto vision = fields.object("vision_config");
    if (!vision) fields.refuse("vision_config", "an object");
    return read_vision(*vision);
}

std::optional<VisionConfig> known_vision_config(const std::string& name) {
    const std::string last = name.substr(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
    if (last == "clip-vit-base-patch32") return openai_tower(768, 12, 12, 224, 32);
    if (last == "clip-vit-base-patch16") return openai_tower(768, 12, 12, 224, 16);
    if (last == "clip-vit-large-patch14") return openai_tower(1024, 24, 16, 224, 14);
    if (last == "clip-vit-large-patch14-336") return openai_tower(1024, 24, 16, 336, 14);
    return std::nullopt;
}

}  // namespace univi::model
