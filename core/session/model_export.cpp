#include "core/session/model_export.h"

#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "core/model/model_folder.h"
#include "core/model/quantized_names.h"
#include "core/model/univi_model.h"
#include "core/session/loaded_model.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kShardBytes = std::int64_t{4} << 30;
/// Where the tower goes when config.json names a place outside the folder. The reference wants
/// the first word.
constexpr const char* kOwnTower = "openai/clip-vit";

model::NamedTensors language_tensors(const model::UniviModel& model) {
    model::NamedTensors out = model.language().parameters();
    for (const auto& [name, matrix] : model.language().quantized()) {
        const auto parts = matrix->parts();
        out.emplace_back(name + model::stored_kind(matrix->how().kind)->suffix, parts.codes);
        out.emplace_back(name + model::kScalesSuffix, parts.scales);
    }
    const auto& projector = model.projector_parameters();
    out.insert(out.end(), projector.begin(), projector.end());
    return out;
}

/// What config.json says of weights in fewer bits, or that it says nothing any more.
void put_quantization(const model::UniviModel& model, base::Json& config) {
    config.erase("quantization_config");
    const auto& quantize = model.language().placement().quantize;
    if (!quantize) return;
    const int bits = model::stored_kind(quantize->kind)->bits;
    base::Json own = {{"quant_method", model::kOwnQuantMethod}, {"bits", bits}};
    if (bits == 4) own["group_size"] = model::kInt4GroupSize;
    own["embedding_bits"] = 8;
    config["quantization_config"] = own;
}

/// The folder inside the model's that holds the tower: mm_vision_tower, when it stays inside.
std::string tower_place(const std::string& name) {
    const fs::path path = fs::path(name).lexically_normal();
    const bool inside = !name.empty() && path.is_relative() && *path.begin() != "..";
    return inside && path != "." ? path.string() : kOwnTower;
}

}  // namespace

void export_model(const LoadedModel& loaded, const fs::path& tower_from, const std::string& out,
                  const base::StopToken& stop) {
    std::error_code error;
    if (fs::exists(out, error))
        throw base::Error(base::ErrorKind::Usage,
                          "The folder " + out + " exists already: name a new one.");
    const model::UniviModel& model = *loaded.model;
    base::AtomicFolder folder(out);
    const model::ModelFolderWriter writer(folder.path());
    writer.weights(language_tensors(model), {.shard_bytes = kShardBytes, .always_shards = true},
                   stop);
    base::Json config = model::read_raw_config(loaded.config_folder);
    const bool tied = model.config().language.tie_word_embeddings;
    if (config.value("tie_word_embeddings", false) != tied)
        config["tie_word_embeddings"] = tied;  // an adapter may untie them
    put_quantization(model, config);
    if (model.vision()) {
        if (!model.vision()->quantized().empty())
            throw base::Error(base::ErrorKind::Internal,
                              "a vision tower that is held in 8 bits cannot be written");
        const std::string place = tower_place(model.config().vision_tower);
        config.erase("mm_vision_tower_bytes");
        config["mm_vision_tower"] = place;
        writer.tower(place, model.vision()->config(), model.vision()->parameters(), {}, tower_from);
    }
    writer.config(config);
    writer.copy_tokenizer_from(loaded.tokenizer_folder);
    writer.copy_generation_from(loaded.config_folder);
    base::throw_if_stopped(stop, "writing the model");
    folder.commit();
}

}  // namespace univi::session
