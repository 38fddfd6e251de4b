#include "training/demo/base_model.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/model/model_folder.h"
#include "training/demo/kinds.h"
#include "training/demo/vocabulary.h"

namespace univi::training::demo {
namespace {

constexpr double kBackgroundWeight = 0.1;

/// One row a patch: what the readout should say there.
at::Tensor readout_targets(const TowerBatch& batch) {
    const at::Tensor kind = batch.kind.flatten(), cell = batch.cell.flatten(),
                     colour = batch.colour.flatten();
    const at::Tensor object = kind.gt(0).to(at::kFloat).unsqueeze(1);
    const auto one_hot = [](const at::Tensor& index, std::int64_t size) {
        at::Tensor out = at::zeros({index.size(0), size + 1});
        out.scatter_(1, (index + 1).unsqueeze(1), 1.0);  // column 0 takes the -1s
        return out.narrow(1, 1, size);
    };
    const auto num_kinds = std::int64_t(kinds().size());
    return at::cat(
        {one_hot(kind.clamp_min(0) - 1, num_kinds), one_hot(colour, std::int64_t(colours().size())),
         one_hot(cell, kCells * kCells), (batch.box.flatten(0, 1) - 0.5) * object, 1 - object},
        1);
}

base::Json model_config(const BaseModelOptions& options, int vocabulary, int width) {
    return {{"architectures", {"ChatUniViLlamaForCausalLM"}},
            {"model_type", "ChatUniVi"},
            {"bos_token_id", 1},
            {"eos_token_id", 2},
            {"pad_token_id", 0},
            {"hidden_act", "silu"},
            {"hidden_size", options.decoder.hidden},
            {"initializer_range", 0.02},
            {"intermediate_size", options.decoder.mlp},
            {"max_position_embeddings", 2048},
            {"num_attention_heads", options.decoder.heads},
            {"num_key_value_heads", options.decoder.heads},
            {"num_hidden_layers", options.decoder.layers},
            {"pretraining_tp", 1},
            {"rms_norm_eps", 1e-6},
            {"rope_scaling", nullptr},
            {"tie_word_embeddings", false},
            {"torch_dtype", "float32"},
            {"use_cache", true},
            {"vocab_size", vocabulary},
            {"mm_vision_tower", "vision_tower"},
            {"mm_hidden_size", width},
            {"mm_vision_select_layer", -1},
            {"mm_vision_select_feature", "patch"},
            {"mm_use_im_start_end", false},
            {"mm_use_im_patch_token", false},
            {"image_aspect_ratio", "square"},
            {"univi_conv", "v1"},
            {"config",
             {{"use_cluster", true},
              {"freeze", false},
              {"vision_tune", false},
              {"spatial_cluster_rate0", 64},
              {"spatial_cluster_rate1", 32},
              {"spatial_cluster_rate2", 16},
              {"temporal_cluster_rate", options.temporal_rate}}}};
}

void write_text_files(const model::ModelFolderWriter& writer, const std::string& vocabulary) {
    const auto special = [](const char* text) {
        return base::Json{{"__type", "AddedToken"}, {"content", text}, {"lstrip", false},
                          {"normalized", true},     {"rstrip", false}, {"single_word", false}};
    };
    const base::Json tokenizer = {{"tokenizer_class", "LlamaTokenizer"},
                                  {"model_max_length", 2048},
                                  {"padding_side", "right"},
                                  {"add_bos_token", true},
                                  {"add_eos_token", false},
                                  {"legacy", true},
                                  {"clean_up_tokenization_spaces", false},
                                  {"bos_token", special("<s>")},
                                  {"eos_token", special("</s>")},
                                  {"unk_token", special("<unk>")},
                                  {"pad_token", nullptr},
                                  {"sp_model_kwargs", base::Json::object()}};
    const base::Json names = {{"bos_token", "<s>"},
                              {"eos_token", "</s>"},
                              {"unk_token", "<unk>"},
                              {"pad_token", "<unk>"}};
    const base::Json generation = {{"bos_token_id", 1},
                                   {"eos_token_id", 2},
                                   {"pad_token_id", 0},
                                   {"do_sample", false},
                                   {"max_new_tokens", 256}};
    base::write_file_atomically(writer.folder() / "tokenizer.model", vocabulary);
    writer.json("tokenizer_config.json", tokenizer);
    writer.json("special_tokens_map.json", names);
    writer.json("generation_config.json", generation);
}

/// How well the kinds' rows `said` [N, kinds] name the object patches of `kind` [N].
void judge_readout(Readout& readout, const at::Tensor& said, const at::Tensor& kind) {
    const at::Tensor objects = kind.gt(0).nonzero().squeeze(1);
    const at::Tensor rows = said.index_select(0, objects),
                     right = kind.index_select(0, objects).sub(1).unsqueeze(1);
    readout.kind_accuracy =
        rows.argmax(1).eq(right.squeeze(1)).to(at::kFloat).mean().item<double>();
    readout.strength = rows.gather(1, right).mean().item<double>();
    readout.noise = rows.scatter(1, right, 0.0).pow(2).mean().sqrt().item<double>();
    readout.background_noise =
        said.index_select(0, kind.eq(0).nonzero().squeeze(1)).pow(2).mean().sqrt().item<double>();
}

}  // namespace

Readout fit_readout(TowerNet& net, const StampLibrary& stamps, std::uint64_t seed, int batches) {
    const c10::InferenceMode guard;
    std::vector<at::Tensor> weights;
    for (const auto& [name, value] : net.parameters()) weights.push_back(value);
    const int width = net.shape().width;
    at::Tensor squares = at::eye(width + 1, at::kDouble) * (0.5 * kExportScale * kExportScale),
               products = at::zeros({width + 1, num_readout_targets()}, at::kDouble);
    at::Tensor last_inputs, last_kinds;
    for (int i = 0; i < batches; ++i) {
        const TowerBatch batch = make_tower_batch(stamps, seed, i, 16);
        const at::Tensor features =
            net.features(batch.pixels, weights).flatten(0, 1) * kExportScale;
        const at::Tensor inputs = at::cat({features, at::ones({features.size(0), 1})}, 1);
        // Most patches are background; with full weight they would shrink what is read off objects.
        const at::Tensor kind = batch.kind.flatten().unsqueeze(1);
        const at::Tensor weight =
            kind.gt(0).to(at::kDouble) + kind.eq(0).to(at::kDouble) * kBackgroundWeight;
        const at::Tensor x = inputs.to(at::kDouble);
        squares += at::matmul((x * weight).t(), x);
        products += at::matmul((x * weight).t(), readout_targets(batch).to(at::kDouble));
        last_inputs = inputs, last_kinds = batch.kind.flatten();
    }
    // [targets, width + 1]
    const at::Tensor solution = at::linalg_solve(squares, products).t().to(at::kFloat);
    Readout out{solution.narrow(1, 0, width).contiguous(), solution.select(1, width).contiguous()};
    judge_readout(out,
                  at::matmul(last_inputs, solution.t()).narrow(1, 0, std::int64_t(kinds().size())),
                  last_kinds);
    return out;
}

void write_base_model(const BaseModelOptions& options) {
    const StampLibrary stamps;
    TowerNet net({}, options.seed);
    load_tower_checkpoint(options.tower / "checkpoint.safetensors", net);
    const Readout readout = fit_readout(net, stamps, options.seed, options.probe_batches);
    base::log_info("init: the linear readout names " + std::to_string(100 * readout.kind_accuracy) +
                   " % of the object patches; strength " + std::to_string(readout.strength) +
                   ", noise " + std::to_string(readout.noise) + ", on background " +
                   std::to_string(readout.background_noise));
    const std::string vocabulary = train_vocabulary(
        vocabulary_sentences(options.seed + 1, options.vocabulary_scenes), options.vocabulary);
    const PieceFinder pieces(vocabulary);
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    generator.set_current_seed(options.seed);
    const DecoderStart start = start_decoder(options.decoder, readout, pieces);
    base::AtomicFolder out(options.folder);
    const model::ModelFolderWriter writer(out.path());
    writer.weights({start.tensors.begin(), start.tensors.end()});
    base::log_info("init: " + std::to_string(pieces.size()) + " pieces, " +
                   std::to_string(start.named) + " names in place");
    writer.config(model_config(options, pieces.size(), net.shape().width));
    write_text_files(writer, vocabulary);
    export_tower(net, out.path() / "vision_tower", false);
    out.commit();
}

}  // namespace univi::training::demo
