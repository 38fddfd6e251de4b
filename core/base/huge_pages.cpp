#include "core/base/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace univi::base {

void use_huge_pages(void* memory, std::size_t bytes) {
    constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage,
                         last = (begin + bytes) / kPage * kPage;
    if (first < last)
        ::madvise(static_cast<std::byte*>(memory) + (first - begin), last - first, MADV_HUGEPAGE);
}

}  // namespace univi::base
