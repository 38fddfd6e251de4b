#pragma once

#include <cstddef>

namespace univi::test::fake_nccl {

/// A type of NCCL's: the bytes of a value, and the sum of values in place.
struct Type {
    std::size_t bytes;
    void (*add)(char* total, const char* more, std::size_t count);
};

/// Returns what nccl.h calls by this number, or null.
const Type* type_of(int number);

}  // namespace univi::test::fake_nccl
