#include "tests/support/cuda_on_cpu/fibre.h"

#include <cstdint>
#include <stdexcept>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace univi::cuda_on_cpu {
namespace {

/// Enough for a kernel's registers under a sanitizer; only touched pages take memory.
constexpr std::size_t kStackBytes = std::size_t{1} << 16;

}  // namespace

Fibre::Fibre() : stack_(new std::byte[kStackBytes]) {
#if defined(__SANITIZE_THREAD__)
    thread_fibre_ = __tsan_create_fiber(0);
#endif
}

Fibre::~Fibre() {
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(thread_fibre_);
#endif
}

void Fibre::start(std::function<void()> body) {
    if (!done_) throw std::logic_error("a fibre was started while its body ran");
    body_ = std::move(body);
    done_ = false;
    getcontext(&own_);
    own_.uc_stack.ss_sp = stack_.get();
    own_.uc_stack.ss_size = kStackBytes;
    own_.uc_link = nullptr;
    // makecontext passes integers of 32 bits.
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&own_, reinterpret_cast<void (*)()>(&Fibre::enter), 2,
                static_cast<unsigned>(std::uint64_t{self} >> 32), static_cast<unsigned>(self));
}

void Fibre::enter(unsigned high, unsigned low) {
    const std::uint64_t self = std::uint64_t{high} << 32 | low;
    reinterpret_cast<Fibre*>(static_cast<std::uintptr_t>(self))->run();
}

void Fibre::run() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &back_bottom_, &back_size_);
#endif
    body_();
    done_ = true;
    switch_back(nullptr);
}

void Fibre::resume() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&back_fake_stack_, stack_.get(), kStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
    back_thread_fibre_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(thread_fibre_, 0);
#endif
    swapcontext(&back_, &own_);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(back_fake_stack_, nullptr, nullptr);
#endif
}

void Fibre::leave() {
    switch_back(&own_fake_stack_);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(own_fake_stack_, &back_bottom_, &back_size_);
#endif
}

/// Without a place for what AddressSanitizer keeps of this stack, it is given up.
void Fibre::switch_back([[maybe_unused]] void** own_stack) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(own_stack, back_bottom_, back_size_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(back_thread_fibre_, 0);
#endif
    swapcontext(&own_, &back_);
}

}  // namespace univi::cuda_on_cpu
