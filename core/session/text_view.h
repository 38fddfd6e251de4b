#pragma once
// Inside of core/session only.

#include <string_view>

#include "core/model/tensor_table.h"

namespace univi::session {

/// A text as a tensor U8 [bytes] of a file; `text` must outlive the view.
inline model::TensorView text_view(std::string_view text) {
    model::TensorView view;
    view.dtype = model::DType::U8;
    view.shape = {static_cast<std::int64_t>(text.size())};
    view.stride = {1};
    view.data = reinterpret_cast<const std::byte*>(text.data());
    view.bytes = text.size();
    return view;
}

inline std::string_view text_of(const model::TensorView& view) {
    return {reinterpret_cast<const char*>(view.data), view.bytes};
}

}  // namespace univi::session
