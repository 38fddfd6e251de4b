#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

class DeviceDecode;

/// Key/value cache of one sequence: [layers][heads_kv, reserved, head_dim] in the compute type, or
/// the placement's own type for it. In 8 bits (kChar) every position of a head has a scale of its
/// own. `length` can be cut back (a redone turn, an edited question). It grows with use: on the CPU
/// memory is only touched as positions are filled, on other devices reserve() doubles it.
class KeyValueCache {
  public:
    KeyValueCache(const LanguageConfig& config, int capacity, const PlacementOptions& placement);
    int length() const { return length_; }
    int capacity() const { return capacity_; }
    /// Positions that there is memory for.
    int reserved() const { return reserved_; }
    /// Makes room for `positions`, at most capacity(). Where there is too little, what is held
    /// moves to twice the memory or more, and what decoding on a device had kept is forgotten.
    void reserve(int positions);
    /// What keys and values are held in.
    c10::ScalarType dtype() const { return dtype_; }
    /// Forgets the positions from `length` on. Throws Error{Internal} when `length` is negative
    /// or beyond length().
    void truncate(int length);

    /// Makes this cache hold the first `length` positions of another of the same configuration and
    /// placement. Throws Error{Internal} when that one holds fewer.
    void copy_prefix(const KeyValueCache& other, int length);
    /// Returns the first `length` positions as views by their own names. Throws Error{Internal}
    /// when it holds fewer.
    NamedTensors positions(int length) const;
    /// Makes this cache hold `length` positions, copied from what positions() of a cache of the
    /// same configuration and placement gave. False, and it stays as it was, when they are not.
    bool set_positions(const NamedTensors& positions, int length);
    /// Returns the bytes that a cache of this capacity reserves.
    static std::int64_t bytes_of(const LanguageConfig& config, int capacity,
                                 const PlacementOptions& placement);

    /// Views of one layer's positions, each [heads_kv, positions, head_dim].
    struct Held {
        at::Tensor keys, values;
    };
    /// Writes a layer's keys and values [heads_kv, n, head_dim] behind the first length() positions
    /// and returns these and the new ones, as views; 8 bits as floats of the keys' type in memory
    /// of their own. length() stays until advance().
    Held put(int layer, const at::Tensor& keys, const at::Tensor& values);
    /// A layer's whole memory on the CPU, each [heads_kv, reserved, head_dim]: for kernels, which
    /// write behind length() themselves.
    struct Buffers {
        std::byte *keys, *values;
        float *key_scales, *value_scales;  ///< [heads_kv, reserved] of 8 bits; else null
    };
    Buffers buffers(int layer);
    /// A layer's whole memory on any device, each [heads_kv, reserved, head_dim].
    Held whole(int layer) const;
    /// What decoding on the cache's device keeps from one position to the next; none before.
    std::shared_ptr<DeviceDecode>& device_decode() { return device_decode_; }
    /// Counts `positions` more, once every layer has put them.
    void advance(int positions) { length_ += positions; }

  private:
    /// All positions that there is memory for, by the names of positions().
    NamedTensors named() const;

    std::vector<at::Tensor> keys_, values_;
    std::vector<at::Tensor> key_scales_, value_scales_;  ///< [heads_kv, reserved, 1] of 8 bits
    std::shared_ptr<DeviceDecode> device_decode_;
    c10::ScalarType dtype_;
    int length_ = 0, capacity_ = 0, reserved_ = 0;
};

}  // namespace univi::model
