#pragma once

#include <cstring>
#include <type_traits>

#include "tests/support/cuda_on_cpu/block_runner.h"

namespace univi::cuda_on_cpu {

/// An element that a kernel touches through a CheckedPointer: every read and write is checked.
template <class T>
class CheckedElement {
  public:
    using Value = std::remove_const_t<T>;

    CheckedElement(T* at, TrackedMemory* memory) : at_(at), memory_(memory) {}
    CheckedElement(const CheckedElement&) = default;
    operator Value() const {
        memory_->read(at_, sizeof(T));
        return *at_;
    }
    CheckedElement& operator=(const Value& value) {
        memory_->write(at_, sizeof(T));
        *at_ = value;
        return *this;
    }
    CheckedElement& operator=(const CheckedElement& other) {
        return *this = static_cast<Value>(other);
    }
    CheckedElement& operator+=(const Value& value) {
        return *this = static_cast<Value>(*this) + value;
    }
    CheckedElement& operator*=(const Value& value) {
        return *this = static_cast<Value>(*this) * value;
    }

  private:
    T* at_;
    TrackedMemory* memory_;
};

/// What a plain pointer of a kernel is on the CPU. It belongs to one allocation or one shared
/// array and is good for nothing beyond it.
template <class T>
class CheckedPointer {
  public:
    CheckedPointer() = default;
    CheckedPointer(std::nullptr_t) {}
    CheckedPointer(T* at, TrackedMemory* memory) : at_(at), memory_(memory) {}
    /// Of the device's memory, as the arguments of a launch.
    CheckedPointer(T* at) : at_(at), memory_(at ? device_memory_at(at) : nullptr) {}
    template <class U>
    requires(std::is_const_v<T>&& std::is_same_v<const U, T>)
        CheckedPointer(const CheckedPointer<U>& other)
        : at_(other.at()), memory_(other.memory()) {}

    CheckedElement<T> operator[](std::int64_t index) const { return {at_ + index, checked()}; }
    CheckedElement<T> operator*() const { return {at_, checked()}; }
    CheckedPointer operator+(std::int64_t count) const { return {at_ + count, memory_}; }
    explicit operator bool() const { return at_ != nullptr; }
    friend bool operator==(const CheckedPointer& pointer, std::nullptr_t) {
        return pointer.at_ == nullptr;
    }

    T* at() const { return at_; }
    TrackedMemory* memory() const { return memory_; }

    /// Several elements at once; the address must be a multiple of their size.
    template <class Pack>
    Pack load() const {
        check_alignment(sizeof(Pack));
        checked()->read(at_, sizeof(Pack));
        Pack pack;
        std::memcpy(&pack, at_, sizeof(Pack));
        return pack;
    }
    template <class Pack>
    void store(const Pack& pack) const {
        check_alignment(sizeof(Pack));
        checked()->write(at_, sizeof(Pack));
        std::memcpy(at_, &pack, sizeof(Pack));
    }
    /// Returns the value before; `change` makes the new one of it.
    template <class Change>
    T update(Change change) const {
        checked()->update(at_, sizeof(T));
        const T before = *at_;
        *at_ = change(before);
        return before;
    }

  private:
    TrackedMemory* checked() const {
        if (!memory_) fail("a null pointer is read or written");
        return memory_;
    }
    void check_alignment(std::size_t size) const {
        if (reinterpret_cast<std::uintptr_t>(at_) % size != 0)
            fail(name_of(current_place().thread, current_place().block) + " takes " +
                 std::to_string(size) + " bytes at an address that is not a multiple of it");
    }

    T* at_ = nullptr;
    TrackedMemory* memory_ = nullptr;
};

template <class T>
CheckedPointer<T> shared_pointer(TrackedMemory& memory) {
    return {reinterpret_cast<T*>(memory.begin()), &memory};
}

}  // namespace univi::cuda_on_cpu
