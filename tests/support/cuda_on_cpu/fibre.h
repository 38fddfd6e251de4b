#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace univi::cuda_on_cpu {

/// A flow of control with a stack of its own that one thread of the process goes in and out of.
/// AddressSanitizer and ThreadSanitizer are told of every switch.
class Fibre {
  public:
    Fibre();
    ~Fibre();
    Fibre(const Fibre&) = delete;
    Fibre& operator=(const Fibre&) = delete;

    /// Makes `body` what the next resume() begins. It must not throw. Only when nothing is left of
    /// the body before.
    void start(std::function<void()> body);
    /// Runs the body until it leaves or ends.
    void resume();
    /// Goes back to who resumed this fibre. Called inside of the body.
    void leave();
    bool is_done() const { return done_; }

  private:
    static void enter(unsigned high, unsigned low);
    void run();
    void switch_back(void** own_stack);

    std::unique_ptr<std::byte[]> stack_;
    std::function<void()> body_;
    ucontext_t own_{}, back_{};
    bool done_ = true;
    // What the sanitizers know this fibre and the one that resumed it by.
    void *own_fake_stack_ = nullptr, *back_fake_stack_ = nullptr;
    const void* back_bottom_ = nullptr;
    std::size_t back_size_ = 0;
    void *thread_fibre_ = nullptr, *back_thread_fibre_ = nullptr;
};

}  // namespace univi::cuda_on_cpu
