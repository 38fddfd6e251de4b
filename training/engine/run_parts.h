#pragma once

#include <memory>
#include <optional>

#include "core/base/json.h"
#include "core/base/stop_token.h"
#include "core/media/preprocess.h"
#include "core/model/univi_model.h"
#include "core/text/tokenizer.h"
#include "training/distributed/parameter_optimizer.h"
#include "training/distributed/rank_team.h"
#include "training/engine/evaluation.h"
#include "training/engine/loss_scale.h"
#include "training/engine/run_recorder.h"
#include "training/engine/saved_model.h"
#include "training/engine/visual_encoder.h"
#include "training/options/deepspeed_config.h"

namespace univi::training {

/// What a run works with, made before its first step. Later members borrow earlier ones.
struct RunParts {
    Dataset dataset;
    std::unique_ptr<model::UniviModel> model;
    text::Tokenizer tokenizer;
    media::PreprocessOptions preprocess;
    std::optional<VisualTokenCache> cache = std::nullopt;
    std::optional<VisualEncoder> encoder = std::nullopt;
    std::optional<SampleReader> reader = std::nullopt;
    std::unique_ptr<HeldOut> held_out = nullptr;  ///< null without --eval_dataset_use
    DeepSpeedConfig parallel = {};
    std::optional<LossScale> scale = std::nullopt;  ///< fp16 only
    std::unique_ptr<ParameterOptimizer> optimizer = nullptr;
    SaveOptions save = {};
    base::Json identity = {};  ///< see run_identity()

    const VisualTokenCache* cache_or_null() const { return cache ? &*cache : nullptr; }
    LossScale* scale_or_null() { return scale ? &*scale : nullptr; }
};

/// What a run's parts are made from. Borrowed while they live, but for the token.
struct RunPartsSource {
    const TrainOptions& options;
    const RankEnvironment& environment;
    RankTeam& team;
    RunRecorder& recorder;  ///< hears the warnings of readers and settings
    base::StopToken stop;
};

/// How the samples of a run are read.
SampleReaderOptions reader_options(const TrainOptions& options,
                                   const media::PreprocessOptions& preprocess);

/// Loads the model and makes what trains it on `dataset`, for a run of `total_steps`. Throws Error
/// with one sentence that names the flag or the file.
std::unique_ptr<RunParts> make_run_parts(const RunPartsSource& source, Dataset dataset,
                                         std::int64_t total_steps);

}  // namespace univi::training
