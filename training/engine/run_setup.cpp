#include "training/engine/run_setup.h"

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/model/device.h"
#include "training/engine/lora.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

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

c10::Device open_rank_device(const TrainOptions& options, const RankEnvironment& environment) {
    const c10::Device device = model::open_device(options.device);
    const bool is_numbered = options.device.find(':') != std::string::npos;
    if (environment.is_alone() || is_numbered || device.is_cpu()) return device;
    return model::open_device(model::type_name(device) + ":" +
                              std::to_string(environment.local_rank));
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

model::LoadOptions load_options(const TrainOptions& options, const RankEnvironment& environment,
                                const base::StopToken& stop) {
    model::LoadOptions load;
    load.model = options.model_name_or_path;
    load.vision_tower = options.vision_tower;
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
    text::Tokenizer tokenizer = session::load_tokenizer(options.model_name_or_path);
    tokenizer.set_legacy(true);
    return tokenizer;
}

session::LoadedModel load_model(const TrainOptions& options, const model::LoadOptions& load) {
    session::LoadedModel loaded = session::load_model(load);
    loaded.tokenizer->set_legacy(true);
    loaded.preprocess.pad_to_square = options.image_aspect_ratio == PictureShape::Pad;
    return loaded;
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
    Dataset dataset = Dataset::load(find_sources(dataset_list(options), options.dataset_use), stop);
    if (!options.lazy_preprocess) check_items(dataset, base::choose_threads(options.threads), stop);
    return dataset;
}

std::optional<Dataset> load_eval_dataset(const TrainOptions& options, const base::StopToken& stop) {
    if (options.eval_dataset_use.empty()) return std::nullopt;
    DatasetList list = dataset_list(options);
    list.option = "eval_dataset_use";
    return Dataset::load(find_sources(list, options.eval_dataset_use), stop);
}

}  // namespace univi::training
