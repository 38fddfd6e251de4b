#include "core/model/decode_step.h"

#include <array>
#include <optional>
#include <vector>

#include "core/kernels/attention.h"
#include "core/kernels/row_products.h"
#include "core/kernels/vector_ops.h"
#include "core/model/matrix_views.h"

namespace univi::model {
namespace {

using kernels::MatrixFormat;
using kernels::MatrixView;

std::optional<MatrixView> view_of(const LinearLayer& linear) {
    if (linear.lora_a.defined()) return std::nullopt;
    return linear.quantized ? linear.quantized->view() : matrix_view(linear.weight);
}

std::size_t at_size(std::int64_t size) {
    return static_cast<std::size_t>(size);
}

/// One position on its way through the layers; its buffers serve every layer.
class Position {
  public:
    Position(const LanguageConfig& config, const at::Tensor& x, const at::Tensor& cosines,
             const at::Tensor& sines, KeyValueCache& cache, at::Tensor* attention)
        : config_(config),
          cache_(cache),
          cosines_(cosines.const_data_ptr<float>()),
          sines_(sines.const_data_ptr<float>()),
          attention_(attention ? attention->mutable_data_ptr<float>() : nullptr),
          length_(cache.length() + 1),
          dim_(config.head_dim),
          out_(x.to(c10::kFloat).clone()),
          x_(out_.mutable_data_ptr<float>()),
          normed_(at_size(config.hidden_size)),
          added_(normed_.size()),
          query_(at_size(dim_ * config.num_heads)),
          keys_(at_size(dim_ * config.num_kv_heads)),
          values_(keys_.size()),
          joined_(query_.size()),
          weights_(at_size(length_ * config.num_heads)),
          gate_(at_size(config.intermediate_size)),
          up_(gate_.size()) {}

    void pass(const DecoderLayer& layer, int index) {
        norm(layer.input_norm, layer.rms_norm_eps);
        project(normed_,
                {{&layer.q_proj, &query_}, {&layer.k_proj, &keys_}, {&layer.v_proj, &values_}});
        attend(index);
        project(joined_, {{&layer.o_proj, &added_}});
        add();
        norm(layer.post_norm, layer.rms_norm_eps);
        project(normed_, {{&layer.gate_proj, &gate_}, {&layer.up_proj, &up_}});
        kernels::swiglu(gate_.data(), up_.data(), config_.intermediate_size);
        project(gate_, {{&layer.down_proj, &added_}});
        add();
    }

    const at::Tensor& result() const { return out_; }

  private:
    struct Projection {
        const LinearLayer* linear;
        std::vector<float>* to;
    };

    void norm(const at::Tensor& weight, double eps) {
        const at::Tensor wide = weight.to(c10::kFloat);
        kernels::rms_norm(x_, wide.const_data_ptr<float>(), eps, config_.hidden_size,
                          normed_.data());
    }

    void add() {
        for (std::size_t i = 0; i < added_.size(); ++i) x_[i] += added_[i];
    }

    /// Several matrices that take the same vector, in one loop.
    void project(const std::vector<float>& from, std::initializer_list<Projection> list) {
        const auto columns = static_cast<std::int64_t>(from.size());
        std::array<kernels::Product, 3> products;
        std::size_t count = 0;
        for (const auto& [linear, to] : list) {
            const MatrixView matrix = *view_of(*linear);
            products.at(count++) = {matrix, {from.data(), columns, 1, to->data(), matrix.rows}};
        }
        kernels::multiply({products.data(), count});
    }

    void attend(int index) {
        kernels::rotate_heads(query_.data(), cosines_, sines_, config_.num_heads, dim_);
        kernels::rotate_heads(keys_.data(), cosines_, sines_, config_.num_kv_heads, dim_);
        const KeyValueCache::Buffers buffers = cache_.buffers(index);
        const MatrixFormat format = *format_of(cache_.dtype());
        const std::int64_t stride = cache_.capacity() * dim_;
        for (std::int64_t head = 0; head < config_.num_kv_heads; ++head) {
            const std::int64_t at =
                kernels::row_bytes(format, head * stride + (length_ - 1) * dim_);
            kernels::store_as(format, keys_.data() + head * dim_, dim_, buffers.keys + at);
            kernels::store_as(format, values_.data() + head * dim_, dim_, buffers.values + at);
        }
        kernels::attend_one(
            {format, buffers.keys, buffers.values, length_, dim_, stride, config_.num_kv_heads},
            query_.data(), config_.num_heads, weights_.data(), joined_.data());
        if (attention_) add_attention();
    }

    void add_attention() {
        const float share = 1.0F / static_cast<float>(config_.num_heads);
        for (std::int64_t head = 0; head < config_.num_heads; ++head)
            for (std::int64_t i = 0; i < length_; ++i)
                attention_[i] += share * weights_[at_size(head * length_ + i)];
    }

    const LanguageConfig& config_;
    KeyValueCache& cache_;
    const float *cosines_, *sines_;
    float* attention_;
    std::int64_t length_, dim_;
    at::Tensor out_;
    float* x_;  ///< [D], out_'s memory
    std::vector<float> normed_, added_, query_, keys_, values_, joined_, weights_, gate_, up_;
};

}  // namespace

bool decodes_by_kernels(std::span<const DecoderLayer> layers, const at::Tensor& x) {
    if (!x.is_cpu() || x.size(0) != 1 || (at::GradMode::is_enabled() && x.requires_grad()))
        return false;
    for (const DecoderLayer& layer : layers) {
        for (const auto& each : DecoderLayer::linears()) {
            const LinearLayer& linear = layer.*each.member;
            const bool learns = at::GradMode::is_enabled() && linear.weight.defined() &&
                                linear.weight.requires_grad();
            if (learns || !view_of(linear)) return false;
        }
    }
    return true;
}

at::Tensor decode_position(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                           const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines,
                           KeyValueCache& cache, at::Tensor* attention,
                           const base::StopToken& stop) {
    follow_torch_threads();
    Position position(config, x, cosines, sines, cache, attention);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        base::throw_if_stopped(stop, "answering");
        position.pass(layers[i], static_cast<int>(i));
    }
    return position.result();
}

}  // namespace univi::model
