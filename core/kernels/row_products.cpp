#include "core/kernels/row_products.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "core/kernels/cpu_features.h"
#include "core/kernels/int8_product.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/split_vectors.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

/// Bytes of a piece of work. Memory is read fastest in long pieces; short ones let the threads end
/// together, but below the least a thread spends more on taking a piece than on the products.
constexpr std::int64_t kMostPieceBytes = 128 << 10, kLeastPieceBytes = 16 << 10;
constexpr std::int64_t kPiecesAThread = 4;

/// Rows of a piece: those of all products are counted through.
std::int64_t rows_at_once(std::span<const Product> products) {
    std::int64_t bytes = 0, rows = 0;
    for (const Product& each : products) {
        bytes += each.matrix.rows * row_bytes(each.matrix.format, each.matrix.columns);
        rows += each.matrix.rows;
    }
    const std::int64_t piece =
        std::clamp(bytes / (kPiecesAThread * WorkerThreads::shared().threads()), kLeastPieceBytes,
                   kMostPieceBytes);
    return std::max<std::int64_t>(1, piece * rows / std::max<std::int64_t>(1, bytes));
}

/// Which of so many pieces is the `taken`-th one: threads that take pieces in turns each go through
/// a stretch of memory in its order, so that what one asks for ahead is its own.
std::int64_t piece_taken(std::int64_t taken, std::int64_t pieces, std::int64_t threads) {
    const std::int64_t stretch = taken % threads, longer = pieces % threads;
    return stretch * (pieces / threads) + std::min(stretch, longer) + taken / threads;
}

/// Products whose vectors have the forms that their matrices take.
class Prepared {
  public:
    explicit Prepared(std::span<const Product> products)
        : products_(products.begin(), products.end()) {
        const bool multiplies_int8 = has_int8_products();
        for (Product& each : products_) {
            const MatrixFormat format = each.matrix.format;
            if (format == MatrixFormat::Int4) each.vectors.int8_groups = &groups_of(each);
            if (format == MatrixFormat::Int8 && multiplies_int8)
                each.vectors.int8_rows = &rows_of(each);
            if (format == MatrixFormat::BF16 && kernel_table().splits_bf16)
                each.vectors.split = &split_of(each);
        }
    }
    std::span<const Product> products() const { return products_; }

  private:
    template <typename Form>
    struct Made {
        const float* x;
        std::int64_t columns;
        std::unique_ptr<Form> form;
    };

    template <typename Form>
    static Form& form_of(const Product& product, std::vector<Made<Form>>& made) {
        const Vectors& of = product.vectors;
        for (const Made<Form>& each : made)
            if (each.x == of.x && each.columns == product.matrix.columns) return *each.form;
        made.push_back(
            {of.x, product.matrix.columns,
             std::make_unique<Form>(of.x, of.x_stride, of.count, product.matrix.columns)});
        return *made.back().form;
    }
    const Int8Vectors& groups_of(const Product& product) { return form_of(product, groups_); }
    const Int8Rows& rows_of(const Product& product) { return form_of(product, rows_); }
    const SplitVectors& split_of(const Product& product) { return form_of(product, split_); }

    std::vector<Product> products_;
    std::vector<Made<Int8Vectors>> groups_;
    std::vector<Made<Int8Rows>> rows_;
    std::vector<Made<SplitVectors>> split_;
};

/// Rows begin..end-1 of all products, counted through.
void multiply_counted(std::span<const Product> products, std::int64_t begin, std::int64_t end) {
    for (const Product& each : products) {
        const std::int64_t rows = each.matrix.rows;
        if (begin < rows && end > 0)
            multiply_rows(each.matrix, each.vectors, std::max<std::int64_t>(0, begin),
                          std::min(rows, end));
        begin -= rows;
        end -= rows;
    }
}

}  // namespace

void multiply_rows(const MatrixView& matrix, const Vectors& vectors, std::int64_t begin,
                   std::int64_t end) {
    if (vectors.int8_rows)
        return multiply_panel(int8_panel(matrix, begin, end), *vectors.int8_rows,
                              {vectors.y + begin, vectors.y_stride});
    kernel_table().dot[static_cast<int>(matrix.format)](matrix, begin, end, vectors);
}

void multiply(std::span<const Product> given) {
    const Prepared prepared(given);
    const std::span<const Product> products = prepared.products();
    std::int64_t total = 0;
    for (const Product& each : products) total += each.matrix.rows;
    const std::int64_t length = rows_at_once(products), pieces = (total + length - 1) / length,
                       threads = WorkerThreads::shared().threads();
    WorkerThreads::shared().run(pieces, 1, [&](std::int64_t taken, std::int64_t last) {
        for (; taken < last; ++taken) {
            const std::int64_t begin = piece_taken(taken, pieces, threads) * length;
            multiply_counted(products, begin, std::min(total, begin + length));
        }
    });
}

void multiply(const MatrixView& matrix, const Vectors& vectors) {
    const Product product{matrix, vectors};
    multiply({&product, 1});
}

}  // namespace univi::kernels
