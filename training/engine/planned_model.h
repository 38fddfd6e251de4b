#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/checkpoint_folder.h"
#include "core/model/model_config.h"
#include "training/distributed/partition.h"
#include "training/options/options.h"

namespace univi::training {

/// What of a model decides how much memory its training takes. Comes from config.json and the
/// headers of the weight files; no weights are loaded, and a folder with config.json alone will do.
struct PlannedModel {
    model::ModelConfig config;
    model::VisionConfig vision;
    /// Projector, decoder in model order, adapters, and with --vision_tune what learns of the
    /// tower: what the optimizer gets. Without the matrices that --bits holds in fewer bits.
    std::vector<ParameterInfo> parameters;
    std::int64_t tower_elements = 0;  ///< all of the tower, learning or not
    std::int64_t quantized_elements = 0, quantized_bytes = 0;  ///< of the matrices in 8 or 4 bits
    std::int64_t adapter_rank = 0;                             ///< 0: no adapters
    bool drops_out = false;                                    ///< their inputs
    bool has_weights = false;  ///< their headers were compared with the configuration

    std::int64_t elements() const;  ///< of decoder, projector and adapters
    std::int64_t trained_elements() const;
    /// Elements of decoder layer `layer` (-1: outside the layers).
    std::int64_t elements_of_layer(int layer, bool only_trained) const;
};

/// The model of --model_name_or_path with the tower of --vision_tower. Throws
/// Error{File|Format|Model|Usage}: no config.json, weights of other shapes, a tower that
/// is not known.
PlannedModel read_planned_model(const TrainOptions& options);

/// Whether `name` is a weight of the vision tower.
bool is_of_tower(const std::string& name);

/// What the batches of a run are like at their largest, per rank.
struct PlannedBatch {
    std::int64_t samples = 0;
    std::int64_t positions = 0;    ///< of the longest sample, visual tokens included
    std::int64_t targets = 0;      ///< positions of the batch that predict a word of an answer
    std::int64_t visual_rows = 0;  ///< visual tokens of the batch
    std::int64_t frames = 1;       ///< of the longest medium
    std::int64_t pictures = 0;     ///< of the batch, frames included
    std::string source;            ///< where these numbers come from, for the table
};

/// From --dataset_use when it is given (at most 2000 items are read, no pictures), else
/// samples of --model_max_length tokens and one picture, all of them words of an
/// answer. Throws Error{Usage|File|Format}.
PlannedBatch plan_batch(const TrainOptions& options, const PlannedModel& model);

}  // namespace univi::training
