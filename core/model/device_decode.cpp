#include "core/model/device_decode.h"

#include <c10/core/InferenceMode.h>

#include "core/base/log.h"
#include "core/model/device_kernels.h"
#include "core/model/rotary.h"

namespace univi::model {
namespace {

bool lies_there(const LinearLayer& linear, c10::Device device) {
    if (linear.lora_a.defined()) return false;
    if (linear.quantized) return linear.quantized->parts().codes.device() == device;
    return linear.weight.device() == device;
}

/// Weights are named by their memory: where it changes, what was recorded is of no use.
void add_places(const LinearLayer& linear, std::vector<const void*>& places) {
    if (!linear.quantized) {
        places.push_back(linear.weight.const_data_ptr());
        return;
    }
    const QuantizedWeight::Parts parts = linear.quantized->parts();
    places.push_back(parts.codes.const_data_ptr());
    places.push_back(parts.scales.const_data_ptr());
}

}  // namespace

bool DeviceDecode::takes(const LanguageConfig& config, std::span<const DecoderLayer> layers,
                         const at::Tensor& x, const KeyValueCache& cache) {
    const c10::ScalarType type = x.scalar_type();
    const bool fits = !x.is_cpu() && x.size(0) == 1 && cache.dtype() == type && !layers.empty() &&
                      (type == c10::kFloat || type == c10::kHalf || type == c10::kBFloat16) &&
                      attends_heads_of(config.head_dim) &&
                      config.rope_scaling != LanguageConfig::RopeScaling::Dynamic &&
                      c10::InferenceMode::is_enabled() &&
                      has_device_kernel("univi::attend_one", x.device());
    if (!fits) return false;
    for (const DecoderLayer& layer : layers) {
        if (layer.input_norm.device() != x.device() || layer.input_norm.scalar_type() != type)
            return false;
        for (const auto& each : DecoderLayer::linears())
            if (!lies_there(layer.*each.member, x.device())) return false;
    }
    return true;
}

DeviceDecode::DeviceDecode(const LanguageConfig& config, const KeyValueCache& cache,
                           const at::Tensor& x)
    : x_(at::empty_like(x)),
      shares_(at::zeros({cache.capacity()}, x.options().dtype(c10::kFloat))),
      can_record_(has_device_kernel("univi::graph_begin", x.device())) {
    auto [cosines, sines] = rotary_tables(config, 0, cache.capacity(), x.device());
    angles_ = {cosines.contiguous(), sines.contiguous(),
               at::zeros({1}, x.options().dtype(c10::kInt))};
}

/// All that one position asks of the device.
at::Tensor DeviceDecode::ask(const Decoder& decoder, KeyValueCache& cache, bool with_shares) {
    const double eps = decoder.rms_norm_eps;
    const at::Tensor x = x_.clone(), shares = with_shares ? shares_ : at::Tensor();
    if (with_shares) shares_.zero_();
    at::Tensor h = call_add_rms_norm(x, {}, decoder.layers.front().input_norm, eps);
    for (std::size_t i = 0; i < decoder.layers.size(); ++i) {
        const DecoderLayer& layer = decoder.layers[i];
        const KeyValueCache::Held held = cache.whole(static_cast<int>(i));
        const LayerMemory memory{held.keys, held.values};
        const at::Tensor query = call_rotary_to_cache(layer.q_proj(h), layer.k_proj(h),
                                                      layer.v_proj(h), angles_, memory);
        const at::Tensor attended = call_attend_one(query, memory, angles_.position, shares);
        h = call_add_rms_norm(x, layer.o_proj(attended), layer.post_norm, eps);
        const at::Tensor gated = call_swiglu(layer.gate_proj(h), layer.up_proj(h));
        const bool last = i + 1 == decoder.layers.size();
        h = call_add_rms_norm(x, layer.down_proj(gated),
                              last ? decoder.norm : decoder.layers[i + 1].input_norm, eps);
    }
    return h;
}

/// Returns whether a graph stands that asks for just this; makes one at the second time.
bool DeviceDecode::records(const Decoder& decoder, KeyValueCache& cache, bool with_shares) {
    std::vector<const void*> places{with_shares ? this : nullptr, decoder.norm.const_data_ptr()};
    for (const DecoderLayer& layer : decoder.layers)
        for (const auto& each : DecoderLayer::linears()) add_places(layer.*each.member, places);
    if (places != known_) {
        graph_.reset();
        known_ = std::move(places);
        return false;
    }
    if (graph_) return true;
    try {
        auto graph = std::make_unique<DeviceGraph>(x_);
        recorded_ = ask(decoder, cache, with_shares);
        graph->finish();
        graph_ = std::move(graph);
        return true;
    } catch (const c10::Error& error) {
        can_record_ = false;
        base::log_warning(std::string("a token's work cannot be recorded on this device: ") +
                          error.what_without_backtrace());
        return false;
    }
}

at::Tensor DeviceDecode::pass(const Decoder& decoder, const at::Tensor& x, KeyValueCache& cache,
                              at::Tensor* attention) {
    const bool with_shares = attention != nullptr;
    x_.copy_(x);
    angles_.position.fill_(cache.length());
    at::Tensor hidden;
    if (can_record_ && records(decoder, cache, with_shares)) {
        graph_->replay();
        hidden = recorded_.clone();
    } else {
        hidden = ask(decoder, cache, with_shares);
    }
    if (attention) attention->add_(shares_.narrow(0, 0, cache.length() + 1));
    return hidden;
}

}  // namespace univi::model
