// The kernels of core/kernels alone, with Google Benchmark: bytes or operations a second. For
// figures beside the machine's limits and beside peers: tests/bench/run.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "core/kernels/attention.h"
#include "core/kernels/int8_product.h"
#include "core/kernels/pack_rows.h"
#include "core/kernels/row_products.h"
#include "core/kernels/token_clusters.h"
#include "core/kernels/vector_ops.h"
#include "core/kernels/widen_rows.h"
#include "core/kernels/worker_threads.h"
#include "tests/core/kernels/random_matrix.h"

namespace univi::kernels {
namespace {

using test::normal_values;
using test::RandomMatrix;

constexpr const char* kFormatNames[] = {"fp32", "fp16", "bf16", "int8", "int4"};

/// A matrix of a 1.1B model's MLP times 1 to 4 vectors, as a token and guesses beside it take it.
void row_products(benchmark::State& state) {
    const auto format = static_cast<MatrixFormat>(state.range(0));
    const std::int64_t rows = 5632, columns = 2048, count = state.range(1);
    const RandomMatrix matrix(format, rows, columns);
    const std::vector<float> x = normal_values(count * columns, 3);
    std::vector<float> y(static_cast<std::size_t>(count * rows));
    for (auto _ : state) {
        multiply(matrix.view, {x.data(), columns, static_cast<int>(count), y.data(), rows});
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * rows * row_bytes(format, columns));
    state.SetLabel(kFormatNames[state.range(0)]);
}
BENCHMARK(row_products)->ArgsProduct({{0, 1, 2, 3, 4}, {1, 2, 4}})->UseRealTime();

/// The same matrix times many rows in 8-bit integers: a prefill. With range(2) the rows are
/// products of two normal values, one in some hundreds of which stands apart, as behind SwiGLU.
void int8_product(benchmark::State& state) {
    const auto format = static_cast<MatrixFormat>(state.range(0));
    const std::int64_t rows = 5632, columns = 2048, count = state.range(1);
    const RandomMatrix matrix(format, rows, columns);
    std::vector<float> values = normal_values(count * columns, 3);
    const std::vector<float> factors = normal_values(count * columns, 4);
    for (std::size_t i = 0; state.range(2) && i < values.size(); ++i) values[i] *= factors[i];
    std::vector<float> out(static_cast<std::size_t>(count * rows));
    for (auto _ : state) {
        const Int8Rows x(values.data(), columns, count, columns);
        multiply(matrix.view, x, out.data(), rows);
        benchmark::ClobberMemory();
    }
    state.counters["operations"] =
        benchmark::Counter(2.0 * static_cast<double>(rows * columns * count),
                           benchmark::Counter::kIsIterationInvariantRate);
    state.SetLabel(kFormatNames[state.range(0)]);
}
BENCHMARK(int8_product)->ArgsProduct({{3, 4}, {16, 256}, {0, 1}})->UseRealTime();

/// A matrix of half precision stored in 8 or 4 bits on one thread, as loading does for each row.
void packing(benchmark::State& state) {
    const bool int8 = state.range(0) == 8;
    const std::int64_t rows = 256, columns = 4096;
    const RandomMatrix halves(MatrixFormat::F16, rows, columns);
    std::vector<float> row(static_cast<std::size_t>(columns));
    std::vector<std::uint8_t> codes(row.size());
    std::vector<std::uint16_t> scales(static_cast<std::size_t>(columns / kInt4Group));
    float scale = 0;
    for (auto _ : state)
        for (std::int64_t i = 0; i < rows; ++i) {
            widen_rows(halves.view, i, i + 1, row.data());
            if (int8)
                pack_int8_row(row.data(), columns, reinterpret_cast<std::int8_t*>(codes.data()),
                              &scale);
            else
                pack_int4_row(row.data(), columns, codes.data(), scales.data());
            benchmark::ClobberMemory();
        }
    state.SetItemsProcessed(state.iterations() * rows * columns);
}
BENCHMARK(packing)->Arg(8)->Arg(4);

/// One query of 32 heads over held keys and values of 4 heads in half precision.
void attention(benchmark::State& state) {
    constexpr std::int64_t kHeads = 32, kKvHeads = 4, kDim = 64;
    const std::int64_t length = state.range(0);
    const RandomMatrix keys(MatrixFormat::F16, kKvHeads * length, kDim),
        values(MatrixFormat::F16, kKvHeads * length, kDim);
    const std::vector<float> query = normal_values(kHeads * kDim, 5);
    std::vector<float> weights(static_cast<std::size_t>(kHeads * length)), out(query.size());
    for (auto _ : state) {
        attend_one({MatrixFormat::F16, keys.values.data(), values.values.data(), length, kDim,
                    length, kKvHeads},
                   query.data(), kHeads, weights.data(), out.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * 2 * kKvHeads * length * kDim * 2);
}
BENCHMARK(attention)->Arg(128)->Arg(2048)->UseRealTime();

void rms_norm_and_swiglu(benchmark::State& state) {
    constexpr std::int64_t kSize = 4096;
    const std::vector<float> x = normal_values(kSize, 1), weight = normal_values(kSize, 2);
    std::vector<float> gate(x.size());
    for (auto _ : state) {
        rms_norm(x.data(), weight.data(), 1e-6, kSize, gate.data());
        swiglu(gate.data(), x.data(), kSize);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kSize);
}
BENCHMARK(rms_norm_and_swiglu);

/// The clustering of one picture's tokens of ViT-L/14, stage by stage.
void clustering(benchmark::State& state) {
    constexpr std::int64_t kChannels = 1024;
    const std::int64_t count = state.range(0);
    const int clusters = static_cast<int>(state.range(1));
    const std::vector<float> x = normal_values(count * kChannels, 9);
    const TokenRows tokens{x.data(), count, kChannels};
    const auto size = static_cast<std::size_t>(workspace_size(tokens));
    auto* workspace = static_cast<float*>(std::aligned_alloc(64, (size * 4 + 63) / 64 * 64));
    std::vector<float> floats(static_cast<std::size_t>(3 * count));
    std::vector<float> merged(static_cast<std::size_t>(clusters * kChannels));
    std::vector<std::int64_t> centers(static_cast<std::size_t>(clusters)),
        of_token(static_cast<std::size_t>(count));
    float* out = floats.data();
    for (auto _ : state) {
        cluster_tokens(tokens, clusters, 5, workspace,
                       {out, out + count, out + 2 * count, centers.data(), of_token.data()});
        merge_clusters(tokens, of_token.data(), clusters, merged.data());
        benchmark::ClobberMemory();
    }
    std::free(workspace);
}
BENCHMARK(clustering)->Args({256, 64})->Args({64, 32})->Args({32, 16})->UseRealTime();

}  // namespace
}  // namespace univi::kernels

int main(int argc, char** argv) {
    // "--threads=N" is ours: with how many threads a loop is shared out, 1 by default.
    for (int i = 1; i < argc; ++i)
        if (const std::string word = argv[i]; word.starts_with("--threads=")) {
            univi::kernels::WorkerThreads::shared().use_threads(std::atoi(word.c_str() + 10));
            std::copy(argv + i + 1, argv + argc, argv + i);
            --argc;
        }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
