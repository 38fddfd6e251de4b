#pragma once

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>
#include <string_view>

namespace univi::model {

/// Returns the type of a weight that options name "fp32", "fp16" or "bf16".
std::optional<c10::ScalarType> dtype_named(std::string_view name);
/// The same names for reports, also "fp64"; LibTorch's own for other types.
std::string dtype_name(c10::ScalarType type);

/// Returns the type that torch_dtype of config.json names "float32", "float16" or "bfloat16".
std::optional<c10::ScalarType> torch_dtype_named(std::string_view name);
/// The same names; empty for other types.
std::string torch_dtype_name(c10::ScalarType type);

}  // namespace univi::model
