#include "training/demo/base_model.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/model/tensor_table.h"
#include "core/model/weight_source.h"
#include "training/demo/kinds.h"
#include "training/demo/vocabulary.h"

namespace univi::training::demo {
namespace {

constexpr int kBoxValues = 4;

int num_targets() { return int(kinds().size()) + int(colours().size()) + kCells * kCells + kBoxValues; }

/// One row a patch: what the readout should say there.
at::Tensor readout_targets(const TowerBatch& batch) {
    const at::Tensor kind = batch.kind.flatten(), cell = batch.cell.flatten(), colour = batch.colour.flatten();
    const at::Tensor object = kind.gt(0).to(at::kFloat).unsqueeze(1);
    const auto one_hot = [](const at::Tensor& index, std::int64_t size) {
        at::Tensor out = at::zeros({index.size(0), size + 1});
        out.scatter_(1, (index + 1).unsqueeze(1), 1.0);  // column 0 takes the -1s
        return out.narrow(1, 1, size);
    };
    const auto num_kinds = std::int64_t(kinds().size());
    return at::cat({one_hot(kind.clamp_min(0) - 1, num_kinds), one_hot(colour, std::int64_t(colours().size())),
                    one_hot(cell, kCells * kCells), (batch.box.flatten(0, 1) - 0.5) * object},
                   1);
}

/// Random matrix with orthonormal columns [rows, columns].
at::Tensor orthonormal(std::int64_t rows, std::int64_t columns) { return std::get<0>(at::linalg_qr(at::randn({rows, columns}))); }

/// The decoder's weights before training.
class DecoderStart {
  public:
    DecoderStart(const BaseModelOptions& options, const Readout& readout, const PieceFinder& pieces)
        : options_(options), readout_(readout), pieces_(pieces) {
        const at::Tensor basis = orthonormal(options.hidden, options.hidden);
        meaning_ = basis.narrow(1, 0, num_targets());
        rest_ = basis.narrow(1, num_targets(), options.hidden - num_targets());
    }

    model::TensorTable table() {
        embeddings();
        projector();
        for (int i = 0; i < options_.layers; ++i) layer(i);
        add("model.norm.weight", at::ones({options_.hidden}));
        model::TensorTable out;
        for (const auto& [name, value] : tensors_) out.emplace(name, model::to_view(value));
        return out;
    }

    int named() const { return named_; }

  private:
    void add(const std::string& name, const at::Tensor& value) { tensors_.emplace_back(name, value.contiguous()); }

    /// Names lie along their meaning, with something of their own beside it so that "dog" and "dogs" stay apart.
    void name_rows(at::Tensor& embedding, at::Tensor& output, std::string_view word, int target) {
        const int id = pieces_.find(std::string(word));
        if (id < 0) return;
        ++named_;
        const at::Tensor direction = meaning_.select(1, target);
        const at::Tensor own = at::matmul(rest_, at::randn({rest_.size(1)})) / std::sqrt(double(rest_.size(1)));
        const double length = 0.25 * std::sqrt(double(options_.hidden));
        embedding[id].copy_(length * (0.8 * direction + 0.6 * own));
        output[id].copy_(0.35 * direction + 0.15 * own);
    }

    void embeddings() {
        const int size = pieces_.size(), d = options_.hidden;
        at::Tensor embedding = at::randn({size, d}) * 0.25, output = at::randn({size, d}) * 0.02;
        for (int k = 0; k < int(kinds().size()); ++k) {
            name_rows(embedding, output, kinds()[std::size_t(k)].name, k);
            if (kinds()[std::size_t(k)].plural != kinds()[std::size_t(k)].name)
                name_rows(embedding, output, kinds()[std::size_t(k)].plural, k);
        }
        for (int c = 0; c < int(colours().size()); ++c)
            name_rows(embedding, output, colours()[std::size_t(c)].name, int(kinds().size()) + c);
        add("model.embed_tokens.weight", embedding);
        add("lm_head.weight", output);
    }

    void projector() {
        const double length = 0.25 * std::sqrt(double(options_.hidden));
        // A constant share of its own marks a token as seen, not read.
        const at::Tensor seen = rest_.select(1, 0) * (0.7 * length);
        at::Tensor scale = at::ones({num_targets()});
        scale.narrow(0, num_targets() - kBoxValues, kBoxValues).fill_(3);
        scale.narrow(0, int(kinds().size()) + int(colours().size()), kCells * kCells).fill_(0.7);
        const at::Tensor directions = meaning_ * scale * length;
        add("model.mm_projector.weight", at::matmul(directions, readout_.weight));
        add("model.mm_projector.bias", at::matmul(directions, readout_.bias) + seen);
    }

    /// Query and key rows of a head that finds tokens of the same meaning: equal random views of the meanings, in the rotary
    /// dimensions that turn slowly, so that the distance between the tokens hardly matters.
    void match_heads(at::Tensor& query, at::Tensor& key) const {
        const int head_dim = options_.hidden / options_.heads, half = head_dim / 2;
        const at::Tensor names = meaning_.narrow(1, 0, int(kinds().size()));  // [D, kinds]
        for (int head = 0; head < options_.heads / 2; ++head) {
            const at::Tensor view = at::matmul(orthonormal(names.size(1), half), at::eye(half)).t();  // [half, kinds]
            const at::Tensor rows = at::matmul(view, names.t()) * 1.6;                                // [half, D]
            for (at::Tensor* weight : {&query, &key})
                for (int i = 0; i < half; ++i) {
                    const int slow = half / 2 + i % (half / 2) + (i < half / 2 ? 0 : half);
                    (*weight)[head * head_dim + slow].copy_(rows[i]);
                }
        }
    }

    void layer(int number) {
        const int d = options_.hidden, m = options_.mlp;
        const std::string prefix = "model.layers." + std::to_string(number) + ".";
        const double in = 1 / std::sqrt(double(d));
        at::Tensor query = at::randn({d, d}) * in * 0.8, key = at::randn({d, d}) * in * 0.8;
        if (number >= 1) match_heads(query, key);
        // Values go out the way they came in: a head that attends somewhere copies what stands there.
        const at::Tensor value = orthonormal(d, d);
        add(prefix + "self_attn.q_proj.weight", query);
        add(prefix + "self_attn.k_proj.weight", key);
        add(prefix + "self_attn.v_proj.weight", value);
        add(prefix + "self_attn.o_proj.weight", value.t() * 0.12);
        add(prefix + "mlp.gate_proj.weight", at::randn({m, d}) * in);
        add(prefix + "mlp.up_proj.weight", at::randn({m, d}) * in);
        add(prefix + "mlp.down_proj.weight", at::randn({d, m}) * 0.01);
        add(prefix + "input_layernorm.weight", at::ones({d}));
        add(prefix + "post_attention_layernorm.weight", at::ones({d}));
    }

    const BaseModelOptions& options_;
    const Readout& readout_;
    const PieceFinder& pieces_;
    at::Tensor meaning_, rest_;
    std::vector<std::pair<std::string, at::Tensor>> tensors_;
    int named_ = 0;
};

base::Json model_config(const BaseModelOptions& options, int vocabulary, int width) {
    return {{"architectures", {"ChatUniViLlamaForCausalLM"}},
            {"model_type", "ChatUniVi"},
            {"bos_token_id", 1},
            {"eos_token_id", 2},
            {"pad_token_id", 0},
            {"hidden_act", "silu"},
            {"hidden_size", options.hidden},
            {"initializer_range", 0.02},
            {"intermediate_size", options.mlp},
            {"max_position_embeddings", 2048},
            {"num_attention_heads", options.heads},
            {"num_key_value_heads", options.heads},
            {"num_hidden_layers", options.layers},
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

void write_text_files(const std::filesystem::path& folder, const std::string& vocabulary) {
    const auto special = [](const char* text) {
        return base::Json{{"__type", "AddedToken"}, {"content", text}, {"lstrip", false}, {"normalized", true}, {"rstrip", false}, {"single_word", false}};
    };
    const base::Json tokenizer = {{"tokenizer_class", "LlamaTokenizer"}, {"model_max_length", 2048}, {"padding_side", "right"},
                                  {"add_bos_token", true}, {"add_eos_token", false}, {"legacy", true},
                                  {"clean_up_tokenization_spaces", false}, {"bos_token", special("<s>")},
                                  {"eos_token", special("</s>")}, {"unk_token", special("<unk>")}, {"pad_token", nullptr},
                                  {"sp_model_kwargs", base::Json::object()}};
    const base::Json names = {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}, {"pad_token", "<unk>"}};
    const base::Json generation = {{"bos_token_id", 1}, {"eos_token_id", 2}, {"pad_token_id", 0}, {"max_new_tokens", 256}};
    base::write_file_atomically(folder / "tokenizer.model", vocabulary);
    base::write_file_atomically(folder / "tokenizer_config.json", tokenizer.dump(2) + "\n");
    base::write_file_atomically(folder / "special_tokens_map.json", names.dump(2) + "\n");
    base::write_file_atomically(folder / "generation_config.json", generation.dump(2) + "\n");
}

}  // namespace

Readout fit_readout(TowerNet& net, const StampLibrary& stamps, std::uint64_t seed, int batches) {
    const c10::InferenceMode guard;
    std::vector<at::Tensor> weights;
    for (const auto& [name, value] : net.parameters()) weights.push_back(value);
    const int width = net.shape().width;
    at::Tensor squares = at::eye(width + 1, at::kDouble) * 0.5, products = at::zeros({width + 1, num_targets()}, at::kDouble);
    at::Tensor last_inputs, last_kinds;
    for (int i = 0; i < batches; ++i) {
        const TowerBatch batch = make_tower_batch(stamps, seed, i, 16);
        const at::Tensor features = net.features(batch.pixels, weights).flatten(0, 1);
        const at::Tensor inputs = at::cat({features, at::ones({features.size(0), 1})}, 1);
        const at::Tensor counted = batch.kind.flatten().ge(0).to(at::kDouble).unsqueeze(1);
        const at::Tensor x = inputs.to(at::kDouble) * counted;
        squares += at::matmul(x.t(), x);
        products += at::matmul(x.t(), readout_targets(batch).to(at::kDouble));
        last_inputs = inputs, last_kinds = batch.kind.flatten();
    }
    const at::Tensor solution = at::linalg_solve(squares, products).t().to(at::kFloat);  // [targets, width + 1]
    Readout out{solution.narrow(1, 0, width).contiguous(), solution.select(1, width).contiguous()};
    const at::Tensor said = at::matmul(last_inputs, solution.t()).narrow(1, 0, std::int64_t(kinds().size())).argmax(1) + 1;
    const at::Tensor object = last_kinds.gt(0);
    out.kind_accuracy = said.eq(last_kinds).logical_and(object).sum().item<double>() / std::max(1.0, object.sum().item<double>());
    return out;
}

void write_base_model(const BaseModelOptions& options) {
    if (num_targets() >= options.hidden)
        throw base::Error(base::ErrorKind::Usage, "The decoder's width must exceed " + std::to_string(num_targets()) +
                                                      ", the number of things the tower reads out.");
    const StampLibrary stamps;
    TowerNet net({}, options.seed);
    load_tower_checkpoint(options.tower / "checkpoint.safetensors", net);
    const Readout readout = fit_readout(net, stamps, options.seed, options.probe_batches);
    base::log_info("init: the linear readout names " + std::to_string(100 * readout.kind_accuracy) + " % of the object patches");
    const std::string vocabulary =
        train_vocabulary(vocabulary_sentences(options.seed + 1, options.vocabulary_scenes), options.vocabulary);
    const PieceFinder pieces(vocabulary);
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    generator.set_current_seed(options.seed);
    DecoderStart start(options, readout, pieces);
    base::AtomicFolder out(options.folder);
    model::write_safetensors(out.path() / "model.safetensors", start.table());
    base::log_info("init: " + std::to_string(pieces.size()) + " pieces, " + std::to_string(start.named()) + " names in place");
    const base::Json config = model_config(options, pieces.size(), net.shape().width);
    base::write_file_atomically(out.path() / "config.json", config.dump(2) + "\n");
    write_text_files(out.path(), vocabulary);
    export_tower(net, out.path() / "vision_tower", false);
    out.commit();
}

}  // namespace univi::training::demo
