// Names and sizes of everything a model of a given configuration has, in the order in which the
// optimizer gets it.
#include "core/base/error.h"
#include "training/engine/lora.h"
#include "training/engine/planned_model.h"
#include "training/engine/run_setup.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

const std::string kTower = "model.vision_tower.";

/// Bytes of a matrix as QuantizedWeight holds it.
std::int64_t quantized_bytes_of(const model::Quantization& how, std::int64_t out, std::int64_t in) {
    using model::Quantization;
    constexpr std::int64_t kFloat = 4, kTable = 16 * kFloat;
    if (how.kind == Quantization::Kind::Int8) return out * in + out * kFloat;
    const std::int64_t blocks = (out * in + Quantization::kBlock - 1) / Quantization::kBlock;
    const std::int64_t codes = blocks * Quantization::kBlock / 2;
    if (!how.double_quant) return codes + blocks * kFloat + kTable;
    const std::int64_t second =
        (blocks + Quantization::kScaleBlock - 1) / Quantization::kScaleBlock;
    return codes + blocks + (second + 1) * kFloat + kTable;
}

class Lister {
  public:
    Lister(const TrainOptions& options, const model::TensorTable& table, PlannedModel& model)
        : options_(options), table_(table), model_(model), quantization_(quantization(options)) {}

    void list() {
        add_projector();
        add_decoder();
        if (model_.adapter_rank > 0) add_adapters();
        add_tower();
    }

  private:
    void check(const std::string& name, const std::vector<std::int64_t>& shape) const {
        if (const auto found = table_.find(name);
            found != table_.end() && found->second.shape != shape)
            throw Error(
                ErrorKind::Model,
                options_.model_name_or_path + ": " + name +
                    " has another shape than config.json says: these weights belong to another "
                    "configuration.");
    }

    void add(const std::string& name, const std::vector<std::int64_t>& shape) {
        check(name, shape);
        std::int64_t count = 1;
        for (const std::int64_t size : shape) count *= size;
        model_.parameters.push_back({name, count, is_trained_parameter(options_, name)});
    }

    void add_projector() {
        const std::string name = "model.mm_projector", &type = model_.config.projector_type;
        const std::int64_t out = model_.config.language.hidden_size,
                           channels = model_.vision.hidden_size;
        const bool is_linear = type == "linear";
        // mlpNx_gelu, checked by the reader
        const int depth = is_linear ? 1 : std::stoi(type.substr(3));
        for (int i = 0; i < depth; ++i) {
            const std::string at = is_linear ? name : name + "." + std::to_string(2 * i);
            add(at + ".weight", {out, i == 0 ? channels : out});
            add(at + ".bias", {out});
        }
    }

    /// The linear layers of a decoder layer: name, out, in.
    struct Matrix {
        const char* name;
        std::int64_t out, in;
    };
    std::vector<Matrix> matrices() const {
        const auto& c = model_.config.language;
        const std::int64_t d = c.hidden_size, inner = c.intermediate_size;
        const std::int64_t q = std::int64_t{c.num_heads} * c.head_dim,
                           kv = std::int64_t{c.num_kv_heads} * c.head_dim;
        return {{"self_attn.q_proj", q, d},  {"self_attn.k_proj", kv, d},
                {"self_attn.v_proj", kv, d}, {"self_attn.o_proj", d, q},
                {"mlp.gate_proj", inner, d}, {"mlp.up_proj", inner, d},
                {"mlp.down_proj", d, inner}};
    }
    static std::string layer_name(int layer) {
        return "model.layers." + std::to_string(layer) + ".";
    }

    void add_decoder() {
        const auto& c = model_.config.language;
        const std::int64_t d = c.hidden_size, vocab = c.vocab_size;
        add("model.embed_tokens.weight", {vocab, d});
        for (int i = 0; i < c.num_layers; ++i) {
            for (const Matrix& each : matrices())
                add_matrix(layer_name(i) + each.name + ".weight", each);
            add(layer_name(i) + "input_layernorm.weight", {d});
            add(layer_name(i) + "post_attention_layernorm.weight", {d});
        }
        add("model.norm.weight", {d});
        if (!c.tie_word_embeddings) add("lm_head.weight", {vocab, d});
    }

    void add_matrix(const std::string& name, const Matrix& each) {
        if (!quantization_) return add(name, {each.out, each.in});
        check(name, {each.out, each.in});
        model_.quantized_elements += each.out * each.in;
        model_.quantized_bytes += quantized_bytes_of(*quantization_, each.out, each.in);
    }

    void add_adapters() {
        const std::int64_t rank = model_.adapter_rank;
        for (int i = 0; i < model_.config.language.num_layers; ++i)
            for (const Matrix& each : matrices()) {
                add(layer_name(i) + each.name + ".lora_A.weight", {rank, each.in});
                add(layer_name(i) + each.name + ".lora_B.weight", {each.out, rank});
            }
    }

    /// A weight of the tower: counted, and listed where it learns.
    void add_of_tower(const std::string& name, std::int64_t count) {
        model_.tower_elements += count;
        const std::string full = kTower + "vision_tower.vision_model." + name;
        if (is_trained_tower_parameter(options_, model_.vision, full))
            model_.parameters.push_back({full, count, true});
    }

    void add_tower() {
        const model::VisionConfig& v = model_.vision;
        const std::int64_t c = v.hidden_size, inner = v.intermediate_size, p = v.patch_size;
        add_of_tower("embeddings.class_embedding", c);
        add_of_tower("embeddings.patch_embedding.weight", 3 * c * p * p);
        add_of_tower("embeddings.position_embedding.weight", (v.num_patches() + 1) * c);
        for (const char* part : {"pre_layrnorm.weight", "pre_layrnorm.bias"}) add_of_tower(part, c);
        const auto add_pair = [this](const std::string& name, std::int64_t weight,
                                     std::int64_t bias) {
            add_of_tower(name + ".weight", weight);
            add_of_tower(name + ".bias", bias);
        };
        for (int i = 0; i < v.num_layers; ++i) {
            const std::string at = "encoder.layers." + std::to_string(i) + ".";
            for (const char* part : {"k_proj", "v_proj", "q_proj", "out_proj"})
                add_pair(at + "self_attn." + part, c * c, c);
            add_pair(at + "layer_norm1", c, c);
            add_pair(at + "mlp.fc1", c * inner, inner);
            add_pair(at + "mlp.fc2", c * inner, c);
            add_pair(at + "layer_norm2", c, c);
        }
        for (const char* part : {"post_layernorm.weight", "post_layernorm.bias"})
            add_of_tower(part, c);
    }

    const TrainOptions& options_;
    const model::TensorTable& table_;
    PlannedModel& model_;
    std::optional<model::Quantization> quantization_;
};

}  // namespace

bool is_of_tower(const std::string& name) {
    return name.starts_with(kTower);
}

void list_parameters(const TrainOptions& options, const model::TensorTable& table,
                     PlannedModel& model) {
    Lister(options, table, model).list();
}

}  // namespace univi::training
