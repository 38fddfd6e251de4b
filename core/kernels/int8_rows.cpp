#include "core/kernels/int8_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/kernels/kernel_table.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

/// An outlier is this many times as large as the mean magnitude of its row. With 12 the logits of
/// SmolLM2-135M in int8 are about as near to fp32 as with fp32 activations; with 40 they are not.
constexpr float kOutlier = 8;

/// Beyond one of so many columns apart all of a matrix's columns are made at once, sooner than
/// picked one by one.
constexpr std::int64_t kMany = 16;

}  // namespace

Int8Rows::Int8Rows(const float* x, std::int64_t stride, std::int64_t count, std::int64_t columns)
    : count_(count),
      columns_(columns),
      spans_((columns + kInt8Span - 1) / kInt8Span),
      width_((columns + kInt8Block - 1) / kInt8Block * kInt8Block),
      codes_(static_cast<std::size_t>(count * width_ + kInt8Block)),
      start_(
          static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(codes_.data()) % kInt8Block)),
      scales_(static_cast<std::size_t>(count * spans_)),
      sums_(scales_.size()),
      blocks_(rows_alone()),
      outliers_(static_cast<std::size_t>(count)) {
    const std::int64_t chunk = blocks_.count() > 0 ? kInt8Lanes : 4;
    WorkerThreads::shared().run(count, chunk, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) take_row(x + row * stride, row);
        if (blocks_.count() == 0) return;
        for (std::int64_t row = begin; row < end; row += kInt8Lanes)
            blocks_.take(rows_alone(), row / kInt8Lanes);
    });
    number_columns();
}

void Int8Rows::take_row(const float* x, std::int64_t row) {
    const VectorLoops& loops = kernel_table().loops;
    const float limit =
        kOutlier * loops.sum_of_magnitudes(x, columns_) / static_cast<float>(columns_);
    for (std::int64_t span = 0; span < spans_; ++span) {
        const std::int64_t at = span * kInt8Span, size = std::min(kInt8Span, columns_ - at);
        store_span(x + at, size, row, span);
        const float largest = 127 * scales_[static_cast<std::size_t>(row * spans_ + span)];
        if (largest > limit) take_span_with_outliers(x, row, span, limit);
    }
}

void Int8Rows::store_span(const float* values, std::int64_t size, std::int64_t row,
                          std::int64_t span) {
    const auto at = static_cast<std::size_t>(row * spans_ + span);
    scales_[at] = kernel_table().loops.to_int8(
        values, size, codes_.data() + start_ + row * width_ + span * kInt8Span, &sums_[at]);
}

void Int8Rows::take_span_with_outliers(const float* x, std::int64_t row, std::int64_t span,
                                       float limit) {
    std::array<float, kInt8Span> kept;
    const std::int64_t at = span * kInt8Span, size = std::min(kInt8Span, columns_ - at);
    for (std::int64_t i = 0; i < size; ++i) {
        const bool apart = std::fabs(x[at + i]) > limit;
        kept[static_cast<std::size_t>(i)] = apart ? 0 : x[at + i];
        if (apart) outliers_[static_cast<std::size_t>(row)].push_back({at + i, x[at + i]});
    }
    store_span(kept.data(), size, row, span);
}

/// The outliers' places hold columns until now.
void Int8Rows::number_columns() {
    if (std::all_of(outliers_.begin(), outliers_.end(),
                    [](const auto& each) { return each.empty(); }))
        return;
    std::vector<std::int64_t> place(static_cast<std::size_t>(columns_), -1);
    std::int64_t apart = 0;
    for (const auto& of_row : outliers_)
        for (const Int8Outlier& each : of_row)
            if (std::int64_t& known = place[static_cast<std::size_t>(each.place)]; known < 0)
                known = 0, ++apart;
    const bool all = apart > columns_ / kMany;
    for (std::int64_t column = 0; column < columns_; ++column)
        if (std::int64_t& number = place[static_cast<std::size_t>(column)]; all || number == 0) {
            number = std::ssize(columns_apart_);
            columns_apart_.push_back(column);
        }
    for (auto& of_row : outliers_)
        for (Int8Outlier& each : of_row) each.place = place[static_cast<std::size_t>(each.place)];
}

}  // namespace univi::kernels
