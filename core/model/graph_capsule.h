#pragma once

#include <ATen/core/ivalue.h>

#include <utility>

namespace univi::model {

/// What an autograd function keeps from forward to backward besides tensors. The graph owns it.
template <typename T>
struct GraphCapsule : torch::CustomClassHolder {
    explicit GraphCapsule(T kept) : value(std::move(kept)) {}
    T value;
};

/// `value` as an entry of AutogradContext::saved_data, which lives as long as the graph.
template <typename T>
c10::IValue to_capsule(T value) {
    return c10::IValue::make_capsule(c10::make_intrusive<GraphCapsule<T>>(std::move(value)));
}

/// The value of such an entry, for as long as the entry lives. Throws std::bad_cast for another
/// type than it was made with.
template <typename T>
const T& from_capsule(const c10::IValue& entry) {
    return dynamic_cast<const GraphCapsule<T>&>(*entry.toCapsule()).value;
}

}  // namespace univi::model
