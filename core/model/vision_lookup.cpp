#include "core/model/vision_lookup.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/model_folder.h"
#include "core/model/parameter_shapes.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;

const std::string kEmbedded = kEmbeddedTower;

bool has_embedded(const WeightSource& source) {
    return source.has(kEmbedded + "embeddings.class_embedding");
}

/// Every OpenAI CLIP tower has heads of 64 channels; the head count cannot be read off the shapes.
constexpr int kClipHeadChannels = 64;

/// The architecture of the embedded copy from its shapes; nullopt when it does not look like a CLIP
/// tower of that family.
std::optional<VisionConfig> config_from_shapes(const WeightSource& source) {
    const auto shape = [&](const std::string& name) -> std::vector<std::int64_t> {
        const auto found = source.table().find(kEmbedded + name);
        return found == source.table().end() ? std::vector<std::int64_t>{} : found->second.shape;
    };
    const auto patch = shape("embeddings.patch_embedding.weight"),
               positions = shape("embeddings.position_embedding.weight");
    const auto inner = shape("encoder.layers.0.mlp.fc1.weight");
    if (patch.size() != 4 || positions.size() != 2 || inner.size() != 2) return std::nullopt;
    VisionConfig config;
    config.hidden_size = static_cast<int>(patch[0]);
    config.patch_size = static_cast<int>(patch[2]);
    config.intermediate_size = static_cast<int>(inner[0]);
    const int grid =
        static_cast<int>(std::lround(std::sqrt(static_cast<double>(positions[0] - 1))));
    config.image_size = grid * config.patch_size;
    config.num_heads = config.hidden_size / kClipHeadChannels;
    config.num_layers = 0;
    while (
        !shape("encoder.layers." + std::to_string(config.num_layers) + ".mlp.fc1.weight").empty())
        ++config.num_layers;
    const bool plausible = config.hidden_size >= 512 &&
                           config.hidden_size % kClipHeadChannels == 0 && grid >= 1 &&
                           std::int64_t{grid} * grid + 1 == positions[0];
    return plausible ? std::optional(config) : std::nullopt;
}

/// config.json's own word counts most, then the tower's name, then the shapes.
std::optional<VisionConfig> embedded_config(const AssembledCheckpoint& checkpoint) {
    if (checkpoint.config.vision) return checkpoint.config.vision;
    if (const auto known = known_vision_config(checkpoint.config.vision_tower)) return known;
    return config_from_shapes(checkpoint.source);
}

FoundVisionTower in_folder(const fs::path& folder) {
    return {read_vision_config(folder), folder, "vision_model."};
}

/// LoadOptions::vision_tower, a folder or a name.
FoundVisionTower asked_for(const LoadOptions& options) {
    const std::string name = options.vision_tower.string();
    if (fs::is_directory(options.vision_tower)) return in_folder(options.vision_tower);
    if (const fs::path folder = find_tower_folder(name, options.model); !folder.empty())
        return in_folder(folder);
    throw base::Error(
        base::ErrorKind::File,
        "The vision tower " + name + " does not exist, as a folder or in the Hugging Face cache (" +
            base::hugging_face_cache().string() + "): download it or give its folder.");
}

[[noreturn]] void not_found(const AssembledCheckpoint& checkpoint) {
    const std::string& name = checkpoint.config.vision_tower;
    const std::string what = name.empty() ? "The model names no vision tower"
                                          : "The vision tower " + name +
                                                " was not found beside the model, in the Hugging "
                                                "Face cache or inside the checkpoint";
    throw base::Error(base::ErrorKind::Model,
                      what + ": download it and give its folder with --vision-tower.");
}

}  // namespace

fs::path find_tower_folder(const std::string& name, const fs::path& model) {
    if (name.empty()) return {};
    if (fs::path folder = find_named_folder(name, model); !folder.empty()) return folder;
    return base::find_in_hugging_face_cache(name).value_or(fs::path());
}

std::optional<FoundVisionTower> look_for_vision_tower(const LoadOptions& options,
                                                      const AssembledCheckpoint& checkpoint) {
    if (!options.vision_tower.empty()) return asked_for(options);
    const fs::path trained = options.model / kTrainedTowerFolder;
    if (fs::is_regular_file(trained / "config.json")) return in_folder(trained);
    if (const fs::path folder = find_tower_folder(checkpoint.config.vision_tower, options.model);
        !folder.empty())
        return in_folder(folder);
    if (has_embedded(checkpoint.source))
        if (const auto config = embedded_config(checkpoint))
            return FoundVisionTower{*config, {}, kEmbedded};
    return std::nullopt;
}

FoundVisionTower find_vision_tower(const LoadOptions& options,
                                   const AssembledCheckpoint& checkpoint) {
    auto found = look_for_vision_tower(options, checkpoint);
    if (!found) not_found(checkpoint);
    return std::move(*found);
}

std::unique_ptr<VisionTower> load_vision_tower(const FoundVisionTower& found,
                                               WeightSource& embedded,
                                               const PlacementOptions& placement) {
    if (found.folder.empty())
        return std::make_unique<VisionTower>(found.config, embedded, found.prefix, placement);
    WeightSource source(read_checkpoint_folder(found.folder), found.folder.string());
    const std::string prefix =
        source.has(found.prefix + "embeddings.class_embedding") ? found.prefix : "";
    auto tower = std::make_unique<VisionTower>(found.config, source, prefix, placement);
    source.check_complete();
    return tower;
}

}  // namespace univi::model
