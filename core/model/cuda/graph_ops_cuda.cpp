// Recording and replaying of CUDA graphs behind the operators of decode_ops.h. Built into
// libunivi_cuda.so.
#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include <map>
#include <mutex>

namespace univi::model::cuda {
namespace {

struct Graph {
    at::cuda::CUDAGraph graph;
    /// What is recorded runs on a stream of its own, as capture wants.
    std::optional<c10::cuda::CUDAStreamGuard> recording;
};

std::mutex mutex;
std::map<std::int64_t, std::unique_ptr<Graph>>& graphs() {
    static auto* all = new std::map<std::int64_t, std::unique_ptr<Graph>>;  // outlives CUDA
    return *all;
}

Graph& graph_numbered(std::int64_t number) {
    const std::lock_guard lock(mutex);
    const auto found = graphs().find(number);
    TORCH_CHECK(found != graphs().end(), "there is no such CUDA graph");
    return *found->second;
}

/// What was asked for before is done when the recording begins.
std::int64_t graph_begin(const at::Tensor& on) {
    const c10::cuda::CUDAGuard guard(on.device());
    c10::cuda::getCurrentCUDAStream().synchronize();
    auto own = std::make_unique<Graph>();
    own->recording.emplace(c10::cuda::getStreamFromPool(false, on.device().index()));
    own->graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    const std::lock_guard lock(mutex);
    static std::int64_t last = 0;
    graphs()[++last] = std::move(own);
    return last;
}

void graph_end(const at::Tensor& on, std::int64_t number) {
    Graph& own = graph_numbered(number);
    try {
        own.graph.capture_end();
    } catch (...) {
        own.recording.reset();
        throw;
    }
    own.recording.reset();
}

void graph_replay(const at::Tensor& on, std::int64_t number) {
    const c10::cuda::CUDAGuard guard(on.device());
    graph_numbered(number).graph.replay();
}

void graph_free(const at::Tensor& on, std::int64_t number) {
    const c10::cuda::CUDAGuard guard(on.device());
    // What is replayed may still run.
    c10::cuda::getCurrentCUDAStream().synchronize();
    const std::lock_guard lock(mutex);
    graphs().erase(number);
}

}  // namespace

TORCH_LIBRARY_IMPL(univi, CUDA, library) {
    library.impl("graph_begin", &graph_begin);
    library.impl("graph_end", &graph_end);
    library.impl("graph_replay", &graph_replay);
    library.impl("graph_free", &graph_free);
}

}  // namespace univi::model::cuda
