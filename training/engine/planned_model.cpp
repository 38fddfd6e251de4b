#include "training/engine/planned_model.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/model/clustering.h"
#include "core/model/tensor_table.h"
#include "core/text/conversation_template.h"
#include "core/text/labels.h"
#include "training/engine/run_setup.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

bool matches_any(const std::string& globs, const std::string& name) {
    std::istringstream list(globs);
    for (std::string glob; std::getline(list, glob, ',');)
        if (::fnmatch(glob.c_str(), name.c_str(), 0) == 0) return true;
    return false;
}

/// As trained_parameters() chooses among loaded weights.
bool is_trained(const TrainOptions& options, const std::string& name) {
    if (matches_any(options.freeze_parameters, name)) return false;
    const bool is_projector = name.starts_with("model.mm_projector.");
    if (options.tune_mm_mlp_adapter) return is_projector;
    if (is_projector) return !options.freeze_mm_mlp_adapter;
    return !options.freeze_backbone || name.starts_with("lm_head.");
}

/// Names and shapes as LanguageModel and UniviModel take them.
class ParameterList {
  public:
    ParameterList(const TrainOptions& options, const model::TensorTable& table) : options_(options), table_(table) {}
    void add(const std::string& name, const std::vector<std::int64_t>& shape) {
        std::int64_t count = 1;
        for (const std::int64_t size : shape) count *= size;
        if (const auto found = table_.find(name); found != table_.end() && found->second.shape != shape)
            throw Error(ErrorKind::Model, options_.model_name_or_path + ": " + name +
                                              " has another shape than config.json says: these weights belong to another "
                                              "configuration.");
        list.push_back({name, count, is_trained(options_, name)});
    }
    std::vector<ParameterInfo> list;

  private:
    const TrainOptions& options_;
    const model::TensorTable& table_;
};

void add_projector(ParameterList& list, const model::ModelConfig& config, std::int64_t channels) {
    const std::string name = "model.mm_projector";
    const std::int64_t out = config.language.hidden_size;
    const bool is_linear = config.projector_type == "linear";
    const int depth = is_linear ? 1 : std::stoi(config.projector_type.substr(3));  // mlpNx_gelu, checked by the reader
    for (int i = 0; i < depth; ++i) {
        const std::string at = is_linear ? name : name + "." + std::to_string(2 * i);
        list.add(at + ".weight", {out, i == 0 ? channels : out});
        list.add(at + ".bias", {out});
    }
}

void add_decoder(ParameterList& list, const model::LanguageConfig& config) {
    const std::int64_t d = config.hidden_size, inner = config.intermediate_size, vocab = config.vocab_size;
    const std::int64_t q = std::int64_t{config.num_heads} * config.head_dim, kv = std::int64_t{config.num_kv_heads} * config.head_dim;
    list.add("model.embed_tokens.weight", {vocab, d});
    for (int i = 0; i < config.num_layers; ++i) {
        const std::string at = "model.layers." + std::to_string(i) + ".";
        list.add(at + "self_attn.q_proj.weight", {q, d});
        list.add(at + "self_attn.k_proj.weight", {kv, d});
        list.add(at + "self_attn.v_proj.weight", {kv, d});
        list.add(at + "self_attn.o_proj.weight", {d, q});
        list.add(at + "mlp.gate_proj.weight", {inner, d});
        list.add(at + "mlp.up_proj.weight", {inner, d});
        list.add(at + "mlp.down_proj.weight", {d, inner});
        list.add(at + "input_layernorm.weight", {d});
        list.add(at + "post_attention_layernorm.weight", {d});
    }
    list.add("model.norm.weight", {d});
    if (!config.tie_word_embeddings) list.add("lm_head.weight", {vocab, d});
}

model::VisionConfig find_vision(const TrainOptions& options, const model::ModelConfig& config) {
    const std::string& name = options.vision_tower.empty() ? config.vision_tower : options.vision_tower;
    if (name.empty() && config.vision) return *config.vision;
    if (name.empty())
        throw Error(ErrorKind::Model, options.model_name_or_path + " names no vision tower: give one with --vision_tower.");
    if (const fs::path folder = find_vision_tower(name, options.model_name_or_path); !folder.empty())
        return model::read_vision_config(folder);
    if (config.vision && options.vision_tower.empty()) return *config.vision;
    if (const auto known = model::known_vision_config(name)) return *known;
    throw Error(ErrorKind::File, "--vision_tower " + name + " is neither a folder nor a tower whose shape is known "
                                     "(openai/clip-vit-large-patch14 and its kin): give its folder.");
}

/// Visual tokens of a picture, or of one event of a video.
std::int64_t tokens_of_picture(const PlannedModel& model) {
    const auto& cluster = model.config.cluster;
    int tokens = model.vision.num_patches(), sum = 0;
    if (!cluster.use_cluster) return tokens;
    for (const double rate : cluster.spatial_rate) sum += tokens = model::resolve_cluster_count(rate, tokens);
    return sum;
}

std::int64_t tokens_of_video(const PlannedModel& model, std::int64_t frames) {
    const auto& cluster = model.config.cluster;
    if (!cluster.use_cluster) return frames * model.vision.num_patches();
    // An event of several frames has enough tokens for every stage to be full.
    return tokens_of_picture(model) * model::resolve_cluster_count(cluster.temporal_rate, static_cast<int>(frames));
}

struct Measured {
    std::int64_t positions = 0, targets = 0, visual = 0, frames = 0;
};

Measured measure_item(const DataItem& item, const text::Tokenizer& tokenizer, const TrainOptions& options,
                      const PlannedModel& model) {
    const bool is_video = item.media == DataItem::Media::Video;
    const bool has_media = item.media != DataItem::Media::None;
    const std::int64_t frames = is_video ? options.max_frames : 1;
    const auto labeled = text::label_conversation(tokenizer, text::find_template(options.version),
                                                  text::expand_placeholders(item.messages, static_cast<int>(frames)), has_media);
    Measured result;
    const auto kept = std::min<std::size_t>(labeled.ids.size(), static_cast<std::size_t>(options.model_max_length));
    std::int64_t slots = 0;
    for (std::size_t i = 0; i < kept; ++i) {
        slots += labeled.ids[i] == text::kImageToken;
        result.targets += labeled.labels[i] != text::kIgnoreLabel;
    }
    if (slots > 0) {
        result.visual = is_video ? tokens_of_video(model, slots) : slots * tokens_of_picture(model);
        result.frames = frames;
    }
    result.positions = static_cast<std::int64_t>(kept) - slots + result.visual;
    return result;
}

std::int64_t percentile95(std::vector<std::int64_t> values) {
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) * 95 / 100];
}

PlannedBatch from_data(const TrainOptions& options, const PlannedModel& model) {
    constexpr std::size_t kMost = 2000;
    const Dataset dataset = Dataset::load(find_sources(dataset_list(options), options.dataset_use));
    const text::Tokenizer tokenizer = load_tokenizer(options);
    PlannedBatch batch;
    std::vector<std::int64_t> targets, visual;
    const std::size_t step = std::max<std::size_t>(1, dataset.size() / kMost);
    for (std::size_t i = 0; i < dataset.size(); i += step) {
        try {
            const Measured item = measure_item(dataset.item(i), tokenizer, options, model);
            batch.positions = std::max(batch.positions, item.positions);
            batch.frames = std::max(batch.frames, item.frames);
            targets.push_back(item.targets);
            visual.push_back(item.visual);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Format) throw;  // bad items are not the plan's business
        }
    }
    if (targets.empty())
        throw Error(ErrorKind::Format, "--dataset_use " + options.dataset_use + " has no item that can be read: look at it with "
                                           "--check_data.");
    batch.samples = options.per_device_train_batch_size;
    batch.targets = batch.samples * std::max<std::int64_t>(1, percentile95(targets));
    batch.visual_rows = batch.samples * percentile95(visual);
    batch.source = "the longest of " + std::to_string(targets.size()) + " items of --dataset_use " + options.dataset_use;
    return batch;
}

}  // namespace

std::int64_t PlannedModel::elements() const {
    std::int64_t sum = 0;
    for (const ParameterInfo& each : parameters) sum += each.num_elements;
    return sum;
}

std::int64_t PlannedModel::trained_elements() const {
    std::int64_t sum = 0;
    for (const ParameterInfo& each : parameters) sum += each.is_trained ? each.num_elements : 0;
    return sum;
}

std::int64_t PlannedModel::elements_of_layer(int layer, bool only_trained) const {
    std::int64_t sum = 0;
    for (const ParameterInfo& each : parameters)
        if (layer_of_parameter(each.name) == layer && (each.is_trained || !only_trained)) sum += each.num_elements;
    return sum;
}

std::int64_t count_tower_elements(const model::VisionConfig& vision) {
    const std::int64_t c = vision.hidden_size, inner = vision.intermediate_size, p = vision.patch_size;
    const std::int64_t around = c + 3 * c * p * p + (vision.num_patches() + 1) * c + 4 * c;  // embeddings, first and last norm
    const std::int64_t layer = 4 * (c * c + c) + 2 * c * inner + inner + c + 4 * c;
    return around + vision.num_layers * layer;
}

PlannedModel read_planned_model(const TrainOptions& options) {
    const fs::path folder = options.model_name_or_path;
    std::error_code ignored;
    if (!fs::is_regular_file(folder / "config.json", ignored))
        throw Error(ErrorKind::File, folder.string() + " has no config.json: --plan needs a model folder, or one with that file "
                                                       "alone.");
    PlannedModel result;
    result.config = model::read_model_config(folder);
    result.vision = find_vision(options, result.config);
    result.tower_elements = count_tower_elements(result.vision);
    result.has_weights = model::has_weights(folder);
    const model::TensorTable table = result.has_weights ? model::read_checkpoint_folder(folder) : model::TensorTable{};
    ParameterList list(options, table);
    add_projector(list, result.config, result.vision.hidden_size);
    add_decoder(list, result.config.language);
    result.parameters = std::move(list.list);
    if (result.trained_elements() == 0)
        throw Error(ErrorKind::Usage, "Every part of the model is frozen: there is nothing to train.");
    return result;
}

PlannedBatch plan_batch(const TrainOptions& options, const PlannedModel& model) {
    if (!options.dataset_use.empty() && model.has_weights) return from_data(options, model);
    PlannedBatch batch;
    batch.samples = options.per_device_train_batch_size;
    const std::int64_t picture = tokens_of_picture(model);
    batch.positions = options.model_max_length - 1 + picture;
    batch.targets = batch.samples * (options.model_max_length - 1);
    batch.visual_rows = batch.samples * picture;
    batch.source = "--model_max_length, one picture a sample, every word learned (give --dataset_use for the data's own lengths)";
    return batch;
}

}  // namespace univi::training
