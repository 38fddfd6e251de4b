#include "training/engine/run_parts.h"

#include <ATen/Context.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/model/dtype_names.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/checkpoint.h"
#include "training/engine/lora.h"
#include "training/engine/optimizer.h"
#include "training/engine/run_setup.h"
#include "training/engine/trained_parameters.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

/// A tower that trains is saved inside the result; named relative to the result's parent, as
/// other folders are.
std::string own_tower_name(const fs::path& output) {
    return (fs::absolute(output / "x").lexically_normal().parent_path().filename() / "vision_tower")
        .generic_string();
}

std::unique_ptr<RunParts> load_model(const RunPartsSource& source, Dataset dataset) {
    base::log_info("Loading " + source.options.model_name_or_path);
    session::LoadedModel loaded = training::load_model(
        source.options, load_options(source.options, source.environment, source.stop));
    if (!loaded.model->vision())
        throw Error(ErrorKind::Model, "No vision tower: give one with --vision_tower FOLDER.");
    if (source.options.lora_enable) add_adapters(*loaded.model, source.options);
    return std::unique_ptr<RunParts>(new RunParts{std::move(dataset), std::move(loaded.model),
                                                  std::move(*loaded.tokenizer), loaded.preprocess});
}

void make_readers(RunParts& parts, const RunPartsSource& source) {
    const TrainOptions& options = source.options;
    const SampleReaderOptions read = reader_options(options, parts.preprocess);
    const int layer = static_cast<int>(options.mm_vision_select_layer);
    const int frames = static_cast<int>(options.max_frames);
    if (!options.visual_token_cache.empty())
        parts.cache.emplace(options.visual_token_cache,
                            VisualEncoder::recipe(*parts.model, layer, parts.preprocess, frames),
                            options.visual_token_cache_dtype == CacheType::Fp16);
    const VisualTokenCache* cache = parts.cache_or_null();
    parts.encoder.emplace(*parts.model, layer, parts.preprocess, cache, options.vision_tune);
    const auto warn = [&recorder = source.recorder](const std::string& message) {
        recorder.warn(message);
    };
    parts.reader.emplace(parts.dataset, parts.tokenizer, read, cache, warn);
    parts.held_out = HeldOut::open(options, parts.tokenizer, read, cache, warn, source.team.size(),
                                   source.team.rank(), source.stop);
}

/// Every parameter of the model, trained or not, in model order; of the tower what is in `trained`.
model::NamedTensors all_parameters(const model::UniviModel& model,
                                   const model::NamedTensors& trained) {
    model::NamedTensors all = model.projector_parameters();
    const auto& language = model.language().parameters();
    all.insert(all.end(), language.begin(), language.end());
    const auto& adapters = model.language().adapter_parameters();
    all.insert(all.end(), adapters.begin(), adapters.end());
    for (const auto& each : trained)
        if (each.first.starts_with("model.vision_tower.")) all.push_back(each);
    return all;
}

/// One process holds everything itself; several, or a GPU that leaves the moments to the host,
/// take flat buffers.
std::unique_ptr<ParameterOptimizer> make_optimizer(const RunParts& parts,
                                                   const TrainOptions& options, RankTeam& team) {
    const AdamWOptions adamw{options.adam_beta1, options.adam_beta2, options.adam_epsilon,
                             options.weight_decay};
    const DeepSpeedConfig& parallel = parts.parallel;
    const bool is_offloaded =
        parallel.offload_optimizer && !parts.model->language().placement().device.is_cpu();
    const auto trained = trained_parameters(options, *parts.model);
    if (team.is_alone() && !is_offloaded) return std::make_unique<AdamW>(trained, adamw);
    const model::NamedTensors all = all_parameters(*parts.model, trained);
    std::vector<bool> is_trained;
    for (const auto& [name, tensor] : all)
        is_trained.push_back(std::any_of(trained.begin(), trained.end(),
                                         [&](const auto& each) { return each.first == name; }));
    ZeroOptions zero;
    zero.stage = parallel.stage;
    zero.bucket_elements = parallel.bucket_elements();
    zero.overlap = parallel.overlap_comm || parallel.file.empty();
    zero.offload_optimizer = is_offloaded;
    zero.max_live_elements = parallel.stage3_max_live_parameters;
    return std::make_unique<ZeroOptimizer>(all, is_trained, team.group(), adamw, zero);
}

DeepSpeedConfig parallel_settings(const RunPartsSource& source, const model::UniviModel& model,
                                  std::int64_t total_steps) {
    return load_deepspeed_config(
        source.options, {source.team.size(), model.language().config().hidden_size, total_steps},
        [&](const std::string& message) { source.recorder.warn_once(message); },
        [&](const std::string& message) {
            if (source.team.is_first()) base::log_info(message);
        });
}

SaveOptions save_options(const RunPartsSource& source, const model::UniviModel& model) {
    const TrainOptions& options = source.options;
    SaveOptions save = {
        options.model_name_or_path,
        options.vision_tune
            ? own_tower_name(options.output_dir)
            : tower_name(options.vision_tower, model.config().vision_tower, options.output_dir),
        model::dtype_named(options.save_dtype)};
    const bool is_rounded = model.language().placement().compute_dtype != at::kFloat;
    if (is_rounded && source.team.is_first())
        save.stored = read_stored_weights(
            options, load_options(options, source.environment, source.stop), model);
    return save;
}

}  // namespace

SampleReaderOptions reader_options(const TrainOptions& options,
                                   const media::PreprocessOptions& preprocess) {
    return {options.version, static_cast<int>(options.max_frames), options.model_max_length,
            preprocess, options.on_bad_item.value()};
}

std::unique_ptr<RunParts> make_run_parts(const RunPartsSource& source, Dataset dataset,
                                         std::int64_t total_steps) {
    const TrainOptions& options = source.options;
    std::unique_ptr<RunParts> parts = load_model(source, std::move(dataset));
    make_readers(*parts, source);
    parts->parallel = parallel_settings(source, *parts->model, total_steps);
    check_stage(options, parts->parallel.stage, source.team.size());
    if (options.fp16) parts->scale.emplace(parts->parallel.scale);
    parts->optimizer = make_optimizer(*parts, options, source.team);
    parts->save = save_options(source, *parts->model);
    parts->identity = run_identity(options, parts->dataset.fingerprint(), source.team.size());
    return parts;
}

}  // namespace univi::training
