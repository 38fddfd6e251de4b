#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/stop_token.h"
#include "training/demo/tower_net.h"

namespace univi::training::demo {

struct TowerOptions {
    /// work folder: checkpoint.safetensors, tower.log, and at the end vision_tower/
    std::filesystem::path folder;
    std::filesystem::path stamps = kStampsFolder;
    std::int64_t steps = 8000;
    int batch_size = 24;
    std::uint64_t seed = 20;
    double adam_rate = 1e-3, muon_rate = 0.012;
    std::int64_t sitting = 0;  ///< steps of this run at most; 0: up to `steps`
    std::int64_t warmup = 150;
    std::int64_t log_every = 50, evaluate_every = 250;
    double save_every_s = 180;
    bool bf16 = true;
    TowerShape shape;
};

/// Trains the tower, or goes on from folder/checkpoint.safetensors; at the end (or when stopped)
/// writes folder/vision_tower as a Hugging Face CLIPVisionModel folder and
/// folder/heads.safetensors. Returns the score on held-out pictures.
TowerScore train_tower(const TowerOptions& options, const base::StopToken& stop);

/// Loads what train_tower wrote last into `net` (weights only). Throws Error{File} when there
/// is no checkpoint.
std::int64_t load_tower_checkpoint(const std::filesystem::path& file, TowerNet& net);

/// The exported tower's features are this many times the trained net's. DPC-KNN's density is
/// exp(-mean squared distance): among features of the trained size it is 0 for everything that
/// stands alone, so objects would lose their tokens to the background (measured: at 1 a car of 9
/// patches keeps 1, 0, 0 tokens of the three stages, at 0.2 it keeps 6, 2, 1).
inline constexpr double kExportScale = 0.2;

/// Writes a CLIPVisionModel folder: config.json, preprocessor_config.json, model.safetensors
/// (fp32 or fp16).
void export_tower(TowerNet& net, const std::filesystem::path& folder, bool half);

}  // namespace univi::training::demo
