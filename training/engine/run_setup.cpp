#include "training/engine/run_setup.h"

#include <fnmatch.h>

#include <sstream>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/paths.h"
#include "core/model/device.h"
#include "training/engine/lora.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

/// `globs`: shell patterns joined with ','.
bool matches_any(const std::string& globs, const std::string& name) {
    std::istringstream list(globs);
    for (std::string glob; std::getline(list, glob, ',');)
        if (::fnmatch(glob.c_str(), name.c_str(), 0) == 0) return true;
    return false;
}

/// The tower's layers behind the hidden state that is used get no gradient.
bool shapes_features(const TrainOptions& options, const model::VisionConfig& tower,
                     const std::string& name) {
    if (name.find("post_layernorm") != std::string::npos) return false;
    const std::size_t at = name.find("encoder.layers.");
    if (at == std::string::npos) return true;
    const int states = tower.num_layers + 1,
              chosen = static_cast<int>(options.mm_vision_select_layer);
    return std::atoi(name.c_str() + at + std::strlen("encoder.layers.")) <
           (chosen < 0 ? states + chosen : chosen);
}

}  // namespace

void check_stage(const TrainOptions& options, int stage, int ranks) {
    if (stage < 3 || ranks == 1) return;
    const auto refuse = [](const std::string& flag) {
        throw Error(ErrorKind::Usage, flag +
                                          " does not go together with ZeRO stage 3: use stage 2 "
                                          "(zero2.json or --zero_stage 2).");
    };
    if (options.bits != 16) refuse("--bits " + std::to_string(options.bits));
    if (options.vision_tune) refuse("--vision_tune True");
}

bool is_trained_parameter(const TrainOptions& options, const std::string& name) {
    if (matches_any(options.freeze_parameters, name)) return false;
    if (is_adapter_parameter(name)) return true;
    const bool is_projector = name.starts_with("model.mm_projector.");
    if (options.tune_mm_mlp_adapter) return is_projector;
    if (is_projector) return !options.freeze_mm_mlp_adapter;
    if (name.starts_with("model.vision_tower.")) return options.vision_tune;
    if (options.lora_enable || options.bits != 16) return false;
    return !options.freeze_backbone || name.starts_with("lm_head.");
}

bool is_trained_tower_parameter(const TrainOptions& options, const model::VisionConfig& tower,
                                const std::string& name) {
    return options.vision_tune && is_trained_parameter(options, name) &&
           shapes_features(options, tower, name);
}

int choose_threads(const TrainOptions& options, const RankEnvironment& environment) {
    if (options.threads > 0) return static_cast<int>(options.threads);
    const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return std::max(1, cores / std::max(1, environment.local_size));
}

c10::Device open_rank_device(const TrainOptions& options, const RankEnvironment& environment) {
    const bool is_open = options.device == "auto" || options.device == "cuda";
    if (environment.is_alone() || !is_open ||
        (options.device == "auto" && !model::why_no_cuda().empty()))
        return model::open_device(options.device);
    return model::open_device("cuda:" + std::to_string(environment.local_rank));
}

std::string tower_name(const std::string& flag, const std::string& of_config,
                       const fs::path& output) {
    const std::string name = flag.empty() ? of_config : flag;
    std::error_code error;
    if (name.empty() || !fs::is_directory(name, error)) return name;
    const fs::path path = fs::absolute(name).lexically_normal();
    const fs::path clean = path.has_filename() ? path : path.parent_path();
    const std::string owner = clean.parent_path().filename().string();
    if (owner == "openai" || owner == "laion") return owner + "/" + clean.filename().string();
    return clean.lexically_relative(fs::absolute(output).lexically_normal().parent_path())
        .generic_string();
}

model::NamedTensors trained_parameters(const TrainOptions& options,
                                       const model::UniviModel& model) {
    model::NamedTensors result;
    for (const auto* list : {&model.language().parameters(), &model.language().adapter_parameters(),
                             &model.projector_parameters()})
        for (const auto& [name, tensor] : *list)
            if (is_trained_parameter(options, name)) result.emplace_back(name, tensor);
    if (options.vision_tune)
        for (const auto& [name, tensor] : tower_parameters(model))
            if (is_trained_tower_parameter(options, model.vision()->config(), name))
                result.emplace_back(name, tensor);
    if (result.empty())
        throw Error(ErrorKind::Usage,
                    "Every part of the model is frozen: there is nothing to train.");
    return result;
}

model::LoadOptions load_options(const TrainOptions& options, const RankEnvironment& environment,
                                const base::StopToken& stop) {
    model::LoadOptions load;
    load.model = options.model_name_or_path;
    std::string tower = options.vision_tower;
    if (!tower.empty()) {
        load.vision_tower = find_vision_tower(tower, load.model);
        if (load.vision_tower.empty())
            throw Error(
                ErrorKind::File,
                "--vision_tower " + tower + " is neither a folder nor in the Hugging Face cache (" +
                    base::hugging_face_cache().string() + "): download it or give its folder.");
    }
    load.projector = options.pretrain_mm_mlp_adapter;
    load.allow_missing_projector = options.pretrain_mm_mlp_adapter.empty();
    load.placement.device = open_rank_device(options, environment);
    load.placement.compute_dtype = options.bf16   ? at::kBFloat16
                                   : options.fp16 ? at::kHalf
                                                  : at::kFloat;
    load.placement.quantize = quantization(options);
    load.placement.materialize = true;
    load.stop = stop;
    return load;
}

text::Tokenizer load_tokenizer(const TrainOptions& options) {
    text::Tokenizer tokenizer = text::Tokenizer::load(options.model_name_or_path);
    tokenizer.set_legacy(true);  // training uses the fast tokenizer's way
    return tokenizer;
}

DatasetList dataset_list(const TrainOptions& options) {
    DatasetList list{options.datasets, {}, options.data_path};
    try {
        list.published = base::resources_folder() / "training" / "datasets.json";
    } catch (const Error&) {  // a program without its resources knows no published names
    }
    return list;
}

Dataset load_dataset(const TrainOptions& options, const base::StopToken& stop) {
    if (options.dataset_use.empty())
        throw Error(ErrorKind::Usage, "--dataset_use is missing: the name of a data set.");
    Dataset dataset = Dataset::load(find_sources(dataset_list(options), options.dataset_use), stop);
    if (!options.lazy_preprocess) check_items(dataset, choose_threads(options), stop);
    return dataset;
}

std::optional<Dataset> load_eval_dataset(const TrainOptions& options, const base::StopToken& stop) {
    if (options.eval_dataset_use.empty()) return std::nullopt;
    return Dataset::load(find_sources(dataset_list(options), options.eval_dataset_use), stop);
}

media::PreprocessOptions load_preprocess(const TrainOptions& options,
                                         const model::UniviModel& model) {
    auto result =
        media::PreprocessOptions::load(model.vision_tower_folder() / "preprocessor_config.json",
                                       model.vision()->config().image_size);
    result.pad_to_square = options.image_aspect_ratio == "pad";
    return result;
}

fs::path find_vision_tower(const std::string& name, const fs::path& model_folder) {
    std::error_code error;
    if (fs::is_directory(name, error)) return name;
    const fs::path model = fs::absolute(model_folder).lexically_normal();
    const fs::path parent =
        model.has_filename() ? model.parent_path() : model.parent_path().parent_path();
    if (fs::is_directory(parent / name, error)) return parent / name;
    return base::find_in_hugging_face_cache(name).value_or(fs::path());
}

}  // namespace univi::training
