#include "core/model/decode_ops.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

namespace univi::model {
namespace {

using at::Tensor;
using Optional = std::optional<Tensor>;

template <class Signature>
c10::TypedOperatorHandle<Signature> find(const char* name) {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

Optional if_defined(const Tensor& tensor) {
    return tensor.defined() ? Optional(tensor) : std::nullopt;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(univi, library) {
    library.def("quantized_product(Tensor x, Tensor codes, Tensor scales) -> Tensor");
    library.def("add_rms_norm(Tensor(a!) x, Tensor? added, Tensor weight, float eps) -> Tensor");
    library.def("swiglu(Tensor gate, Tensor up) -> Tensor");
    library.def(
        "rotary_to_cache(Tensor query, Tensor keys, Tensor values, Tensor cosines, Tensor sines, "
        "Tensor position, Tensor(a!) key_cache, Tensor(b!) value_cache) -> Tensor");
    library.def(
        "attend_one(Tensor query, Tensor keys, Tensor values, Tensor position, "
        "Tensor(a!)? shares) -> Tensor");
    library.def("graph_begin(Tensor on) -> int");
    library.def("graph_end(Tensor on, int graph) -> ()");
    library.def("graph_replay(Tensor on, int graph) -> ()");
    library.def("graph_free(Tensor on, int graph) -> ()");
}

Tensor call_quantized_product(const Tensor& x, const Tensor& codes, const Tensor& scales) {
    static const auto op =
        find<Tensor(const Tensor&, const Tensor&, const Tensor&)>("univi::quantized_product");
    return op.call(x, codes, scales);
}

Tensor call_add_rms_norm(const Tensor& x, const Tensor& added, const Tensor& weight, double eps) {
    static const auto op =
        find<Tensor(const Tensor&, const Optional&, const Tensor&, double)>("univi::add_rms_norm");
    return op.call(x, if_defined(added), weight, eps);
}

Tensor call_swiglu(const Tensor& gate, const Tensor& up) {
    static const auto op = find<Tensor(const Tensor&, const Tensor&)>("univi::swiglu");
    return op.call(gate, up);
}

Tensor call_rotary_to_cache(const Tensor& query, const Tensor& keys, const Tensor& values,
                            const RotaryAngles& angles, const LayerMemory& cache) {
    static const auto op =
        find<Tensor(const Tensor&, const Tensor&, const Tensor&, const Tensor&, const Tensor&,
                    const Tensor&, const Tensor&, const Tensor&)>("univi::rotary_to_cache");
    return op.call(query, keys, values, angles.cosines, angles.sines, angles.position, cache.keys,
                   cache.values);
}

Tensor call_attend_one(const Tensor& query, const LayerMemory& cache, const Tensor& position,
                       const Tensor& shares) {
    static const auto op =
        find<Tensor(const Tensor&, const Tensor&, const Tensor&, const Tensor&, const Optional&)>(
            "univi::attend_one");
    return op.call(query, cache.keys, cache.values, position, if_defined(shares));
}

bool attends_heads_of(std::int64_t head_dim) {
    return head_dim >= 4 &&
           (head_dim <= 128 ? head_dim % 4 == 0 : head_dim <= 256 && head_dim % 8 == 0);
}

DeviceGraph::DeviceGraph(const Tensor& on)
    : on_(on), number_(find<std::int64_t(const Tensor&)>("univi::graph_begin").call(on)) {}

DeviceGraph::~DeviceGraph() {
    // A device that is lost has nothing left to free.
    try {
        if (!is_finished_) finish();
    } catch (const std::exception&) {
    }
    try {
        find<void(const Tensor&, std::int64_t)>("univi::graph_free").call(on_, number_);
    } catch (const std::exception&) {
    }
}

void DeviceGraph::finish() {
    is_finished_ = true;
    find<void(const Tensor&, std::int64_t)>("univi::graph_end").call(on_, number_);
}

void DeviceGraph::replay() const {
    static const auto op = find<void(const Tensor&, std::int64_t)>("univi::graph_replay");
    op.call(on_, number_);
}

}  // namespace univi::model
