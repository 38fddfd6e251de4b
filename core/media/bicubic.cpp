#include "core/media/bicubic.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

// One binary serves old and new CPUs: the hot loops are compiled twice and picked at start. Integer
// arithmetic: both agree.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define UNIVI_VECTOR_CLONES __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define UNIVI_VECTOR_CLONES
#endif

namespace univi::media {

namespace {

// 8 bits for the result, 2 for overshoot of the cubic's negative lobes; Pillow's PRECISION_BITS.
constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr std::int32_t kHalf = 1 << (kPrecisionBits - 1);
constexpr double kSupport = 2.0;
constexpr int kRowBlock =
    8;  // rows that the horizontal pass handles side by side, one vector of 32-bit lanes

std::uint8_t clip8(std::int32_t sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

/// Keys' cubic with a = -0.5.
double bicubic_weight(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
    return 0.0;
}

/// Fixed-point weights of one axis for the output positions first .. first+count-1.
struct Axis {
    struct Tap {
        int begin = 0, count = 0;  ///< source positions
        std::size_t weights = 0;   ///< offset of the first weight
    };
    std::vector<Tap> taps;
    std::vector<std::int32_t> weights;
    int source_begin = 0, source_end = 0;  ///< source positions used at all
    bool identity = false;
};

std::int32_t to_fixed(double weight) {
    const double scaled = weight * (1 << kPrecisionBits);
    return static_cast<std::int32_t>(weight < 0 ? -0.5 + scaled : 0.5 + scaled);
}

void append_tap(Axis& axis, int in_size, double scale, int out_position) {
    const double filter_scale = std::max(scale, 1.0), support = kSupport * filter_scale;
    const double center = (out_position + 0.5) * scale, inverse = 1.0 / filter_scale;
    const int begin = std::max(static_cast<int>(center - support + 0.5), 0);
    const int end = std::min(static_cast<int>(center + support + 0.5), in_size);
    std::vector<double> weights(static_cast<std::size_t>(end - begin));
    double sum = 0;
    for (int i = begin; i < end; ++i) {
        const double weight = bicubic_weight((i - center + 0.5) * inverse);
        weights[std::size_t(i - begin)] = weight;
        sum += weight;
    }
    axis.taps.push_back({begin, end - begin, axis.weights.size()});
    for (const double weight : weights)
        axis.weights.push_back(to_fixed(sum != 0 ? weight / sum : weight));
}

Axis make_axis(int in_size, int out_size, int first, int count) {
    Axis axis;
    axis.identity = in_size == out_size;
    if (axis.identity) {
        axis.source_begin = first;
        axis.source_end = first + count;
        return axis;
    }
    const double scale = double(in_size) / out_size;
    for (int i = 0; i < count; ++i) append_tap(axis, in_size, scale, first + i);
    axis.source_begin = axis.taps.front().begin;
    for (const Axis::Tap& tap : axis.taps)
        axis.source_end = std::max(axis.source_end, tap.begin + tap.count);
    return axis;
}

/// Canvas pixels x0 .. x0+count-1 of row y.
void copy_canvas_row(const Canvas& canvas, int y, int x0, int count, std::uint8_t* out) {
    const Image& image = *canvas.image;
    const int picture_y = y - canvas.top;
    const bool inside = picture_y >= 0 && picture_y < image.height;
    const int begin = inside ? std::clamp(canvas.left, x0, x0 + count) : x0 + count;
    const int end = inside ? std::clamp(canvas.left + image.width, begin, x0 + count) : x0 + count;
    for (int x = x0; x < x0 + count; ++x) {
        if (x >= begin && x < end) x = end;
        if (x < x0 + count) std::memcpy(out + std::size_t(x - x0) * 3, canvas.fill, 3);
    }
    if (end > begin) {
        std::memcpy(out + std::size_t(begin - x0) * 3, image.pixel(begin - canvas.left, picture_y),
                    std::size_t(end - begin) * 3);
    }
}

/// rows[r][i] to lanes[i*8 + r], widened.
UNIVI_VECTOR_CLONES void interleave_rows(const std::uint8_t* rows, std::size_t row_bytes,
                                         std::int32_t* lanes) {
    for (std::size_t i = 0; i < row_bytes; ++i) {
        for (int r = 0; r < kRowBlock; ++r) lanes[i * kRowBlock + r] = rows[r * row_bytes + i];
    }
}

/// sums[c*8 + r] = half + sum over taps of weight * lanes[tap][c][r], for the 3 channels
/// and 8 rows.
UNIVI_VECTOR_CLONES void weigh_taps(const std::int32_t* lanes, const std::int32_t* weights,
                                    int count, std::int32_t* sums) {
    constexpr int kLanes = 3 * kRowBlock;
    std::int32_t local[kLanes];
    for (int i = 0; i < kLanes; ++i) local[i] = kHalf;
    for (int t = 0; t < count; ++t) {
        const std::int32_t weight = weights[t];
        const std::int32_t* source = lanes + std::size_t(t) * kLanes;
        for (int i = 0; i < kLanes; ++i) local[i] += weight * source[i];
    }
    std::memcpy(sums, local, sizeof(local));
}

/// accumulator[i] += weight * row[i]
UNIVI_VECTOR_CLONES void add_weighted_row(const std::uint8_t* row, std::int32_t weight,
                                          std::size_t bytes, std::int32_t* accumulator) {
    for (std::size_t i = 0; i < bytes; ++i) accumulator[i] += weight * row[i];
}

UNIVI_VECTOR_CLONES void clip_row(const std::int32_t* accumulator, std::size_t bytes,
                                  std::uint8_t* out) {
    for (std::size_t i = 0; i < bytes; ++i) {
        std::int32_t value = accumulator[i] >> kPrecisionBits;
        value = value < 0 ? 0 : value;
        out[i] = static_cast<std::uint8_t>(value > 255 ? 255 : value);
    }
}

/// Output columns first .. first+count-1 and the source columns that they need.
struct Columns {
    int first = 0, count = 0;
    int source_begin = 0, source_count = 0;
};

Columns columns_between(const Axis& axis, int first, int end) {
    Columns columns{first, end - first, 0, 0};
    if (columns.count <= 0) return columns;
    int source_end = 0;
    columns.source_begin = axis.taps[std::size_t(first)].begin;
    for (int x = first; x < end; ++x) {
        const Axis::Tap& tap = axis.taps[std::size_t(x)];
        source_end = std::max(source_end, tap.begin + tap.count);
    }
    columns.source_count = source_end - columns.source_begin;
    return columns;
}

/// The columns that depend on the picture; all others see the canvas's one colour only.
Columns columns_of_picture(const Canvas& canvas, const Axis& axis) {
    const int picture_end = canvas.left + canvas.image->width;
    int first = 0, end = static_cast<int>(axis.taps.size());
    while (first < end &&
           axis.taps[std::size_t(first)].begin + axis.taps[std::size_t(first)].count <=
               canvas.left) {
        ++first;
    }
    while (end > first && axis.taps[std::size_t(end - 1)].begin >= picture_end) --end;
    return columns_between(axis, first, end);
}

/// Canvas rows y0 .. y0+row_count-1, resampled horizontally into the given columns
/// of `out`, [row_count][width][3].
void resample_rows(const Canvas& canvas, const Axis& axis, const Columns& columns, int y0,
                   int row_count, int width, std::uint8_t* out) {
    const std::size_t in_row = std::size_t(columns.source_count) * 3,
                      out_row = std::size_t(width) * 3;
    std::vector<std::uint8_t> block(in_row * kRowBlock);
    std::vector<std::int32_t> lanes(in_row * kRowBlock);
    std::int32_t sums[3 * kRowBlock];
    for (int first = 0; first < row_count; first += kRowBlock) {
        const int rows = std::min(kRowBlock, row_count - first);
        for (int r = 0; r < rows; ++r) {
            copy_canvas_row(canvas, y0 + first + r, columns.source_begin, columns.source_count,
                            block.data() + std::size_t(r) * in_row);
        }
        interleave_rows(block.data(), in_row, lanes.data());
        for (int x = columns.first; x < columns.first + columns.count; ++x) {
            const Axis::Tap& tap = axis.taps[std::size_t(x)];
            weigh_taps(lanes.data() + std::size_t(tap.begin - columns.source_begin) * 3 * kRowBlock,
                       axis.weights.data() + tap.weights, tap.count, sums);
            for (int r = 0; r < rows; ++r) {
                std::uint8_t* pixel = out + std::size_t(first + r) * out_row + std::size_t(x) * 3;
                for (int c = 0; c < 3; ++c) pixel[c] = clip8(sums[c * kRowBlock + r]);
            }
        }
    }
}

/// Rows row_begin .. row_begin+row_count-1 of the canvas, resampled to the
/// window's columns. [row_count][width][3]
std::vector<std::uint8_t> horizontal_pass(const Canvas& canvas, const Axis& axis, int width,
                                          int row_begin, int row_count) {
    const std::size_t out_row = std::size_t(width) * 3;
    std::vector<std::uint8_t> out(out_row * std::size_t(row_count));
    const auto row = [&](int y) { return out.data() + std::size_t(y - row_begin) * out_row; };
    const int row_end = row_begin + row_count;
    if (axis.identity) {
        for (int y = row_begin; y < row_end; ++y)
            copy_canvas_row(canvas, y, axis.source_begin, width, row(y));
        return out;
    }
    const bool has_border =
        canvas.width != canvas.image->width || canvas.height != canvas.image->height;
    if (has_border) {
        // Row -1 lies outside the picture: what one row of the plain canvas gives, all
        // of them give.
        std::vector<std::uint8_t> plain(out_row);
        resample_rows(canvas, axis, columns_between(axis, 0, width), -1, 1, width, plain.data());
        for (int y = row_begin; y < row_end; ++y) std::memcpy(row(y), plain.data(), out_row);
    }
    const int first = std::clamp(canvas.top, row_begin, row_end);
    const int end = std::clamp(canvas.top + canvas.image->height, first, row_end);
    if (end > first) {
        resample_rows(canvas, axis, columns_of_picture(canvas, axis), first, end - first, width,
                      row(first));
    }
    return out;
}

/// `rows` starts at the axis' first used source row.
Image vertical_pass(const std::vector<std::uint8_t>& rows, const Axis& axis, int width,
                    int height) {
    Image out{width, height, {}};
    const std::size_t row_bytes = std::size_t(width) * 3;
    out.rgb.resize(row_bytes * std::size_t(height));
    std::vector<std::int32_t> accumulator(row_bytes);
    for (int y = 0; y < height; ++y) {
        const Axis::Tap& tap = axis.taps[std::size_t(y)];
        std::fill(accumulator.begin(), accumulator.end(), kHalf);
        for (int t = 0; t < tap.count; ++t) {
            add_weighted_row(
                rows.data() + std::size_t(tap.begin - axis.source_begin + t) * row_bytes,
                axis.weights[tap.weights + std::size_t(t)], row_bytes, accumulator.data());
        }
        clip_row(accumulator.data(), row_bytes, out.rgb.data() + std::size_t(y) * row_bytes);
    }
    return out;
}

}  // namespace

Image resample_bicubic(const Canvas& canvas, const ResizeWindow& window) {
    const Axis horizontal = make_axis(canvas.width, window.full_width, window.x, window.width);
    const Axis vertical = make_axis(canvas.height, window.full_height, window.y, window.height);
    std::vector<std::uint8_t> rows =
        horizontal_pass(canvas, horizontal, window.width, vertical.source_begin,
                        vertical.source_end - vertical.source_begin);
    if (vertical.identity) return {window.width, window.height, std::move(rows)};
    return vertical_pass(rows, vertical, window.width, window.height);
}

}  // namespace univi::media
