#include "core/session/engine.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/model/device.h"
#include "core/model/dtype_names.h"
#include "core/model/tensor_memory.h"
#include "core/session/conversation_impl.h"
#include "core/session/generation_defaults.h"

namespace univi::session {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

c10::ScalarType parse_dtype(const std::string& name, const c10::Device& device) {
    if (name == "int8" || name == "int4")
        throw Error(ErrorKind::Usage,
                    "The type " + name + " is not supported yet: use auto, fp32, fp16 or bf16.");
    return model::compute_dtype(name, device);
}

model::VisualOrder parse_visual_order(const std::string& name) {
    if (name == "interleaved") return model::VisualOrder::Interleaved;
    if (name == "reference") return model::VisualOrder::Reference;
    throw Error(ErrorKind::Usage,
                "The placement " + name + " is not known: use interleaved or reference.");
}

std::int64_t count_parameters(const model::NamedTensors& tensors,
                              std::map<std::string, TensorBytes>& stored) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : tensors) {
        auto& bytes = stored[model::dtype_name(tensor.scalar_type())];
        ++bytes.tensors;
        bytes.bytes += static_cast<std::int64_t>(tensor.nbytes());
        count += tensor.numel();
    }
    return count;
}

void describe_weights(const model::UniviModel& model, ModelInfo& info) {
    std::map<std::string, TensorBytes> stored;
    info.parameters_language = count_parameters(model.language().parameters(), stored);
    if (model.vision())
        info.parameters_vision = count_parameters(model.vision()->parameters(), stored);
    info.parameters_projector = count_parameters(model.projector_parameters(), stored);
    for (auto& [dtype, bytes] : stored) {
        bytes.dtype = dtype;
        info.stored.push_back(bytes);
    }
    info.missing = model.missing();
    info.unused = model.unused();
}

void describe_shape(const model::UniviModel& model, ModelInfo& info) {
    const auto& language = model.config().language;
    info.context = language.max_position_embeddings;
    info.layers = language.num_layers;
    info.hidden = language.hidden_size;
    info.heads = language.num_heads;
    info.kv_heads = language.num_kv_heads;
    info.vocab = language.vocab_size;
    info.pad_to_square = model.config().pad_to_square;
    info.use_cluster = model.config().cluster.use_cluster;
    if (!model.vision()) return;
    const auto& vision = model.vision()->config();
    info.image_size = vision.image_size;
    info.patch = vision.patch_size;
    int tokens = vision.num_patches();
    for (const double rate : model.config().cluster.spatial_rate) {
        if (!info.use_cluster) break;
        tokens = model::resolve_cluster_count(rate, tokens);
        info.visual_tokens += tokens;
    }
    if (!info.use_cluster) info.visual_tokens = tokens;
}

/// "univi_conv" of config.json names the template the model was trained with.
std::string default_template(const fs::path& folder) {
    const auto config = model::read_raw_config(folder);
    const auto it = config.find("univi_conv");
    if (it == config.end() || !it->is_string()) return "simple";
    const std::string name = it->get<std::string>();
    const auto known = text::template_names();
    if (std::ranges::find(known, name) != known.end()) return name;
    base::log_warning("config.json names the unknown template " + name + "; using simple.");
    return "simple";
}

}  // namespace

fs::path resolve_model_folder(const std::string& model, const std::string& what) {
    if (model.empty()) {
        if (auto demo = base::demo_model_folder()) return *demo;
        throw Error(ErrorKind::File,
                    "No model was named and the demo model is not installed: name a model folder.");
    }
    std::error_code error;
    if (fs::is_directory(model, error)) return model;
    if (auto cached = base::find_in_hugging_face_cache(model)) return *cached;
    if (fs::exists(model, error))
        throw Error(ErrorKind::File,
                    "The " + what + " " + model +
                        " is not a folder: name the folder that holds config.json.");
    throw Error(ErrorKind::File,
                "The " + what + " folder " + model + " does not exist: check its name.");
}

namespace {

model::LoadOptions load_options(const EngineOptions& options, const Engine::Progress& progress,
                                const base::StopToken& stop) {
    model::LoadOptions load;
    load.model = resolve_model_folder(options.model);
    if (!options.model_base.empty())
        load.model_base = resolve_model_folder(options.model_base, "base model");
    load.vision_tower = options.vision_tower;
    load.allow_text_only = true;
    load.placement.device = model::open_device(options.device);
    load.placement.compute_dtype = parse_dtype(options.dtype, load.placement.device);
    load.progress = progress;
    load.stop = stop;
    return load;
}

void describe_sight(const model::UniviModel& model, ModelInfo& info) {
    switch (model.sight()) {
        case model::Sight::Pictures:
            return;
        case model::Sight::NoProjector:
            info.sight = protocol::Sight::NoProjector;
            info.sight_note =
                "The model is a plain language model without a projector for pictures, so it "
                "answers text only: load a Chat-UniVi model to ask about pictures and videos.";
            return;
        case model::Sight::NoVisionTower:
            info.sight = protocol::Sight::NoVisionTower;
            info.sight_note =
                "The model's vision tower " + model.config().vision_tower +
                " was not found beside it, in the Hugging Face cache or inside the checkpoint, so "
                "it answers text only: download the tower and give its folder as vision tower.";
            return;
    }
}

}  // namespace

void check_model(const EngineOptions& options, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    parse_visual_order(options.placement);
    model::LoadOptions load = load_options(options, {}, stop);
    load.placement.device = c10::kCPU;
    load.check_only = true;
    load_model(load);
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

std::unique_ptr<Engine> Engine::load(const EngineOptions& options, const Progress& progress,
                                     const base::StopToken& stop) {
    model::use_tensor_memory();
    const c10::InferenceMode inference;
    auto impl = std::make_unique<Impl>();
    impl->options = options;
    impl->visual_order = parse_visual_order(options.placement);
    at::set_num_threads(base::choose_threads(options.threads));
    const model::LoadOptions load = load_options(options, progress, stop);
    static_cast<LoadedModel&>(*impl) = load_model(load);
    impl->prompt_cache = std::make_unique<PromptCache>(impl->model->language());

    ModelInfo& info = impl->info;
    info.folder = load.model.string();
    info.vision_tower = impl->model->vision_tower_folder().string();
    info.architecture = impl->model->sight() == model::Sight::NoProjector ? "LLaMA" : "ChatUniVi";
    info.device = load.placement.device.str();
    info.dtype = model::dtype_name(load.placement.compute_dtype);
    info.default_template = default_template(impl->config_folder);
    info.templates = text::template_names();
    std::ranges::stable_partition(info.templates,
                                  [&](const auto& name) { return name == info.default_template; });
    info.generation = read_generation_defaults({load.model, load.model_base});
    describe_shape(*impl->model, info);
    describe_weights(*impl->model, info);
    describe_sight(*impl->model, info);
    return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

const ModelInfo& Engine::info() const {
    return impl_->info;
}

std::unique_ptr<Conversation> Engine::start_conversation() {
    return std::make_unique<Conversation>(std::make_unique<Conversation::Impl>(*impl_));
}

std::vector<std::int32_t> Engine::tokenize(const std::string& text) const {
    return impl_->tokenizer->encode_text(text, true);
}

std::string Engine::detokenize(const std::vector<std::int32_t>& ids) const {
    return impl_->tokenizer->decode(ids);
}

}  // namespace univi::session
