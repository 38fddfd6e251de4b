#pragma once

#include <cstdint>
#include <vector>

#include "core/kernels/attention.h"
#include "core/kernels/half.h"
#include "core/kernels/matrix_view.h"
#include "core/kernels/pack_rows.h"
#include "core/kernels/widen_rows.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {

/// A random matrix with memory of its own.
struct RandomMatrix {
    RandomMatrix(MatrixFormat format, std::int64_t rows, std::int64_t columns) {
        const std::vector<float> wide = normal_values(rows * columns, 7);
        values.resize(static_cast<std::size_t>(rows * row_bytes(format, columns)));
        view = {format, rows, columns, values.data(), nullptr};
        if (format == MatrixFormat::Int8) scales.resize(static_cast<std::size_t>(rows * 4));
        if (format == MatrixFormat::Int4)
            scales.resize(static_cast<std::size_t>(rows * columns / kInt4Group * 2));
        if (!scales.empty()) view.scales = scales.data();
        for (std::int64_t row = 0; row < rows; ++row) fill(row, wide.data() + row * columns);
    }

    void fill(std::int64_t row, const float* from) {
        std::uint8_t* to = values.data() + row * row_bytes(view.format, view.columns);
        if (view.format == MatrixFormat::Int8)
            pack_int8_row(from, view.columns, reinterpret_cast<std::int8_t*>(to),
                          reinterpret_cast<float*>(scales.data()) + row);
        else if (view.format == MatrixFormat::Int4)
            pack_int4_row(from, view.columns, to,
                          reinterpret_cast<std::uint16_t*>(scales.data()) +
                              row * (view.columns / kInt4Group));
        else
            store_as(view.format, from, view.columns, to);
    }

    std::vector<float> widened() const {
        std::vector<float> wide(static_cast<std::size_t>(view.rows * view.columns));
        widen_rows(view, 0, view.rows, wide.data());
        return wide;
    }

    std::vector<std::uint8_t> values, scales;
    MatrixView view;
};

}  // namespace univi::kernels::test
