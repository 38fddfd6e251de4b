#include "tests/core/checkpoint/allocation_meter.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::ptrdiff_t> current{0}, peak{0}, base{0};

}  // namespace

#ifndef __SANITIZE_ADDRESS__

void* operator new(std::size_t size) {
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (!memory) throw std::bad_alloc();
    const auto now = current += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    for (auto seen = peak.load(); seen < now && !peak.compare_exchange_weak(seen, now);) {
    }
    return memory;
}

void operator delete(void* memory) noexcept {
    current -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

#endif

namespace univi::test {

bool peak_is_measured() {
#ifdef __SANITIZE_ADDRESS__
    return false;
#else
    return true;
#endif
}

std::size_t peak_since_reset() {
    return static_cast<std::size_t>(peak.load() - base.load());
}

void reset_peak() {
    base = current.load();
    peak = current.load();
}

}  // namespace univi::test
