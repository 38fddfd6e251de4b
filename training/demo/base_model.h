#pragma once

#include <cstdint>
#include <filesystem>

#include "training/demo/decoder_start.h"
#include "training/demo/tower_trainer.h"

namespace univi::training::demo {

struct BaseModelOptions {
    std::filesystem::path tower;   ///< work folder of train_tower
    std::filesystem::path folder;  ///< the base model to write
    std::uint64_t seed = 30;
    int vocabulary = 1200;
    int vocabulary_scenes = 3000;
    DecoderShape decoder;
    /// config.temporal_cluster_rate: clips of 8 to 12 s get 2 or 3 events
    double temporal_rate = 0.25;
    int probe_batches = 24;  ///< batches of 16 pictures for the linear readout
};

/// Writes a Chat-UniVi folder with an untrained decoder that already knows how to look (see
/// DecoderStart), the vocabulary, and the tower in folder/vision_tower.
void write_base_model(const BaseModelOptions& options);

/// Fits the readout on `batches` of 16 pictures.
Readout fit_readout(TowerNet& net, const StampLibrary& stamps, std::uint64_t seed, int batches);

}  // namespace univi::training::demo
