#include "training/engine/run_setup.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/model/device.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

bool is_trained(const TrainOptions& options, const std::string& name) {
    const bool is_projector = name.starts_with("model.mm_projector.");
    if (options.tune_mm_mlp_adapter) return is_projector;
    if (is_projector) return !options.freeze_mm_mlp_adapter;
    return !options.freeze_backbone || name.starts_with("lm_head.");
}

}  // namespace

int choose_threads(const TrainOptions& options) {
    if (options.threads > 0) return static_cast<int>(options.threads);
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void refuse_many_processes() {
    const char* size = std::getenv("WORLD_SIZE");
    if (size && std::atoi(size) > 1)
        throw Error(ErrorKind::Usage, "WORLD_SIZE is " + std::string(size) +
                                          ", but this version trains in one process: start it without torchrun.");
}

std::string tower_name(const std::string& flag, const std::string& of_config, const fs::path& output) {
    const std::string name = flag.empty() ? of_config : flag;
    std::error_code error;
    if (name.empty() || !fs::is_directory(name, error)) return name;
    const fs::path path = fs::absolute(name).lexically_normal();
    const fs::path clean = path.has_filename() ? path : path.parent_path();
    const std::string owner = clean.parent_path().filename().string();
    if (owner == "openai" || owner == "laion") return owner + "/" + clean.filename().string();
    return clean.lexically_relative(fs::absolute(output).lexically_normal().parent_path()).generic_string();
}

model::NamedTensors trained_parameters(const TrainOptions& options, const model::UniviModel& model) {
    model::NamedTensors result;
    for (const auto* list : {&model.language().parameters(), &model.projector_parameters()})
        for (const auto& [name, tensor] : *list)
            if (is_trained(options, name)) result.emplace_back(name, tensor);
    if (result.empty()) throw Error(ErrorKind::Usage, "Every part of the model is frozen: there is nothing to train.");
    return result;
}

model::LoadOptions load_options(const TrainOptions& options, const base::StopToken& stop) {
    model::LoadOptions load;
    load.model = options.model_name_or_path;
    std::string tower = options.vision_tower;
    if (!tower.empty()) {
        load.vision_tower = find_vision_tower(tower, load.model);
        if (load.vision_tower.empty())
            throw Error(ErrorKind::File, "--vision_tower " + tower + " is neither a folder nor in the Hugging Face cache (" +
                                             base::hugging_face_cache().string() + "): download it or give its folder.");
    }
    load.projector = options.pretrain_mm_mlp_adapter;
    load.allow_missing_projector = options.pretrain_mm_mlp_adapter.empty();
    load.placement.device = model::open_device(options.device);
    load.placement.compute_dtype = options.bf16 ? at::kBFloat16 : at::kFloat;
    load.placement.materialize = true;
    load.stop = stop;
    return load;
}

text::Tokenizer load_tokenizer(const TrainOptions& options) {
    text::Tokenizer tokenizer = text::Tokenizer::load(options.model_name_or_path);
    tokenizer.set_legacy(true);  // training uses the fast tokenizer's way
    return tokenizer;
}

Dataset load_dataset(const TrainOptions& options) {
    if (options.dataset_use.empty()) throw Error(ErrorKind::Usage, "--dataset_use is missing: the name of a data set.");
    const fs::path file = options.datasets.empty() ? "datasets.json" : options.datasets;
    if (!fs::exists(file))
        throw Error(ErrorKind::Usage, "The list of data sets " + file.string() + " is missing: give one with --datasets FILE.");
    return Dataset::load(file, options.dataset_use);
}

media::PreprocessOptions load_preprocess(const TrainOptions& options, const model::UniviModel& model) {
    auto result = media::PreprocessOptions::load(model.vision_tower_folder() / "preprocessor_config.json",
                                                 model.vision()->config().image_size);
    result.pad_to_square = options.image_aspect_ratio == "pad";
    return result;
}

fs::path find_vision_tower(const std::string& name, const fs::path& model_folder) {
    std::error_code error;
    if (fs::is_directory(name, error)) return name;
    const fs::path model = fs::absolute(model_folder).lexically_normal();
    const fs::path parent = model.has_filename() ? model.parent_path() : model.parent_path().parent_path();
    if (fs::is_directory(parent / name, error)) return parent / name;
    return base::find_in_hugging_face_cache(name).value_or(fs::path());
}

}  // namespace univi::training
