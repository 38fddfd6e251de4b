// Every kernel for products in 8-bit integers gives the same bits: the plain one, registers, and
// tiles. AMX's own run where the processor has them; elsewhere the same source runs on a twin of
// the tiles in plain C++.
#include "core/kernels/int8_product.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/worker_threads.h"
#include "tests/core/kernels/emulated_tiles.h"
#include "tests/core/kernels/random_matrix.h"
#include "tests/core/kernels/random_values.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <sys/mman.h>
#include <unistd.h>

#define UNIVI_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,f16c,fma")))

namespace univi::kernels {
namespace {

#include "core/kernels/transpose_avx512.inc"

#include "core/kernels/int8_blocks_avx512.inc"

#include "core/kernels/int8_tiles.inc"

void emulated_products(const Int8Panel& panel, const Int8RowsView& x, const Int8Out& out) {
    multiply_blocks<TileSums<test::EmulatedTiles>>(panel, x, x.blocks.count, out);
}

}  // namespace
}  // namespace univi::kernels

namespace univi::kernels::test {
namespace {

struct Sizes {
    std::int64_t rows, columns, count;
};

/// One row and column less or more than tiles, blocks and spans hold, and several of each.
std::vector<Sizes> odd_sizes() {
    std::vector<Sizes> all{{1, 1, 12},     {16, 64, 16},   {31, 65, 17},  {32, 2048, 32},
                           {33, 2049, 33}, {70, 4160, 31}, {97, 63, 100}, {128, 5632, 48}};
    std::mt19937 generator(11);
    const auto below = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most - 1)(generator);
    };
    for (int i = 0; i < 30; ++i) all.push_back({1 + below(100), 1 + below(2500), 12 + below(60)});
    return all;
}

std::string name_of(const Sizes& sizes) {
    return std::to_string(sizes.rows) + " by " + std::to_string(sizes.columns) + ", " +
           std::to_string(sizes.count) + " rows of x";
}

/// Rows of x of which some hold nothing, and some a value that stands apart.
std::vector<float> values_of(const Sizes& sizes) {
    std::vector<float> x = normal_values(sizes.count * sizes.columns, 3);
    std::fill_n(x.begin(), sizes.columns, 0.0F);
    for (std::size_t i = 700; i < x.size(); i += 1000) x[i] = 90;
    return x;
}

std::vector<float> products_of(Int8Products kernel, const RandomMatrix& matrix, const Int8Rows& x) {
    const std::int64_t rows = matrix.view.rows;
    std::vector<float> out(static_cast<std::size_t>(x.count() * rows), -1);
    kernel(int8_panel(matrix.view, 0, rows), x.view(), {out.data(), rows});
    return out;
}

/// Compares a kernel with the plain one.
void expect_same_bits(Int8Products kernel, const Sizes& sizes) {
    SCOPED_TRACE(name_of(sizes));
    const RandomMatrix matrix(MatrixFormat::Int8, sizes.rows, sizes.columns);
    const std::vector<float> values = values_of(sizes);
    const Int8Rows x(values.data(), sizes.columns, sizes.count, sizes.columns);
    EXPECT_EQ(products_of(kernel, matrix, x),
              products_of(plain_kernels().int8_products, matrix, x));
}

class Int8Kernels : public testing::Test {
  protected:
    void SetUp() override {
        if (!has_int8_products()) GTEST_SKIP() << "This processor has no VNNI.";
    }
};

TEST_F(Int8Kernels, RegistersGiveThePlainBits) {
    for (const Sizes& each : odd_sizes()) expect_same_bits(vnni_int8_products(), each);
    for (const std::int64_t count : {1L, 2L, 3L, 4L, 5L, 8L, 11L})
        for (const std::int64_t columns : {1L, 100L, 2048L, 4500L})
            expect_same_bits(vnni_int8_products(), {7, columns, count});
}

TEST_F(Int8Kernels, EmulatedTilesGiveThePlainBits) {
    for (const Sizes& each : odd_sizes()) expect_same_bits(emulated_products, each);
    EXPECT_EQ(EmulatedTiles::configured_threads, 0);
}

TEST(Int8KernelsOfThisProcessor, TilesGiveThePlainBits) {
    if (instruction_set() < InstructionSet::Amx)
        GTEST_SKIP() << "This processor has no AMX, or its kernel does not permit it.";
    for (const Sizes& each : odd_sizes()) expect_same_bits(amx_kernels().int8_products, each);
    for (const std::int64_t count : {1L, 4L, 11L})
        expect_same_bits(amx_kernels().int8_products, {40, 2100, count});
}

/// Tiles belong to a thread: each that takes a piece configures its own and leaves none behind.
TEST_F(Int8Kernels, ThreadsHaveTilesOfTheirOwn) {
    const Sizes sizes{200, 300, 40};
    const RandomMatrix matrix(MatrixFormat::Int8, sizes.rows, sizes.columns);
    const std::vector<float> values = values_of(sizes);
    const Int8Rows x(values.data(), sizes.columns, sizes.count, sizes.columns);
    std::vector<float> out(static_cast<std::size_t>(sizes.count * sizes.rows));
    WorkerThreads threads(3);
    for (int turn = 0; turn < 20; ++turn) {
        std::fill(out.begin(), out.end(), -1.0F);
        threads.run(sizes.rows, 8, [&](std::int64_t begin, std::int64_t end) {
            emulated_products(int8_panel(matrix.view, begin, end), x.view(),
                              {out.data() + begin, sizes.rows});
        });
        EXPECT_EQ(EmulatedTiles::configured_threads, 0);
        ASSERT_EQ(out, products_of(plain_kernels().int8_products, matrix, x));
    }
}

/// The largest sums that a span can have are beyond what fp32 counts in ones.
TEST_F(Int8Kernels, ExtremesAreSummedUpExactly) {
    RandomMatrix matrix(MatrixFormat::Int8, 33, 2048);
    std::fill(matrix.values.begin(), matrix.values.end(), static_cast<std::uint8_t>(-127));
    const std::vector<float> ones(16 * 2048, 1.0F);
    const Int8Rows x(ones.data(), 2048, 16, 2048);
    const std::vector<float> plain = products_of(plain_kernels().int8_products, matrix, x);
    EXPECT_EQ(products_of(emulated_products, matrix, x), plain);
    EXPECT_EQ(products_of(vnni_int8_products(), matrix, x), plain);
}

/// A matrix that ends where readable memory does, as mapped files may.
TEST_F(Int8Kernels, NothingIsReadBehindTheMatrix) {
    for (const std::int64_t columns : {61L, 64L, 130L}) {
        const RandomMatrix matrix(MatrixFormat::Int8, 33, columns);
        const std::int64_t size = 33 * columns, page = ::sysconf(_SC_PAGESIZE),
                           readable = (size + page - 1) / page * page;
        void* pages = ::mmap(nullptr, static_cast<std::size_t>(readable + page),
                             PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ASSERT_NE(pages, MAP_FAILED);
        auto* codes = static_cast<std::int8_t*>(pages) + readable - size;
        std::copy(matrix.values.begin(), matrix.values.end(), codes);
        ::mprotect(static_cast<std::byte*>(pages) + readable, static_cast<std::size_t>(page),
                   PROT_NONE);
        const std::vector<float> values = values_of({33, columns, 35});
        const Int8Rows x(values.data(), columns, 35, columns);
        const Int8Panel panel{codes, static_cast<const float*>(matrix.view.scales), 33, columns};
        for (const Int8Products kernel : {emulated_products, vnni_int8_products()}) {
            std::vector<float> out(33 * 35);
            kernel(panel, x.view(), {out.data(), 33});
            EXPECT_EQ(out, products_of(plain_kernels().int8_products, matrix, x));
        }
        ::munmap(pages, static_cast<std::size_t>(readable + page));
    }
}

/// The twin says no where a processor would.
TEST(EmulatedTilesTest, RefuseWhatAProcessorRefuses) {
    alignas(64) std::int8_t memory[1024] = {};
    EXPECT_THROW(EmulatedTiles::load<0>(memory, 64), std::logic_error);
    TileConfig config = kWholeTiles;
    config.rows[3] = 17;
    EXPECT_THROW(EmulatedTiles::configure(&config), std::logic_error);
    config = kWholeTiles;
    config.row_bytes[8] = 64, config.rows[8] = 16;
    EXPECT_THROW(EmulatedTiles::configure(&config), std::logic_error);
    config = kWholeTiles;
    config.rows[6] = 8;
    EmulatedTiles::configure(&config);
    EXPECT_THROW((EmulatedTiles::add_products<0, 4, 6>()), std::logic_error);
    EmulatedTiles::release();
    EXPECT_THROW((EmulatedTiles::zero<0>()), std::logic_error);
}

/// Two rows of four bytes with two columns of four, by hand.
TEST(EmulatedTilesTest, MultiplySignedWithUnsignedBytes) {
    TileConfig config = kWholeTiles;
    config.rows[0] = config.rows[1] = 2, config.rows[2] = 1;
    config.row_bytes[0] = 8, config.row_bytes[1] = 4, config.row_bytes[2] = 8;
    EmulatedTiles::configure(&config);
    const std::int8_t left[2][4] = {{1, -2, 3, -128}, {127, 0, 0, -1}};
    const std::uint8_t right[8] = {10, 20, 30, 255, 255, 0, 1, 2};
    EmulatedTiles::load<1>(left, 4);
    EmulatedTiles::load<2>(right, 8);
    EmulatedTiles::add_products<0, 1, 2>();
    EmulatedTiles::add_products<0, 1, 2>();
    std::int32_t sums[2][2];
    EmulatedTiles::store<0>(sums, 8);
    EmulatedTiles::release();
    EXPECT_EQ(sums[0][0], 2 * (10 - 40 + 90 - 32640));
    EXPECT_EQ(sums[0][1], 2 * (255 + 3 - 256));
    EXPECT_EQ(sums[1][0], 2 * (1270 - 255));
    EXPECT_EQ(sums[1][1], 2 * (32385 - 2));
}

}  // namespace
}  // namespace univi::kernels::test
#endif
