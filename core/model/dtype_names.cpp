#include "core/model/dtype_names.h"

#include <algorithm>

namespace univi::model {
namespace {

struct Names {
    c10::ScalarType type;
    std::string_view option, torch;
};

constexpr Names kNames[] = {{c10::kFloat, "fp32", "float32"},
                            {c10::kHalf, "fp16", "float16"},
                            {c10::kBFloat16, "bf16", "bfloat16"}};

std::optional<c10::ScalarType> find(std::string_view Names::*field, std::string_view name) {
    const auto* found = std::ranges::find(kNames, name, field);
    return found == std::end(kNames) ? std::nullopt : std::optional(found->type);
}

}  // namespace

std::optional<c10::ScalarType> dtype_named(std::string_view name) {
    return find(&Names::option, name);
}

std::string dtype_name(c10::ScalarType type) {
    const auto* found = std::ranges::find(kNames, type, &Names::type);
    if (found != std::end(kNames)) return std::string(found->option);
    return type == c10::kDouble ? "fp64" : c10::toString(type);
}

std::optional<c10::ScalarType> torch_dtype_named(std::string_view name) {
    return find(&Names::torch, name);
}

std::string torch_dtype_name(c10::ScalarType type) {
    const auto* found = std::ranges::find(kNames, type, &Names::type);
    return found == std::end(kNames) ? std::string() : std::string(found->torch);
}

}  // namespace univi::model
