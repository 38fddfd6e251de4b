#pragma once

#include <cstddef>
#include <cstdint>

namespace univi::kernels {

/// How the elements of a matrix are stored.
enum class MatrixFormat {
    F32,
    F16,
    BF16,
    Int8,  ///< signed 8 bits; a row has one fp32 scale
    Int4,  ///< 4 bits, value - 8; a group of kInt4Group along a row has one fp16 scale
};

/// Values of a row that share a scale. Byte i of a group's 16 holds its value i in the low four
/// bits and its value i + 16 in the high ones.
inline constexpr std::int64_t kInt4Group = 32;

/// A matrix [rows,columns] in memory of somebody else, row after row without gaps. Int4: columns is
/// a multiple of kInt4Group.
struct MatrixView {
    MatrixFormat format = MatrixFormat::F32;
    std::int64_t rows = 0, columns = 0;
    const void* values = nullptr;
    /// Int8: fp32 [rows]; Int4: fp16 bits [rows, columns / kInt4Group]; else null
    const void* scales = nullptr;
};

/// Bytes of a row's values, without scales.
constexpr std::int64_t row_bytes(MatrixFormat format, std::int64_t columns) {
    switch (format) {
        case MatrixFormat::F32:
            return columns * 4;
        case MatrixFormat::F16:
        case MatrixFormat::BF16:
            return columns * 2;
        case MatrixFormat::Int8:
            return columns;
        case MatrixFormat::Int4:
            return columns / 2;
    }
    return 0;
}

}  // namespace univi::kernels
