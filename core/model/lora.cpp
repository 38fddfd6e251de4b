#include "core/model/lora.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/model/adapter_config.h"
#include "core/model/adapter_folder.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;

const std::string kHead = "lm_head", kEmbedding = "model.embed_tokens";

/// Whether `tensor` belongs to a module of that name, or to one whose name ends so.
bool is_inside(const std::string& tensor, const std::string& module) {
    return ("." + tensor).find("." + module + ".") != std::string::npos;
}

/// One adapter on its way into a base.
class Merge {
  public:
    Merge(WeightSource& source, LanguageConfig& language, const fs::path& folder,
          c10::ScalarType dtype, bool check_only)
        : source_(source),
          language_(language),
          folder_(folder),
          dtype_(dtype),
          check_only_(check_only),
          config_(read_adapter_config(folder)),
          tensors_(AdapterFolder(folder).tensors()) {}

    void run(const base::StopToken& stop) {
        if (tensors_.linear.empty() && tensors_.embeddings.empty())
            refuse("it holds no LoRA matrices");
        untie();
        put_whole_modules();
        put_token_rows();
        for (const auto& [module, matrices] : tensors_.linear) {
            base::throw_if_stopped(stop, "merging the LoRA adapter");
            merge_linear(module, matrices);
        }
        for (const auto& [module, matrices] : tensors_.embeddings)
            merge_embedding(module, matrices);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const { refuse_adapter(folder_, what); }

    at::Tensor base_weight(const std::string& module) const {
        const auto found = source_.table().find(module + ".weight");
        if (found == source_.table().end() || found->second.shape.size() != 2)
            refuse("its base has no " + module + ".weight");
        return to_tensor(found->second);
    }

    bool saves_whole(const std::string& tensor) const {
        return std::ranges::any_of(config_.modules_to_save,
                                   [&](const auto& module) { return is_inside(tensor, module); });
    }

    /// PEFT changes one side of tied weights alone, so they are two weights from then on.
    void untie() {
        if (!language_.tie_word_embeddings) return;
        const bool head =
            tensors_.linear.contains(kHead) || tensors_.whole.contains(kHead + ".weight");
        const bool embedding =
            tensors_.embeddings.contains(kEmbedding) || saves_whole(kEmbedding + ".weight");
        if (!head && !embedding) return;
        if (config_.ties_weights)
            refuse(
                "ensure_weight_tying is set for weights that the base ties, which is not "
                "supported");
        source_.override_tensor(kHead + ".weight", to_view(base_weight(kEmbedding)));
        language_.tie_word_embeddings = false;
    }

    void put_whole_modules() {
        for (const auto& [name, view] : tensors_.whole) {
            // PEFT stores embeddings that were resized or have matrices of their own beside them.
            const bool embedding = name == kEmbedding + ".weight" || name == kHead + ".weight";
            const bool bias = name.ends_with(".bias");
            if (bias && name.ends_with("mm_projector.bias") && !source_.has(name))
                continue;  // which non_lora_trainables.bin brings too
            if (!saves_whole(name) && !embedding &&
                !(bias && config_.has_biases && source_.has(name)))
                refuse("it holds " + base::in_quotes(name) +
                       ", which is no LoRA matrix and which its modules_to_save does not name");
            source_.override_tensor(name, view);
        }
        for (const std::string& module : config_.modules_to_save)
            if (std::ranges::none_of(tensors_.whole, [&](const auto& each) {
                    return is_inside(each.first, module);
                }))
                refuse("its modules_to_save names " + base::in_quotes(module) +
                       ", of which it holds no weights");
    }

    /// Rows of an embedding that were trained token by token replace the base's.
    void put_token_rows() {
        for (const auto& [module, view] : tensors_.token_rows) {
            const auto named = std::ranges::find_if(config_.trained_tokens, [&](const auto& each) {
                return is_inside(module + ".", each.first);
            });
            if (named == config_.trained_tokens.end())
                refuse("it holds trained tokens of " + module +
                       ", which its trainable_token_indices does not name");
            at::Tensor weight =
                base_weight(module).to(c10::kFloat, /*non_blocking=*/false, /*copy=*/true);
            const at::Tensor rows = to_tensor(view).to(c10::kFloat);
            const at::Tensor ids = at::tensor(named->second, c10::kLong);
            if (rows.dim() != 2 || rows.size(0) != ids.numel() || rows.size(1) != weight.size(1) ||
                ids.max().item<std::int64_t>() >= weight.size(0))
                refuse("its trained tokens do not fit " + module);
            weight.index_copy_(0, ids, rows);
            source_.override_tensor(module + ".weight", to_view(weight.to(dtype_)));
        }
        for (const auto& [module, ids] : config_.trained_tokens)
            if (std::ranges::none_of(tensors_.token_rows, [&](const auto& each) {
                    return is_inside(each.first + ".", module);
                }))
                refuse("its trainable_token_indices names " + base::in_quotes(module) +
                       ", of which it holds no rows");
    }

    /// Refuses matrices that the configuration does not speak of, or of another rank.
    void check_module(const std::string& module, std::int64_t rank) const {
        if (!config_.targets(module))
            refuse("it holds matrices of " + module + ", which its target_modules do not name");
        if (rank != config_.rank_of(module))
            refuse("its matrices for " + module + " have rank " + std::to_string(rank) +
                   " where adapter_config.json says " + std::to_string(config_.rank_of(module)));
    }

    /// a [rank, in] and b [out, rank] beside a weight of out x in.
    void check_shapes(const std::string& module, const at::Tensor& a, const at::Tensor& b,
                      std::int64_t out, std::int64_t in) const {
        const bool fits = a.dim() == 2 && b.dim() == 2 && b.size(0) == out && a.size(1) == in &&
                          b.size(1) == a.size(0);
        if (!fits) refuse("its matrices for " + module + ".weight do not fit the base's weight");
        check_module(module, a.size(0));
    }

    void check_lengths(const std::string& module, const AdapterMatrices& matrices,
                       std::int64_t out) const {
        if (config_.dora && !matrices.lengths)
            refuse("lora_magnitude_vector of " + module + " is missing (use_dora)");
        if (!config_.dora && matrices.lengths)
            refuse("it holds lora_magnitude_vector of " + module + ", but use_dora is not set");
        if (matrices.lengths && matrices.lengths->num_elements() != out)
            refuse("lora_magnitude_vector of " + module + " does not fit the base's weight");
    }

    void merge_linear(const std::string& module, const AdapterMatrices& matrices) {
        const at::Tensor weight = base_weight(module), a = to_tensor(*matrices.a),
                         b = to_tensor(*matrices.b);
        check_shapes(module, a, b, weight.size(0), weight.size(1));
        check_lengths(module, matrices, weight.size(0));
        if (check_only_) return;
        at::Tensor sum = at::matmul(b.to(c10::kFloat), a.to(c10::kFloat));
        sum.mul_(config_.scale_of(module)).add_(weight.to(c10::kFloat));
        if (config_.dora) {
            const at::Tensor lengths = to_tensor(*matrices.lengths).to(c10::kFloat).flatten();
            sum.mul_((lengths / sum.square().sum(1).sqrt()).unsqueeze(1));
        }
        source_.override_tensor(module + ".weight", to_view(sum.to(dtype_)));
    }

    /// An embedding stores its rows the other way round: a [rank, tokens], b [width, rank].
    void merge_embedding(const std::string& module, const AdapterMatrices& matrices) {
        const at::Tensor weight = base_weight(module), a = to_tensor(*matrices.a),
                         b = to_tensor(*matrices.b);
        check_shapes(module, a, b, weight.size(1), weight.size(0));
        if (config_.dora)
            refuse("use_dora is set for the embedding " + module + ", which is not supported");
        if (check_only_) return;
        const at::Tensor update = at::matmul(b.to(c10::kFloat), a.to(c10::kFloat)).t();
        source_.override_tensor(
            module + ".weight",
            to_view((weight.to(c10::kFloat) + update * config_.scale_of(module)).to(dtype_)));
    }

    WeightSource& source_;
    LanguageConfig& language_;
    fs::path folder_;
    c10::ScalarType dtype_;
    bool check_only_;
    AdapterConfig config_;
    AdapterTensors tensors_;
};

}  // namespace

void merge_lora(WeightSource& source, LanguageConfig& language, const fs::path& folder,
                c10::ScalarType dtype, const base::StopToken& stop, bool check_only) {
    const at::NoGradGuard guard;
    Merge(source, language, folder, dtype, check_only).run(stop);
    for (const auto& [name, view] : AdapterFolder(folder).others())
        source.override_tensor(name, view);
}

}  // namespace univi::model
