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

double read_bandwidth() {
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

double matrix_peak(c10::ScalarType type) {
    constexpr std::int64_t kSize = 2048;
    const bool is_integer = type == c10::kChar;
    const auto random = [&] {
        return (at::randn({kSize, kSize}) * (is_integer ? 30 : 1)).to(type);
    };
    const at::Tensor a = random(), b = random();
    double best = 0;
    for (int pass = 0; pass < 4; ++pass) {
        const Stopwatch watch;
        is_integer ? at::_int_mm(a, b.t()) : at::linear(a, b);
        best = std::max(best, 2.0 * kSize * kSize * kSize / watch.seconds());
    }
    return best;
}

}  // namespace univi::bench
