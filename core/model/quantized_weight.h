#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/kernels/matrix_view.h"

namespace univi::model {

/// How a frozen matrix is stored in fewer bits.
struct Quantization {
    enum class Kind {
        Int8,  ///< 8 bits, one scale a row: largest magnitude / 127
        Nf4,   ///< 4 bits: 16 quantiles of the normal distribution (QLoRA, arXiv 2305.14314)
        Fp4,   ///< 4 bits: sign, two exponent bits, one of mantissa
        Int4,  ///< 4 bits: the integers -8 to 7, each 32 of a row with an fp16 scale; 4.5 bits in all
    };
    static constexpr std::int64_t kBlock = 64;  ///< Nf4, Fp4: values that share a scale
    /// double quantization: scales that share one
    static constexpr std::int64_t kScaleBlock = 256;

    Kind kind = Kind::Nf4;
    bool double_quant = true;  ///< Nf4, Fp4: the scales themselves in 8 bits
};

/// A matrix [out,in] in 8 or 4 bits. Immutable.
class QuantizedWeight {
  public:
    /// `weight` [out,in] of any float type and device; what is kept goes to `device`.
    QuantizedWeight(const at::Tensor& weight, const Quantization& how, c10::Device device);

    /// What Int8 and Int4 keep of a matrix, as files hold it. Int8: codes int8 [out,in], scales
    /// fp32 [out]. Int4: codes uint8 [out,groups*16], scales fp16 [out,groups], groups = in / 32
    /// rounded up, in the order of kernels::MatrixView.
    struct Parts {
        at::Tensor codes, scales;
    };
    /// Takes the parts as they are, on the device where they lie. Throws Error{Format} when their
    /// types or shapes are not those of [out,in].
    QuantizedWeight(Quantization::Kind kind, std::int64_t out, std::int64_t in, Parts parts);
    /// Int8 and Int4 only.
    Parts parts() const { return {codes_, scales_}; }

    /// [out,in] in `type`, newly made: a stored value times its scale, computed in fp32.
    at::Tensor dequantize(c10::ScalarType type) const;
    /// The rows of these indices [n], in `type`: [n,in]. Int8 only.
    at::Tensor rows(const at::Tensor& indices, c10::ScalarType type) const;
    /// As kernels take it; none on a GPU, for the other kinds, and for Int4 rows with a part of a
    /// group. Borrows this object's memory.
    std::optional<kernels::MatrixView> view() const;
    c10::Device device() const { return codes_.device(); }
    /// Bytes held, scales included.
    std::int64_t bytes() const;
    /// What bytes() of a matrix [out,in] is, without one.
    static std::int64_t bytes_of(const Quantization& how, std::int64_t out, std::int64_t in);
    const Quantization& how() const { return how_; }
    std::int64_t out_features() const { return out_; }
    std::int64_t in_features() const { return in_; }

  private:
    void pack(const at::Tensor& weight);
    void quantize_blocks(const at::Tensor& weight);
    at::Tensor block_scales() const;
    at::Tensor widened_int4() const;

    Quantization how_;
    std::int64_t out_ = 0, in_ = 0;
    /// as Parts says; Nf4, Fp4: uint8 [blocks*32], even values in the low four bits
    at::Tensor codes_;
    /// as Parts says; Nf4, Fp4: fp32 [blocks]; double quantization: int8 [blocks, padded]
    at::Tensor scales_;
    at::Tensor second_scales_;  ///< double quantization: fp32 [scale blocks]
    at::Tensor mean_scale_;     ///< double quantization: fp32 [], taken off the scales first
    at::Tensor table_;          ///< Nf4, Fp4: fp32 [16] what a code stands for
};

}  // namespace univi::model
