#include "core/model/key_value_cache.h"

#include "core/base/error.h"

namespace univi::model {

KeyValueCache::KeyValueCache(const LanguageConfig& config, int capacity,
                             const PlacementOptions& placement)
    : dtype_(placement.cache_dtype.value_or(placement.compute_dtype)), capacity_(capacity) {
    const auto options = at::TensorOptions().device(placement.device).dtype(dtype_);
    for (int i = 0; i < config.num_layers; ++i) {
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

KeyValueCache::Held KeyValueCache::put(int layer, const at::Tensor& keys,
                                       const at::Tensor& values) {
    const std::int64_t count = keys.size(1), end = length_ + count;
    keys_[layer].narrow(1, length_, count).copy_(keys);
    values_[layer].narrow(1, length_, count).copy_(values);
    return {keys_[layer].narrow(1, 0, end), values_[layer].narrow(1, 0, end)};
}

KeyValueCache::Buffers KeyValueCache::buffers(int layer) {
    return {static_cast<std::byte*>(keys_[layer].mutable_data_ptr()),
            static_cast<std::byte*>(values_[layer].mutable_data_ptr())};
}

}  // namespace univi::model
