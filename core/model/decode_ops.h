#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace univi::model {

// Operators of our own for one token on a GPU: they call the dispatcher's operators of the same
// names ("univi::swiglu"), which libunivi_cuda.so registers; has_device_kernel() says whether it
// did. All tensors are contiguous and on one device; nothing waits for it; no gradient flows.

/// Most rows that call_quantized_product takes.
inline constexpr std::int64_t kMostProductRows = 8;

/// x [n,in] fp32, fp16 or bf16 times a matrix as QuantizedWeight::Parts of Int8 or Int4 has it,
/// transposed -> [n,out] in x's type; in a multiple of 8 (Int8) or 32 (Int4).
at::Tensor call_quantized_product(const at::Tensor& x, const at::Tensor& codes,
                                  const at::Tensor& scales);

/// x [n,D] += added, in place, unless that is undefined; returns rms_norm(x, weight, eps).
at::Tensor call_add_rms_norm(const at::Tensor& x, const at::Tensor& added, const at::Tensor& weight,
                             double eps);

/// silu(gate) * up.
at::Tensor call_swiglu(const at::Tensor& gate, const at::Tensor& up);

/// Angles of a sequence's positions [capacity,head_dim] fp32, and the number of the next one [1]
/// int32, which kernels read.
struct RotaryAngles {
    at::Tensor cosines, sines, position;
};
/// A layer's cache, each [kv_heads,capacity,head_dim].
struct LayerMemory {
    at::Tensor keys, values;
};
/// query [1,heads*head_dim], keys and values [1,kv_heads*head_dim] of the position: returns the
/// query rotated; the keys, rotated, and the values go into the cache.
at::Tensor call_rotary_to_cache(const at::Tensor& query, const at::Tensor& keys,
                                const at::Tensor& values, const RotaryAngles& angles,
                                const LayerMemory& cache);

/// Attention of query [1,heads*head_dim] over the cache up to `position` and with it. shares
/// [capacity] fp32, if defined, gets what each cached position is paid, the mean over heads, added.
at::Tensor call_attend_one(const at::Tensor& query, const LayerMemory& cache,
                           const at::Tensor& position, const at::Tensor& shares);

/// True where attend_one takes heads of this many dims.
bool attends_heads_of(std::int64_t head_dim);

/// What a device was asked for, recorded once and asked for again in one launch.
class DeviceGraph {
  public:
    /// Begins to record what this thread asks of the device of `on`. Nothing runs meanwhile.
    explicit DeviceGraph(const at::Tensor& on);
    ~DeviceGraph();
    DeviceGraph(const DeviceGraph&) = delete;
    DeviceGraph& operator=(const DeviceGraph&) = delete;
    /// Ends the recording.
    void finish();
    /// Runs what was recorded, on the memory that it was recorded with.
    void replay() const;

  private:
    at::Tensor on_;
    std::int64_t number_;
    bool is_finished_ = false;
};

}  // namespace univi::model
