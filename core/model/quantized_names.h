#pragma once

#include <array>

#include "core/model/quantized_weight.h"

namespace univi::model {

// How folders hold a matrix "X.weight" [out,in] in fewer bits (univi-cli quantize): its parts
// (QuantizedWeight::Parts) are tensors of their own, "X.weight.int8" or "X.weight.int4" and
// "X.weight.scales".

struct StoredKind {
    Quantization::Kind kind;
    int bits;
    const char* name;    ///< of the precision
    const char* suffix;  ///< of the codes' name
};

inline constexpr std::array<StoredKind, 2> kStoredKinds{
    {{Quantization::Kind::Int8, 8, "int8", ".int8"},
     {Quantization::Kind::Int4, 4, "int4", ".int4"}}};
inline constexpr const char* kScalesSuffix = ".scales";

/// Returns the stored kind of so many bits; null for another number.
inline const StoredKind* stored_kind(int bits) {
    for (const StoredKind& each : kStoredKinds)
        if (each.bits == bits) return &each;
    return nullptr;
}

/// Returns the stored kind of a quantization; null for those that no folder holds.
inline const StoredKind* stored_kind(Quantization::Kind kind) {
    for (const StoredKind& each : kStoredKinds)
        if (each.kind == kind) return &each;
    return nullptr;
}

}  // namespace univi::model
