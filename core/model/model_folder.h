#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "core/base/json.h"
#include "core/base/stop_token.h"
#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// The projector alone, as stage 1 leaves it.
inline constexpr const char* kProjectorFile = "mm_projector.bin";
/// Where a tower that was trained with the model lies in its folder; loading looks there first.
inline constexpr const char* kTrainedTowerFolder = "vision_tower";

/// How weights are stored and cut into files.
struct WeightStorage {
    std::optional<c10::ScalarType> dtype{};             ///< unset: each tensor in the type it has
    std::int64_t shard_bytes = std::int64_t{10} << 30;  ///< of one file, at most
    bool always_shards = false;                         ///< a single file is a shard too
};

/// Writes a Hugging Face folder, of a model or of a vision tower, part by part. Every file is
/// replaced atomically; who wants the whole folder atomic gives an AtomicFolder's. All functions
/// throw Error{File} and leave the old file.
class ModelFolderWriter {
  public:
    /// Makes the folder where it is not there.
    explicit ModelFolderWriter(std::filesystem::path folder);
    const std::filesystem::path& folder() const { return folder_; }

    /// model.safetensors, or model-00001-of-0000N.safetensors and model.safetensors.index.json,
    /// cut in the order of `tensors`. Converts one file's tensors at a time. Throws
    /// Error{Stopped} between two files.
    void weights(const NamedTensors& tensors, const WeightStorage& storage = {},
                 const base::StopToken& stop = {}) const;
    /// mm_projector.bin, in fp32.
    void projector(const NamedTensors& tensors) const;
    void config(const base::Json& config) const { json("config.json", config); }
    void json(std::string_view file, const base::Json& json) const;
    /// `tensors` by the tower's own names, with or without "vision_model." in front. Its
    /// preprocessor_config.json comes from `preprocessor_from`, where it is there.
    void tower(const std::filesystem::path& place, const VisionConfig& config,
               const NamedTensors& tensors, std::optional<c10::ScalarType> dtype,
               const std::filesystem::path& preprocessor_from) const;

    /// Copies what is there of the tokenizer's files.
    void copy_tokenizer_from(const std::filesystem::path& folder) const;
    /// generation_config.json, where it is there.
    void copy_generation_from(const std::filesystem::path& folder) const;

  private:
    void copy_from(const std::filesystem::path& folder, const char* file) const;

    std::filesystem::path folder_;
};

/// config.json of a CLIPVisionModel folder; `dtype` is what it says of its weights, if anything.
base::Json tower_config(const VisionConfig& config, std::optional<c10::ScalarType> dtype = {});

}  // namespace univi::model
