#pragma once

#include <cstdint>
#include <filesystem>

#include "training/demo/tower_trainer.h"

namespace univi::training::demo {

struct BaseModelOptions {
    std::filesystem::path tower;   ///< work folder of train_tower
    std::filesystem::path folder;  ///< the base model to write
    std::uint64_t seed = 30;
    int vocabulary = 1200;
    int vocabulary_scenes = 3000;
    int hidden = 256, layers = 5, heads = 8, mlp = 704;
    double temporal_rate = 0.25;   ///< config.temporal_cluster_rate: clips of 8 to 12 s get 2 or 3 events
    int probe_batches = 24;        ///< batches of 16 pictures for the linear readout
};

/// Writes a Chat-UniVi folder with an untrained decoder that can already read: the projector maps what a linear readout finds in
/// the tower's features (kind, colour, grid cell, box) to fixed orthogonal directions of the decoder's space, and the embedding and
/// output rows of the kinds' and colours' names lie along the same directions. The tower is copied to folder/vision_tower.
void write_base_model(const BaseModelOptions& options);

/// Least-squares readout of the tower's features: weight [targets, width], bias [targets]; targets are the kinds, the colours, the
/// cells (one-hot, 0 on background) and cx, cy, width, height minus 0.5 (0 on background).
struct Readout {
    at::Tensor weight, bias;
    double kind_accuracy = 0;  ///< on the object patches it was fitted on
};
Readout fit_readout(TowerNet& net, const StampLibrary& stamps, std::uint64_t seed, int batches);

}  // namespace univi::training::demo
