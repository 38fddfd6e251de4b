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

/// The next positions on their way through the layers; their buffers serve every layer.
class Positions {
  public:
    Positions(const LanguageConfig& config, const at::Tensor& x, const at::Tensor& cosines,
              const at::Tensor& sines, KeyValueCache& cache, at::Tensor* attention)
        : config_(config),
          cache_(cache),
          cosines_(cosines.const_data_ptr<float>()),
          sines_(sines.const_data_ptr<float>()),
          attention_(attention ? attention->mutable_data_ptr<float>() : nullptr),
          count_(x.size(0)),
          before_(cache.length()),
          dim_(config.head_dim),
          out_(x.to(c10::kFloat).clone()),
          x_(out_.mutable_data_ptr<float>()),
          normed_(at_size(count_ * config.hidden_size)),
          added_(normed_.size()),
          query_(at_size(count_ * dim_ * config.num_heads)),
          keys_(at_size(count_ * dim_ * config.num_kv_heads)),
          values_(keys_.size()),
          joined_(query_.size()),
          weights_(at_size((before_ + count_) * config.num_heads)),
          gate_(at_size(count_ * config.intermediate_size)),
          up_(gate_.size()) {}

    void pass(const DecoderLayer& layer, int index) {
        norm(layer.input_norm, layer.rms_norm_eps);
        project(normed_,
                {{&layer.q_proj, &query_}, {&layer.k_proj, &keys_}, {&layer.v_proj, &values_}});
        for (std::int64_t i = 0; i < count_; ++i) attend(i, index);
        project(joined_, {{&layer.o_proj, &added_}});
        add();
        norm(layer.post_norm, layer.rms_norm_eps);
        project(normed_, {{&layer.gate_proj, &gate_}, {&layer.up_proj, &up_}});
        kernels::swiglu(gate_.data(), up_.data(), count_ * config_.intermediate_size);
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
        const std::int64_t size = config_.hidden_size;
        for (std::int64_t i = 0; i < count_; ++i)
            kernels::rms_norm(x_ + i * size, wide.const_data_ptr<float>(), eps, size,
                              normed_.data() + i * size);
    }

    void add() {
        for (std::size_t i = 0; i < added_.size(); ++i) x_[i] += added_[i];
    }

    /// Several matrices that take the same vectors, in one loop.
    void project(const std::vector<float>& from, std::initializer_list<Projection> list) {
        const std::int64_t columns = static_cast<std::int64_t>(from.size()) / count_;
        std::array<kernels::Product, 3> products;
        std::size_t made = 0;
        for (const auto& [linear, to] : list) {
            const MatrixView matrix = *view_of(*linear);
            products.at(made++) = {
                matrix, {from.data(), columns, static_cast<int>(count_), to->data(), matrix.rows}};
        }
        kernels::multiply({products.data(), made});
    }

    /// Position i of these over all before it and itself.
    void attend(std::int64_t i, int index) {
        const std::int64_t heads = config_.num_heads, length = before_ + i + 1;
        float* query = query_.data() + i * heads * dim_;
        kernels::rotate_heads(query, cosines_ + i * dim_, sines_ + i * dim_, heads, dim_);
        const KeyValueCache::Buffers buffers = cache_.buffers(index);
        const MatrixFormat format =
            cache_.dtype() == c10::kChar ? MatrixFormat::Int8 : *format_of(cache_.dtype());
        hold(i, buffers, format);
        kernels::attend_one({format, buffers.keys, buffers.values, length, dim_, cache_.reserved(),
                             config_.num_kv_heads, buffers.key_scales, buffers.value_scales},
                            query, heads, weights_.data(), joined_.data() + i * heads * dim_);
        if (attention_) add_attention(i);
    }

    /// Position i's keys and values go into the cache.
    void hold(std::int64_t i, const KeyValueCache::Buffers& buffers, MatrixFormat format) {
        const std::int64_t heads = config_.num_kv_heads;
        float* keys = keys_.data() + i * heads * dim_;
        const float* values = values_.data() + i * heads * dim_;
        kernels::rotate_heads(keys, cosines_ + i * dim_, sines_ + i * dim_, heads, dim_);
        for (std::int64_t head = 0; head < heads; ++head) {
            const std::int64_t place = head * cache_.reserved() + before_ + i;
            const std::int64_t at = kernels::row_bytes(format, place * dim_);
            const float key =
                            kernels::store_as(format, keys + head * dim_, dim_, buffers.keys + at),
                        value = kernels::store_as(format, values + head * dim_, dim_,
                                                  buffers.values + at);
            if (!buffers.key_scales) continue;
            buffers.key_scales[place] = key;
            buffers.value_scales[place] = value;
        }
    }

    void add_attention(std::int64_t i) {
        const float share = 1.0F / static_cast<float>(config_.num_heads);
        const std::int64_t length = before_ + i + 1;
        float* row = attention_ + i * (before_ + count_);
        for (std::int64_t head = 0; head < config_.num_heads; ++head)
            for (std::int64_t to = 0; to < length; ++to)
                row[to] += share * weights_[at_size(head * length + to)];
    }

    const LanguageConfig& config_;
    KeyValueCache& cache_;
    const float *cosines_, *sines_;
    float* attention_;
    std::int64_t count_, before_, dim_;
    at::Tensor out_;
    float* x_;  ///< [count,D], out_'s memory
    std::vector<float> normed_, added_, query_, keys_, values_, joined_, weights_, gate_, up_;
};

}  // namespace

bool decodes_by_kernels(std::span<const DecoderLayer> layers, const at::Tensor& x) {
    if (!x.is_cpu() || x.size(0) > kernels::kMostVectors ||
        (at::GradMode::is_enabled() && x.requires_grad()))
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

at::Tensor decode_positions(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                            const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines,
                            KeyValueCache& cache, at::Tensor* attention,
                            const base::StopToken& stop, int first) {
    follow_torch_threads();
    Positions positions(config, x, cosines, sines, cache, attention);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        base::throw_if_stopped(stop, "answering");
        positions.pass(layers[i], first + static_cast<int>(i));
    }
    return positions.result();
}

}  // namespace univi::model
