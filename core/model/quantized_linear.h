#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace univi::model {

/// How a frozen matrix is stored in fewer bits.
struct Quantization {
    enum class Kind {
        Int8,  ///< 8 bits, one scale a row: largest magnitude / 127
        Nf4,   ///< 4 bits: 16 quantiles of the normal distribution (QLoRA, arXiv 2305.14314)
        Fp4,   ///< 4 bits: sign, two exponent bits, one of mantissa
        Int4,  ///< 4 bits: the integers -7 to 7
    };
    static constexpr std::int64_t kBlock = 64;  ///< 4 bits: values that share a scale
    /// double quantization: scales that share one
    static constexpr std::int64_t kScaleBlock = 256;

    Kind kind = Kind::Nf4;
    bool double_quant = true;  ///< 4 bits: the scales themselves in 8 bits
};

/// A matrix [out,in] in 8 or 4 bits. Immutable.
class QuantizedWeight {
  public:
    /// `weight` [out,in] of any float type and device; what is kept goes to `device`.
    QuantizedWeight(const at::Tensor& weight, const Quantization& how, c10::Device device);

    /// [out,in] in `type`, newly made: a stored value times its scale, computed in fp32.
    at::Tensor dequantize(c10::ScalarType type) const;
    /// Bytes held, scales included.
    std::int64_t bytes() const;
    /// What bytes() of a matrix [out,in] is, without one.
    static std::int64_t bytes_of(const Quantization& how, std::int64_t out, std::int64_t in);
    const Quantization& how() const { return how_; }

  private:
    void quantize_rows(const at::Tensor& weight);
    void quantize_blocks(const at::Tensor& weight);
    at::Tensor block_scales() const;

    Quantization how_;
    std::int64_t out_ = 0, in_ = 0;
    at::Tensor codes_;   ///< int8 [out,in], or uint8 [blocks*32]: even values in the low four bits
    at::Tensor scales_;  ///< fp32 [out] or [blocks]; double quantization: int8 [blocks, padded]
    at::Tensor second_scales_;  ///< double quantization: fp32 [scale blocks]
    at::Tensor mean_scale_;     ///< double quantization: fp32 [], taken off the scales first
    at::Tensor table_;          ///< 4 bits: fp32 [16] what a code stands for
};

/// x [..,in] times `weight` transposed -> [..,out] in x's dtype. Differentiable in x; neither
/// forward nor backward keeps the widened matrix: it is made again for backward. The graph shares
/// `weight`.
at::Tensor quantized_linear(const at::Tensor& x,
                            const std::shared_ptr<const QuantizedWeight>& weight);

}  // namespace univi::model
