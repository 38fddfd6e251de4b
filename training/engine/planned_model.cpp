#include "training/engine/planned_model.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/clustering.h"
#include "core/model/parameter_shapes.h"
#include "core/model/tensor_table.h"
#include "core/model/vision_lookup.h"
#include "core/text/conversation_template.h"
#include "training/data/sample_text.h"
#include "training/engine/lora.h"
#include "training/engine/run_setup.h"
#include "training/engine/trained_parameters.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using model::ParameterShape;

namespace {

model::VisionConfig find_vision(const TrainOptions& options, const model::ModelConfig& config) {
    const std::string& name =
        options.vision_tower.empty() ? config.vision_tower : options.vision_tower;
    if (name.empty() && config.vision) return *config.vision;
    if (name.empty())
        throw Error(ErrorKind::Model, options.model_name_or_path +
                                          " names no vision tower: give one with --vision_tower.");
    std::error_code ignored;
    if (fs::is_directory(name, ignored)) return model::read_vision_config(name);
    if (const fs::path folder = model::find_tower_folder(name, options.model_name_or_path);
        !folder.empty())
        return model::read_vision_config(folder);
    if (config.vision && options.vision_tower.empty()) return *config.vision;
    if (const auto known = model::known_vision_config(name)) return *known;
    throw Error(ErrorKind::File,
                "--vision_tower " + name +
                    " is neither a folder nor a tower whose shape is known "
                    "(openai/clip-vit-large-patch14 and its kin): give its folder.");
}

/// Fills in parameters, tower and quantized sizes from configurations and flags, in the order in
/// which the optimizer gets them; shapes are compared with the checkpoint's where it has the name.
class Lister {
  public:
    Lister(const TrainOptions& options, const model::TensorTable& table, PlannedModel& model)
        : options_(options), table_(table), model_(model), quantization_(quantization(options)) {}

    void list() {
        const std::int64_t channels = model_.vision.hidden_size;
        const bool is_linear = table_.contains(model::kLinearProjector);
        for (const auto& each : model::projector_parameters(model_.config, channels, is_linear))
            add(each);
        for (const auto& each : model::decoder_parameters(model_.config.language))
            if (quantization_ && each.kind == model::ParameterKind::Linear)
                add_quantized(each);
            else
                add(each);
        if (model_.adapter_rank > 0)
            for (const auto& each :
                 model::adapter_parameters(model_.config.language, model_.adapter_rank))
                add(each);
        for (const auto& each : model::tower_parameters(model_.vision)) add_of_tower(each);
    }

  private:
    void check(const ParameterShape& each) const {
        const auto found = table_.find(each.name);
        if (found == table_.end() || found->second.shape == each.shape) return;
        throw Error(ErrorKind::Model,
                    options_.model_name_or_path + ": " + each.name +
                        " has another shape than config.json says: these weights belong to another "
                        "configuration.");
    }

    void add(const ParameterShape& each) {
        check(each);
        model_.parameters.push_back(
            {each.name, each.num_elements(), is_trained_parameter(options_, each.name)});
    }

    void add_quantized(const ParameterShape& each) {
        check(each);
        model_.quantized_elements += each.num_elements();
        model_.quantized_bytes +=
            model::QuantizedWeight::bytes_of(*quantization_, each.shape[0], each.shape[1]);
    }

    /// A weight of the tower: counted, and listed where it learns.
    void add_of_tower(const ParameterShape& each) {
        model_.tower_elements += each.num_elements();
        const std::string name = model::kEmbeddedTower + each.name;
        if (is_trained_tower_parameter(options_, model_.vision, name))
            model_.parameters.push_back({name, each.num_elements(), true});
    }

    const TrainOptions& options_;
    const model::TensorTable& table_;
    PlannedModel& model_;
    std::optional<model::Quantization> quantization_;
};

/// Visual tokens of a picture, or of one event of a video.
std::int64_t tokens_of_picture(const PlannedModel& model) {
    const auto& cluster = model.config.cluster;
    int tokens = model.vision.num_patches(), sum = 0;
    if (!cluster.use_cluster) return tokens;
    for (const double rate : cluster.spatial_rate)
        sum += tokens = model::resolve_cluster_count(rate, tokens);
    return sum;
}

std::int64_t tokens_of_video(const PlannedModel& model, std::int64_t frames) {
    const auto& cluster = model.config.cluster;
    if (!cluster.use_cluster) return frames * model.vision.num_patches();
    // An event of several frames has enough tokens for every stage to be full.
    return tokens_of_picture(model) *
           model::resolve_cluster_count(cluster.temporal_rate, static_cast<int>(frames));
}

struct Measured {
    std::int64_t positions = 0, targets = 0, visual = 0, frames = 0;
};

Measured measure_item(const DataItem& item, const text::Tokenizer& tokenizer,
                      const TrainOptions& options, const PlannedModel& model) {
    const bool is_video = item.media == DataItem::Media::Video;
    const std::int64_t frames = is_video ? options.max_frames : 1;
    const SampleText text =
        judge(item, tokenizer, {text::find_template(options.version), options.model_max_length},
              {static_cast<int>(frames)});
    Measured result;
    result.targets = text.label_count;
    if (text.slots > 0) {
        result.visual =
            is_video ? tokens_of_video(model, text.slots) : text.slots * tokens_of_picture(model);
        result.frames = is_video ? frames : text.slots;
    }
    result.positions = text.kept - text.slots + result.visual;
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
    std::vector<std::int64_t> targets, visual, pictures;
    const std::size_t step = std::max<std::size_t>(1, dataset.size() / kMost);
    for (std::size_t i = 0; i < dataset.size(); i += step) {
        try {
            const Measured item = measure_item(dataset.item(i), tokenizer, options, model);
            batch.positions = std::max(batch.positions, item.positions);
            batch.frames = std::max(batch.frames, item.frames);
            targets.push_back(item.targets);
            visual.push_back(item.visual);
            pictures.push_back(item.frames);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Format) throw;  // bad items are not the plan's business
        }
    }
    if (targets.empty())
        throw Error(ErrorKind::Format, "--dataset_use " + options.dataset_use +
                                           " has no item that can be read: look at it with "
                                           "--check_data.");
    batch.samples = options.per_device_train_batch_size;
    batch.targets = batch.samples * std::max<std::int64_t>(1, percentile95(targets));
    batch.visual_rows = batch.samples * percentile95(visual);
    batch.pictures = batch.samples * percentile95(pictures);
    batch.source = "the longest of " + std::to_string(targets.size()) + " items of --dataset_use " +
                   options.dataset_use;
    return batch;
}

}  // namespace

bool is_of_tower(const std::string& name) {
    return name.starts_with("model.vision_tower.");
}

std::int64_t PlannedModel::elements() const {
    std::int64_t sum = quantized_elements;
    for (const ParameterInfo& each : parameters)
        sum += is_of_tower(each.name) ? 0 : each.num_elements;
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
        if (layer_of_parameter(each.name) == layer && (each.is_trained || !only_trained))
            sum += each.num_elements;
    return sum;
}

PlannedModel read_planned_model(const TrainOptions& options) {
    const fs::path folder = options.model_name_or_path;
    std::error_code ignored;
    if (!fs::is_regular_file(folder / "config.json", ignored))
        throw Error(ErrorKind::File,
                    folder.string() +
                        " has no config.json: --plan needs a model folder, or one with that file "
                        "alone.");
    PlannedModel result;
    result.config = model::read_model_config(folder);
    result.vision = find_vision(options, result.config);
    result.has_weights = model::has_weights(folder);
    const model::TensorTable table =
        result.has_weights ? model::read_checkpoint_folder(folder) : model::TensorTable{};
    if (options.lora_enable) result.adapter_rank = options.lora_r;
    result.drops_out = options.lora_enable && options.lora_dropout > 0;
    Lister(options, table, result).list();
    if (result.trained_elements() == 0)
        throw Error(ErrorKind::Usage,
                    "Every part of the model is frozen: there is nothing to train.");
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
    batch.pictures = batch.samples;
    batch.source =
        "--model_max_length, one picture a sample, every word learned (give --dataset_use for the "
        "data's own lengths)";
    return batch;
}

}  // namespace univi::training
