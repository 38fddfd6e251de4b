#include "core/bench/limits.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>

#include "core/base/huge_pages.h"
#include "core/bench/stopwatch.h"
#include "core/kernels/vector_ops.h"
#include "core/kernels/worker_threads.h"
#include "core/model/matrix_views.h"

namespace univi::bench {
namespace {

double host_bandwidth() {
    constexpr std::int64_t kWords = std::int64_t{64} << 20, kPiece = 64 << 10;
    at::Tensor memory = at::empty({kWords}, c10::kInt);
    base::use_huge_pages(memory.mutable_data_ptr(), memory.nbytes());
    memory.fill_(1);
    const auto* words = static_cast<const std::uint32_t*>(memory.const_data_ptr());
    model::follow_torch_threads();
    double best = 0;
    std::atomic<std::uint32_t> sum{0};  // read by nobody, so that nothing is left out
    for (int pass = 0; pass < 8; ++pass) {
        const Stopwatch watch;
        kernels::WorkerThreads::shared().run(
            kWords, kPiece, [&](std::int64_t begin, std::int64_t end) {
                sum += kernels::sum_words(words + begin, end - begin);
            });
        best = std::max(best, 4.0 * kWords / watch.seconds());
    }
    return best;
}

/// What LibTorch's sum reaches.
double device_bandwidth(c10::Device device) {
    constexpr std::int64_t kFloats = std::int64_t{256} << 20;
    const at::Tensor memory = at::ones({kFloats}, at::device(device).dtype(c10::kFloat));
    double best = 0;
    for (int pass = 0; pass < 8; ++pass) {
        wait_for(device);
        const Stopwatch watch;
        const at::Tensor sum = memory.sum();
        wait_for(device);
        best = std::max(best, 4.0 * kFloats / watch.seconds());
    }
    return best;
}

}  // namespace

void wait_for(c10::Device device) {
    // A copy to the host comes after all that was asked for.
    if (!device.is_cpu()) at::zeros({1}, at::device(device)).cpu();
}

double read_bandwidth(c10::Device device) {
    return device.is_cpu() ? host_bandwidth() : device_bandwidth(device);
}

double matrix_peak(c10::ScalarType type, c10::Device device) {
    const std::int64_t side = device.is_cuda() ? 8192 : 2048;
    const bool is_integer = type == c10::kChar;
    const auto random = [&] {
        return (at::randn({side, side}, at::device(device)) * (is_integer ? 30 : 1)).to(type);
    };
    const at::Tensor a = random(), b = random();
    double best = 0;
    for (int pass = 0; pass < 4; ++pass) {
        wait_for(device);
        const Stopwatch watch;
        const at::Tensor product = is_integer ? at::_int_mm(a, b.t()) : at::linear(a, b);
        wait_for(device);
        const auto length = static_cast<double>(side);
        best = std::max(best, 2 * length * length * length / watch.seconds());
    }
    return best;
}

}  // namespace univi::bench
