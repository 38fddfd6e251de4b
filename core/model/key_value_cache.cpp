#include "core/model/key_value_cache.h"

#include "core/base/error.h"

namespace univi::model {
namespace {

c10::ScalarType type_of(const PlacementOptions& placement) {
    return placement.cache_dtype.value_or(placement.compute_dtype);
}

}  // namespace

KeyValueCache::KeyValueCache(const LanguageConfig& config, int capacity,
                             const PlacementOptions& placement)
    : dtype_(type_of(placement)), capacity_(capacity) {
    for (int i = 0; i < config.num_layers; ++i) {
        const auto options = at::TensorOptions().device(placement.of_layer(i)).dtype(dtype_);
        keys_.push_back(at::empty({config.num_kv_heads, capacity, config.head_dim}, options));
        values_.push_back(at::empty({config.num_kv_heads, capacity, config.head_dim}, options));
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
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        keys_[i].narrow(1, 0, length).copy_(other.keys_[i].narrow(1, 0, length));
        values_[i].narrow(1, 0, length).copy_(other.values_[i].narrow(1, 0, length));
    }
    length_ = length;
}

std::int64_t KeyValueCache::bytes_of(const LanguageConfig& config, int capacity,
                                     const PlacementOptions& placement) {
    return std::int64_t{2} * config.num_layers * config.num_kv_heads * config.head_dim * capacity *
           static_cast<std::int64_t>(c10::elementSize(type_of(placement)));
}

KeyValueCache::Held KeyValueCache::put(int layer, const at::Tensor& keys,
                                       const at::Tensor& values) {
    const std::int64_t count = keys.size(1), end = length_ + count;
    keys_[layer].narrow(1, length_, count).copy_(keys);
    values_[layer].narrow(1, length_, count).copy_(values);
    return {keys_[layer].narrow(1, 0, end), values_[layer].narrow(1, 0, end)};
}

KeyValueCache::Held KeyValueCache::whole(int layer) const {
    const auto index = static_cast<std::size_t>(layer);
    return {keys_[index], values_[index]};
}

KeyValueCache::Buffers KeyValueCache::buffers(int layer) {
    return {static_cast<std::byte*>(keys_[layer].mutable_data_ptr()),
            static_cast<std::byte*>(values_[layer].mutable_data_ptr())};
}

}  // namespace univi::model
