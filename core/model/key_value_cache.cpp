#include "core/model/key_value_cache.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"

namespace univi::model {
namespace {

c10::ScalarType type_of(const PlacementOptions& placement) {
    return placement.cache_dtype.value_or(placement.compute_dtype);
}

/// What a cache on a device begins with.
constexpr int kFirstPositions = 512;

bool is_on_cpu(const LanguageConfig& config, const PlacementOptions& placement) {
    for (int i = 0; i < config.num_layers; ++i)
        if (!placement.of_layer(i).is_cpu()) return false;
    return true;
}

/// Positions first..first+count-1 of `to` [heads_kv, reserved, head_dim] get `from`, in 8 bits with
/// a scale a position.
void put_in_8_bits(const at::Tensor& from, std::int64_t first, const at::Tensor& to,
                   const at::Tensor& scales) {
    const at::Tensor wide = from.to(c10::kFloat);
    const at::Tensor step = wide.abs().amax({-1}, true) / 127;
    const at::Tensor codes = (wide / step.clamp_min(1e-30)).round();
    to.narrow(1, first, from.size(1)).copy_(codes);
    scales.narrow(1, first, from.size(1)).copy_(step);
}

at::Tensor as_floats(const at::Tensor& codes, const at::Tensor& scales, std::int64_t length,
                     c10::ScalarType type) {
    return (codes.narrow(1, 0, length).to(c10::kFloat) * scales.narrow(1, 0, length)).to(type);
}

void copy_positions(const std::vector<at::Tensor>& from, int length,
                    const std::vector<at::Tensor>& to) {
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i].narrow(1, 0, length).copy_(from[i].narrow(1, 0, length));
}

}  // namespace

KeyValueCache::KeyValueCache(const LanguageConfig& config, int capacity,
                             const PlacementOptions& placement)
    : dtype_(type_of(placement)),
      capacity_(capacity),
      reserved_(is_on_cpu(config, placement) ? capacity : std::min(capacity, kFirstPositions)) {
    for (int i = 0; i < config.num_layers; ++i) {
        const auto options = at::TensorOptions().device(placement.of_layer(i)).dtype(dtype_);
        keys_.push_back(at::empty({config.num_kv_heads, reserved_, config.head_dim}, options));
        values_.push_back(at::empty({config.num_kv_heads, reserved_, config.head_dim}, options));
        if (dtype_ != c10::kChar) continue;
        const auto wide = options.dtype(c10::kFloat);
        key_scales_.push_back(at::empty({config.num_kv_heads, reserved_, 1}, wide));
        value_scales_.push_back(at::empty({config.num_kv_heads, reserved_, 1}, wide));
    }
}

void KeyValueCache::reserve(int positions) {
    if (positions <= reserved_) return;
    if (positions > capacity_)
        throw base::Error(base::ErrorKind::Internal,
                          "a key/value cache cannot hold more positions than its capacity");
    reserved_ = std::min(capacity_, std::max(positions, 2 * reserved_));
    device_decode_.reset();
    for (auto* all : {&keys_, &values_, &key_scales_, &value_scales_})
        for (at::Tensor& tensor : *all) {
            at::Tensor grown =
                at::empty({tensor.size(0), reserved_, tensor.size(2)}, tensor.options());
            grown.narrow(1, 0, length_).copy_(tensor.narrow(1, 0, length_));
            tensor = std::move(grown);
        }
}

void KeyValueCache::truncate(int length) {
    if (length < 0 || length > length_)
        throw base::Error(base::ErrorKind::Internal,
                          "a key/value cache cannot be cut to a length it does not have");
    length_ = length;
}

void KeyValueCache::copy_prefix(const KeyValueCache& other, int length) {
    if (length < 0 || length > other.length_)
        throw base::Error(base::ErrorKind::Internal,
                          "a key/value cache cannot take more positions than the other one holds");
    reserve(length);
    copy_positions(other.keys_, length, keys_);
    copy_positions(other.values_, length, values_);
    copy_positions(other.key_scales_, length, key_scales_);
    copy_positions(other.value_scales_, length, value_scales_);
    length_ = length;
}

NamedTensors KeyValueCache::named() const {
    NamedTensors out;
    const auto add = [&](const char* name, const std::vector<at::Tensor>& layers) {
        for (std::size_t i = 0; i < layers.size(); ++i)
            out.emplace_back(name + std::to_string(i), layers[i]);
    };
    add("keys.", keys_);
    add("values.", values_);
    add("key_scales.", key_scales_);
    add("value_scales.", value_scales_);
    return out;
}

NamedTensors KeyValueCache::positions(int length) const {
    if (length < 0 || length > length_)
        throw base::Error(base::ErrorKind::Internal,
                          "a key/value cache cannot give more positions than it holds");
    NamedTensors out = named();
    for (auto& [name, tensor] : out) tensor = tensor.narrow(1, 0, length);
    return out;
}

bool KeyValueCache::set_positions(const NamedTensors& positions, int length) {
    if (length > capacity_) return false;
    reserve(length);
    NamedTensors own = named();
    for (auto& [name, tensor] : own) tensor = tensor.narrow(1, 0, length);
    const bool fits = std::ranges::equal(own, positions, [](const auto& to, const auto& from) {
        return to.first == from.first && to.second.sizes() == from.second.sizes() &&
               to.second.scalar_type() == from.second.scalar_type();
    });
    if (!fits) return false;
    for (std::size_t i = 0; i < own.size(); ++i) own[i].second.copy_(positions[i].second);
    length_ = length;
    return true;
}

std::int64_t KeyValueCache::bytes_of(const LanguageConfig& config, int capacity,
                                     const PlacementOptions& placement) {
    const c10::ScalarType type = type_of(placement);
    const std::int64_t scale = type == c10::kChar ? sizeof(float) : 0;
    const auto element = static_cast<std::int64_t>(c10::elementSize(type));
    return std::int64_t{2} * config.num_layers * config.num_kv_heads * capacity *
           (config.head_dim * element + scale);
}

KeyValueCache::Held KeyValueCache::put(int layer, const at::Tensor& keys,
                                       const at::Tensor& values) {
    const std::int64_t count = keys.size(1), end = length_ + count;
    if (dtype_ == c10::kChar) {
        put_in_8_bits(keys, length_, keys_[layer], key_scales_[layer]);
        put_in_8_bits(values, length_, values_[layer], value_scales_[layer]);
        return {as_floats(keys_[layer], key_scales_[layer], end, keys.scalar_type()),
                as_floats(values_[layer], value_scales_[layer], end, values.scalar_type())};
    }
    keys_[layer].narrow(1, length_, count).copy_(keys);
    values_[layer].narrow(1, length_, count).copy_(values);
    return {keys_[layer].narrow(1, 0, end), values_[layer].narrow(1, 0, end)};
}

KeyValueCache::Held KeyValueCache::whole(int layer) const {
    const auto index = static_cast<std::size_t>(layer);
    return {keys_[index], values_[index]};
}

KeyValueCache::Buffers KeyValueCache::buffers(int layer) {
    const bool scaled = dtype_ == c10::kChar;
    return {static_cast<std::byte*>(keys_[layer].mutable_data_ptr()),
            static_cast<std::byte*>(values_[layer].mutable_data_ptr()),
            scaled ? key_scales_[layer].mutable_data_ptr<float>() : nullptr,
            scaled ? value_scales_[layer].mutable_data_ptr<float>() : nullptr};
}

}  // namespace univi::model
