#include "core/model/quantized_weight.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/huge_pages.h"
#include "core/kernels/pack_rows.h"
#include "core/kernels/widen_rows.h"
#include "core/kernels/worker_threads.h"
#include "core/model/matrix_views.h"

namespace univi::model {
namespace {

using Kind = Quantization::Kind;

constexpr std::int64_t kNumCodes = 16;

constexpr std::int64_t kGroupBytes = kernels::kInt4Group / 2;

/// Kinds whose rows kernels read.
bool is_packed(Kind kind) {
    return kind == Kind::Int8 || kind == Kind::Int4;
}

/// Of Nf4 and Fp4. Ascending, so that a nearest code is found between neighbours.
std::vector<float> code_values(Kind kind) {
    switch (kind) {
        case Kind::Nf4:
            return {-1.0F,        -0.69619280F, -0.52507305F, -0.39491749F,
                    -0.28444138F, -0.18477343F, -0.09105004F, 0.0F,
                    0.07958030F,  0.16093020F,  0.24611230F,  0.33791524F,
                    0.44070983F,  0.56261700F,  0.72295684F,  1.0F};
        case Kind::Fp4:
            return {-1.0F,      -2 / 3.0F, -0.5F, -1 / 3.0F, -0.25F, -1 / 6.0F, -1 / 192.0F, 0,
                    1 / 192.0F, 1 / 6.0F,  0.25F, 1 / 3.0F,  0.5F,   2 / 3.0F,  1.0F};
        case Kind::Int4:
        case Kind::Int8:
            break;
    }
    return {};
}

at::Tensor to_tensor_1d(const std::vector<float>& values) {
    at::Tensor result = at::empty({static_cast<std::int64_t>(values.size())}, c10::kFloat);
    std::copy(values.begin(), values.end(), result.mutable_data_ptr<float>());
    return result;
}

/// 16 entries; unused codes stand for 0.
at::Tensor code_table(Kind kind) {
    std::vector<float> values = code_values(kind);
    values.resize(kNumCodes, 0.0F);
    return to_tensor_1d(values);
}

/// Where one code ends and the next begins.
at::Tensor code_borders(Kind kind) {
    const std::vector<float> values = code_values(kind);
    std::vector<float> borders;
    for (std::size_t i = 0; i + 1 < values.size(); ++i)
        borders.push_back((values[i] + values[i + 1]) / 2);
    return to_tensor_1d(borders);
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

/// Groups of an Int4 row.
std::int64_t groups_of(std::int64_t in) {
    return ceil_div(in, kernels::kInt4Group);
}

/// fp32 rows padded with zeros: [ceil(n/width), width].
at::Tensor in_blocks(const at::Tensor& values, std::int64_t width) {
    const at::Tensor flat = values.reshape({-1}).to(c10::kFloat);
    const std::int64_t count = ceil_div(flat.numel(), width);
    if (count * width == flat.numel()) return flat.view({count, width});
    return at::constant_pad_nd(flat, {0, count * width - flat.numel()}).view({count, width});
}

/// Per row: largest magnitude / `steps`, never 0.
at::Tensor row_scales(const at::Tensor& rows, double steps) {
    const at::Tensor scales = rows.abs().amax(1) / steps;
    return at::where(scales > 0, scales, at::ones({}, scales.options()));
}

at::Tensor to_int8(const at::Tensor& rows, const at::Tensor& scales) {
    return (rows / scales.unsqueeze(1)).round().clamp(-127, 127).to(c10::kChar);
}

/// One block of 4-bit values a turn; the rows of `out` end before the last block's padding.
template <typename T>
void widen_blocks(const std::uint8_t* codes, const float* scales, const float* table, T* out,
                  std::int64_t total) {
    constexpr std::int64_t kBlock = Quantization::kBlock;
    const auto widen = [&](std::int64_t begin, std::int64_t end) {
        std::array<T, 16> values;
        for (std::int64_t block = begin; block < end; ++block) {
            for (std::size_t i = 0; i < 16; ++i)
                values[i] = static_cast<T>(table[i] * scales[block]);
            const std::uint8_t* in = codes + block * kBlock / 2;
            T* to = out + block * kBlock;
            const std::int64_t count = std::min(kBlock, total - block * kBlock);
            for (std::int64_t i = 0; i < count; ++i)
                to[i] = values[i % 2 ? in[i / 2] >> 4 : in[i / 2] & 15];
        }
    };
    follow_torch_threads();
    kernels::WorkerThreads::shared().run(ceil_div(total, kBlock), 256, widen);
}

/// Does what widen_blocks does on any device, in parts that bound the memory of the indices.
void widen_blocks_anywhere(const at::Tensor& codes, const at::Tensor& scales,
                           const at::Tensor& table, const at::Tensor& out) {
    constexpr std::int64_t kHalf = Quantization::kBlock / 2, kBlocksAtOnce = 1 << 15;
    const at::Tensor low = codes.bitwise_and(15), high = codes.bitwise_right_shift(4);
    const std::int64_t blocks = scales.numel();
    for (std::int64_t begin = 0; begin < blocks; begin += kBlocksAtOnce) {
        const std::int64_t count = std::min(kBlocksAtOnce, blocks - begin);
        const auto values = [&](const at::Tensor& half) {
            const at::Tensor index = half.narrow(0, begin * kHalf, count * kHalf).to(c10::kInt);
            return table.index_select(0, index);
        };
        const at::Tensor both = at::stack({values(low), values(high)}, 1).view({count, 2 * kHalf});
        const at::Tensor widened = (both * scales.narrow(0, begin, count).unsqueeze(1)).view({-1});
        const std::int64_t at = begin * 2 * kHalf,
                           room = std::min(widened.numel(), out.numel() - at);
        out.narrow(0, at, room).copy_(widened.narrow(0, 0, room));
    }
}

}  // namespace

QuantizedWeight::QuantizedWeight(const at::Tensor& weight, const Quantization& how,
                                 c10::Device device)
    : how_(how), out_(weight.size(0)), in_(weight.size(1)) {
    const at::NoGradGuard guard;
    if (is_packed(how.kind))
        pack(weight);
    else
        quantize_blocks(weight);
    for (at::Tensor* part : {&codes_, &scales_, &second_scales_, &mean_scale_, &table_})
        if (part->defined()) *part = part->to(device).contiguous();
}

QuantizedWeight::QuantizedWeight(Kind kind, std::int64_t out, std::int64_t in, Parts parts)
    : how_{kind, false}, out_(out), in_(in), codes_(parts.codes), scales_(parts.scales) {
    const bool int8 = kind == Kind::Int8;
    const std::vector<std::int64_t> codes{out, int8 ? in : groups_of(in) * kGroupBytes},
        scales = int8 ? std::vector{out} : std::vector{out, groups_of(in)};
    const bool fits = codes_.scalar_type() == (int8 ? c10::kChar : c10::kByte) &&
                      scales_.scalar_type() == (int8 ? c10::kFloat : c10::kHalf) &&
                      codes_.sizes() == codes && scales_.sizes() == scales;
    if (!fits)
        throw base::Error(base::ErrorKind::Format,
                          "the codes and scales are not those of a matrix of " +
                              std::to_string(out) + " by " + std::to_string(in));
}

/// Row by row from the type it is stored in: beside the result only a row is held.
void QuantizedWeight::pack(const at::Tensor& weight) {
    at::Tensor stored = weight.detach().to(c10::kCPU).contiguous();
    if (!format_of(stored.scalar_type())) stored = stored.to(c10::kFloat);
    const kernels::MatrixView view = *matrix_view(stored);
    const bool int8 = how_.kind == Kind::Int8;
    const std::int64_t groups = groups_of(in_);
    codes_ = int8 ? at::empty({out_, in_}, c10::kChar)
                  : at::empty({out_, groups * kGroupBytes}, c10::kByte);
    scales_ = int8 ? at::empty({out_}, c10::kFloat) : at::empty({out_, groups}, c10::kHalf);
    auto* codes = static_cast<std::uint8_t*>(codes_.mutable_data_ptr());
    base::use_huge_pages(codes, codes_.nbytes());
    void* scales = scales_.mutable_data_ptr();
    follow_torch_threads();
    kernels::WorkerThreads::shared().run(out_, 16, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> row(static_cast<std::size_t>(in_));
        for (std::int64_t o = begin; o < end; ++o) {
            kernels::widen_rows(view, o, o + 1, row.data());
            std::uint8_t* to = codes + o * codes_.size(1);
            if (int8)
                kernels::pack_int8_row(row.data(), in_, reinterpret_cast<std::int8_t*>(to),
                                       static_cast<float*>(scales) + o);
            else
                kernels::pack_int4_row(row.data(), in_, to,
                                       static_cast<std::uint16_t*>(scales) + o * groups);
        }
    });
}

void QuantizedWeight::quantize_blocks(const at::Tensor& weight) {
    const at::Tensor blocks = in_blocks(weight, Quantization::kBlock);
    table_ = code_table(how_.kind);
    scales_ = row_scales(blocks, 1);
    if (how_.double_quant) {
        mean_scale_ = scales_.mean();
        const at::Tensor rows = in_blocks(scales_ - mean_scale_, Quantization::kScaleBlock);
        second_scales_ = row_scales(rows, 127);
        scales_ = to_int8(rows, second_scales_).view({-1}).narrow(0, 0, blocks.size(0));
    }
    // Codes for the scales as they will be read, so that their rounding is not added
    // to the values'.
    const at::Tensor scales = block_scales().clamp_min(1e-30);
    const at::Tensor codes = at::bucketize((blocks / scales.unsqueeze(1)).contiguous(),
                                           code_borders(how_.kind).to(blocks.device()),
                                           /*out_int32=*/true)
                                 .to(c10::kByte)
                                 .view({-1, 2});
    codes_ = codes.select(1, 0).bitwise_or(codes.select(1, 1).bitwise_left_shift(4));
}

/// fp32 [blocks].
at::Tensor QuantizedWeight::block_scales() const {
    if (!second_scales_.defined()) return scales_;
    const at::Tensor rows = in_blocks(scales_, Quantization::kScaleBlock);
    const at::Tensor all = (rows * second_scales_.unsqueeze(1)).view({-1});
    return all.narrow(0, 0, scales_.numel()) + mean_scale_;
}

/// fp32 [out,groups*32], on any device.
at::Tensor QuantizedWeight::widened_int4() const {
    const std::int64_t groups = groups_of(in_);
    const at::Tensor codes = codes_.view({out_, groups, kGroupBytes});
    const at::Tensor values = at::cat({codes.bitwise_and(15), codes.bitwise_right_shift(4)}, 2);
    return ((values.to(c10::kFloat) - 8) * scales_.to(c10::kFloat).unsqueeze(2))
        .view({out_, groups * kernels::kInt4Group});
}

at::Tensor QuantizedWeight::rows(const at::Tensor& indices, c10::ScalarType type) const {
    const at::Tensor flat = indices.reshape({-1}).to(codes_.device());
    return (codes_.index_select(0, flat).to(c10::kFloat) *
            scales_.index_select(0, flat).unsqueeze(1))
        .to(type);
}

std::optional<kernels::MatrixView> QuantizedWeight::view() const {
    const bool int4 = how_.kind == Kind::Int4;
    if (!codes_.is_cpu() || !is_packed(how_.kind) || (int4 && in_ % kernels::kInt4Group != 0))
        return std::nullopt;
    return kernels::MatrixView{int4 ? kernels::MatrixFormat::Int4 : kernels::MatrixFormat::Int8,
                               out_, in_, codes_.const_data_ptr(), scales_.const_data_ptr()};
}

at::Tensor QuantizedWeight::dequantize(c10::ScalarType type) const {
    const at::NoGradGuard guard;
    at::Tensor out = at::empty({out_, in_}, codes_.options().dtype(type));
    if (how_.kind == Kind::Int8) return at::mul_out(out, codes_, scales_.unsqueeze(1));
    if (how_.kind == Kind::Int4) return out.copy_(widened_int4().narrow(1, 0, in_));
    const at::Tensor scales = block_scales().contiguous();
    if (!out.is_cpu()) {
        widen_blocks_anywhere(codes_, scales, table_, out.view({-1}));
        return out;
    }
    const auto* codes = codes_.const_data_ptr<std::uint8_t>();
    const auto widen = [&](auto* to) {
        widen_blocks(codes, scales.const_data_ptr<float>(), table_.const_data_ptr<float>(), to,
                     out_ * in_);
    };
    if (type == c10::kBFloat16)
        widen(out.mutable_data_ptr<c10::BFloat16>());
    else if (type == c10::kHalf)
        widen(out.mutable_data_ptr<c10::Half>());
    else
        widen(out.mutable_data_ptr<float>());
    return out;
}

std::int64_t QuantizedWeight::bytes() const {
    std::int64_t sum = 0;
    for (const at::Tensor* part : {&codes_, &scales_, &second_scales_, &mean_scale_, &table_})
        if (part->defined()) sum += static_cast<std::int64_t>(part->nbytes());
    return sum;
}

std::int64_t QuantizedWeight::bytes_of(const Quantization& how, std::int64_t out, std::int64_t in) {
    constexpr std::int64_t kFloat = 4, kTable = kNumCodes * kFloat;
    if (how.kind == Kind::Int8) return out * in + out * kFloat;
    if (how.kind == Kind::Int4) return out * groups_of(in) * (kGroupBytes + 2);
    const std::int64_t blocks = ceil_div(out * in, Quantization::kBlock);
    const std::int64_t codes = blocks * Quantization::kBlock / 2;
    if (!how.double_quant) return codes + blocks * kFloat + kTable;
    const std::int64_t second = ceil_div(blocks, Quantization::kScaleBlock);
    return codes + blocks + (second + 1) * kFloat + kTable;
}

}  // namespace univi::model
