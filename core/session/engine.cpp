#include "core/session/engine.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <thread>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/model/device.h"
#include "core/model/tensor_memory.h"
#include "core/session/conversation_impl.h"

namespace univi::session {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

/// Rows a checkpoint's embedding may have beyond its tokenizer's pieces: padding to a round number
/// and added tokens.
constexpr int kMostPaddingRows = 1024;

c10::ScalarType parse_dtype(const std::string& name, const c10::Device& device) {
    if (name == "int8" || name == "int4")
        throw Error(ErrorKind::Usage,
                    "The type " + name + " is not supported yet: use auto, fp32, fp16 or bf16.");
    return model::compute_dtype(name, device);
}

std::string dtype_name(c10::ScalarType type) {
    switch (type) {
        case at::kFloat:
            return "fp32";
        case at::kHalf:
            return "fp16";
        case at::kBFloat16:
            return "bf16";
        case at::kDouble:
            return "fp64";
        default:
            return c10::toString(type);
    }
}

model::Placement parse_placement(const std::string& name) {
    if (name == "interleaved") return model::Placement::Interleaved;
    if (name == "reference") return model::Placement::Reference;
    throw Error(ErrorKind::Usage,
                "The placement " + name + " is not known: use interleaved or reference.");
}

void set_threads(int threads) {
    if (threads < 0)
        throw Error(ErrorKind::Usage, "The number of threads must be 0 (all cores) or more.");
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    at::set_num_threads(threads > 0 ? std::min(threads, 1024) : cores);
}

std::int64_t count_parameters(const model::NamedTensors& tensors,
                              std::map<std::string, TensorBytes>& stored) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : tensors) {
        auto& bytes = stored[dtype_name(tensor.scalar_type())];
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

media::PreprocessOptions load_preprocess(const model::UniviModel& model, const fs::path& folder) {
    if (!model.vision()) return {};
    const fs::path tower =
        model.vision_tower_folder().empty() ? folder : model.vision_tower_folder();
    auto options = media::PreprocessOptions::load(tower / "preprocessor_config.json",
                                                  model.vision()->config().image_size);
    if (options.crop_size != model.vision()->config().image_size)
        throw Error(ErrorKind::Model,
                    (tower / "preprocessor_config.json").string() + " crops pictures to " +
                        std::to_string(options.crop_size) + " pixels but the vision tower takes " +
                        std::to_string(model.vision()->config().image_size) + ".");
    options.pad_to_square = model.config().pad_to_square;
    return options;
}

std::unique_ptr<text::Tokenizer> load_tokenizer(const fs::path& folder, int vocab) {
    auto tokenizer = std::make_unique<text::Tokenizer>(text::Tokenizer::load(folder));
    const int pieces = tokenizer->vocab_size();
    if (pieces > vocab || pieces + kMostPaddingRows < vocab)
        throw Error(ErrorKind::Model,
                    "The tokenizer in " + folder.string() + " has " + std::to_string(pieces) +
                        " pieces but the model's vocabulary has " + std::to_string(vocab) +
                        ": put the tokenizer.model of this very model there.");
    return tokenizer;
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

fs::path find_tokenizer_folder(const fs::path& model, const std::string& model_base) {
    std::error_code error;
    if (fs::exists(model / "tokenizer.model", error) || model_base.empty()) return model;
    return resolve_model_folder(model_base);
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

std::unique_ptr<Engine> Engine::load(const EngineOptions& options, const Progress& progress,
                                     const base::StopToken& stop) {
    model::use_tensor_memory();
    const c10::InferenceMode inference;
    auto impl = std::make_unique<Impl>();
    impl->options = options;
    impl->placement = parse_placement(options.placement);
    set_threads(options.threads);
    const fs::path folder = resolve_model_folder(options.model);
    const auto config = model::read_model_config(folder);

    model::LoadOptions load;
    load.model = folder;
    if (!options.model_base.empty())
        load.model_base = resolve_model_folder(options.model_base, "base model");
    load.vision_tower = options.vision_tower;
    load.placement.device = model::open_device(options.device);
    load.placement.compute_dtype = parse_dtype(options.dtype, load.placement.device);
    load.progress = progress;
    load.stop = stop;
    // Before the weights: a wrong tokenizer is answered at once.
    impl->tokenizer = load_tokenizer(find_tokenizer_folder(folder, options.model_base),
                                     config.language.vocab_size);
    impl->model = model::UniviModel::load(load);
    impl->preprocess = load_preprocess(*impl->model, folder);
    impl->prompt_cache = std::make_unique<PromptCache>(impl->model->language());

    impl->info.folder = folder.string();
    impl->info.vision_tower = impl->model->vision_tower_folder().string();
    impl->info.architecture = "ChatUniVi";
    impl->info.device = load.placement.device.str();
    impl->info.dtype = dtype_name(load.placement.compute_dtype);
    impl->info.default_template = default_template(folder);
    impl->info.templates = text::template_names();
    std::ranges::stable_partition(impl->info.templates, [&](const auto& name) {
        return name == impl->info.default_template;
    });
    describe_shape(*impl->model, impl->info);
    describe_weights(*impl->model, impl->info);
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
