#include "core/session/model_info.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include "core/base/log.h"
#include "core/model/clustering.h"
#include "core/model/dtype_names.h"
#include "core/model/precision.h"
#include "core/model/quantized_names.h"
#include "core/model/univi_model.h"
#include "core/session/generation_defaults.h"
#include "core/session/loaded_model.h"
#include "core/session/memory_needs.h"
#include "core/text/conversation_template.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

std::int64_t count_parameters(const model::NamedTensors& tensors,
                              std::map<std::string, TensorBytes>& stored) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : tensors) {
        auto& bytes = stored[model::dtype_name(tensor.scalar_type())];
        ++bytes.tensors;
        bytes.bytes += static_cast<std::int64_t>(tensor.nbytes());
        count += tensor.numel();
    }
    return count;
}

std::int64_t count_quantized(const model::NamedQuantized& matrices,
                             std::map<std::string, TensorBytes>& stored) {
    std::int64_t count = 0;
    for (const auto& [name, matrix] : matrices) {
        auto& bytes = stored[model::stored_kind(matrix->how().kind)->name];
        ++bytes.tensors;
        bytes.bytes += matrix->bytes();
        count += matrix->out_features() * matrix->in_features();
    }
    return count;
}

void describe_weights(const model::UniviModel& model, ModelInfo& info) {
    std::map<std::string, TensorBytes> stored;
    info.parameters_language = count_parameters(model.language().parameters(), stored) +
                               count_quantized(model.language().quantized(), stored);
    if (model.vision())
        info.parameters_vision = count_parameters(model.vision()->parameters(), stored) +
                                 count_quantized(model.vision()->quantized(), stored);
    info.parameters_projector = count_parameters(model.projector_parameters(), stored);
    for (auto& [dtype, bytes] : stored) {
        bytes.dtype = dtype;
        info.stored.push_back(bytes);
    }
    info.missing = model.missing();
    info.unused = model.unused();
}

void describe_shape(const model::UniviModel& model, ModelInfo& info) {
    const auto& language = model.config().language;
    info.context = language.max_position_embeddings;
    info.layers = language.num_layers;
    info.hidden = language.hidden_size;
    info.heads = language.num_heads;
    info.kv_heads = language.num_kv_heads;
    info.vocab = language.vocab_size;
    info.pad_to_square = model.config().pad_to_square;
    info.use_cluster = model.config().cluster.use_cluster;
    if (!model.vision()) return;
    const auto& vision = model.vision()->config();
    info.image_size = vision.image_size;
    info.patch = vision.patch_size;
    int tokens = vision.num_patches();
    for (const double rate : model.config().cluster.spatial_rate) {
        if (!info.use_cluster) break;
        tokens = model::resolve_cluster_count(rate, tokens);
        info.visual_tokens += tokens;
    }
    if (!info.use_cluster) info.visual_tokens = tokens;
}

/// "univi_conv" of config.json names the template the model was trained with.
std::string default_template(const fs::path& folder) {
    const auto config = model::read_raw_config(folder);
    const auto it = config.find("univi_conv");
    if (it == config.end() || !it->is_string()) return "simple";
    const std::string name = it->get<std::string>();
    const auto known = text::template_names();
    if (std::ranges::find(known, name) != known.end()) return name;
    base::log_warning("config.json names the unknown template " + name + "; using simple.");
    return "simple";
}

void describe_sight(const model::UniviModel& model, ModelInfo& info) {
    switch (model.sight()) {
        case model::Sight::Pictures:
            return;
        case model::Sight::NoProjector:
            info.sight = protocol::Sight::NoProjector;
            info.sight_note =
                "The model is a plain language model without a projector for pictures, so it "
                "answers text only: load a Chat-UniVi model to ask about pictures and videos.";
            return;
        case model::Sight::NoVisionTower:
            info.sight = protocol::Sight::NoVisionTower;
            info.sight_note =
                "The model's vision tower " + model.config().vision_tower +
                " was not found beside it, in the Hugging Face cache or inside the checkpoint, so "
                "it answers text only: download the tower and give its folder as vision tower.";
            return;
    }
}

void describe_places(const model::UniviModel& model, ModelInfo& info) {
    for (const model::DeviceShare& each : model.shares()) {
        const bool is_bound = each.free != std::numeric_limits<std::int64_t>::max();
        info.places.push_back({each.device.str(), each.first_layer, each.num_layers, each.has_front,
                               each.has_head, each.weights, each.cache, each.workspace,
                               is_bound ? each.free : 0});
        info.device += (info.device.empty() ? "" : ",") + each.device.str();
    }
}

}  // namespace

ModelInfo describe_model(const LoadedModel& loaded, const model::LoadOptions& options) {
    const model::UniviModel& model = *loaded.model;
    ModelInfo info;
    info.folder = options.model.string();
    info.vision_tower = model.vision_tower_folder().string();
    info.architecture = model.sight() == model::Sight::NoProjector ? "LLaMA" : "ChatUniVi";
    describe_places(model, info);
    if (info.places.empty()) info.device = options.placement.device.str();
    info.dtype = model::precision_name(options.placement);
    info.default_template = default_template(loaded.config_folder);
    info.templates = text::template_names();
    std::ranges::stable_partition(info.templates,
                                  [&](const auto& name) { return name == info.default_template; });
    info.generation = read_generation_defaults({options.model, options.model_base});
    describe_shape(model, info);
    describe_weights(model, info);
    describe_sight(model, info);
    info.memory = memory_needs(model);
    return info;
}

}  // namespace univi::session
