#include "core/model/tensor_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

namespace univi::model {

namespace {

// smaller ones stay in the C library's heap
constexpr std::size_t kSmallest = std::size_t{128} << 10;
// kept over the peak, so that a small peak is not pressed
constexpr std::size_t kSlack = std::size_t{16} << 20;

/// Sizes come in steps of a sixteenth, so that lengths which differ a little share blocks.
std::size_t block_size(std::size_t bytes) {
    const std::size_t step = std::max<std::size_t>(4096, std::bit_floor(bytes) / 16);
    return (bytes + step - 1) / step * step;
}

class TensorMemory final : public c10::Allocator {
  public:
    c10::DataPtr allocate(std::size_t bytes) override {
        if (bytes < kSmallest) return c10::GetDefaultCPUAllocator()->allocate(bytes);
        void* data = take(block_size(bytes));
        return {data, data, &release, c10::Device(c10::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t count) const override {
        std::memcpy(to, from, count);
    }

    static TensorMemory& instance() {
        static auto* memory = new TensorMemory;  // tensors may outlive every destructor
        return *memory;
    }
    TensorMemoryState state() {
        const std::lock_guard lock(mutex_);
        return {static_cast<std::int64_t>(live_), static_cast<std::int64_t>(mapped_),
                static_cast<std::int64_t>(peak_)};
    }

  private:
    struct Kept {
        void* data;
        std::size_t size;
    };
    using KeptList = std::list<Kept>;

    static void release(void* data) {
        if (data && !instance().keep(data)) c10::free_cpu(data);
    }

    void* take(std::size_t size) {
        const std::lock_guard lock(mutex_);
        void* data = take_kept(size);
        if (!data) data = map(size);
        live_ += size_of_[data];
        peak_ = std::max(peak_, live_);
        return data;
    }

    /// The smallest kept block that is at most an eighth too large, or null.
    void* take_kept(std::size_t size) {
        const auto found = by_size_.lower_bound(size);
        if (found == by_size_.end() || found->first > size + size / 8) return nullptr;
        void* data = found->second->data;
        kept_.erase(found->second);
        by_size_.erase(found);
        return data;
    }

    void* map(std::size_t size) {
        const std::size_t limit = std::max(peak_, live_ + size) + kSlack;
        while (mapped_ + size > limit && !kept_.empty()) unmap_oldest();
        void* data =
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data == MAP_FAILED) throw std::bad_alloc();
        mapped_ += size;
        size_of_[data] = size;
        return data;
    }

    bool keep(void* data) {
        const std::lock_guard lock(mutex_);
        const auto known = size_of_.find(data);
        if (known == size_of_.end()) return false;
        live_ -= known->second;
        kept_.push_front({data, known->second});
        by_size_.emplace(known->second, kept_.begin());
        return true;
    }

    void unmap_oldest() {
        const Kept oldest = kept_.back();
        const auto [begin, end] = by_size_.equal_range(oldest.size);
        by_size_.erase(std::find_if(
            begin, end, [&](const auto& each) { return each.second->data == oldest.data; }));
        kept_.pop_back();
        size_of_.erase(oldest.data);
        mapped_ -= oldest.size;
        ::munmap(oldest.data, oldest.size);
    }

    std::mutex mutex_;
    KeptList kept_;  ///< free blocks, the last used first
    std::multimap<std::size_t, KeptList::iterator> by_size_;
    std::unordered_map<void*, std::size_t> size_of_;  ///< of every mapped block
    std::size_t live_ = 0, mapped_ = 0, peak_ = 0;
};

}  // namespace

namespace {

/// Compiled kernels that oneDNN keeps, each some 0.1 to 0.6 MB: more than one step or one turn has
/// shapes. Lengths that vary hardly ever meet a shape again, so with the default of 1024 a process
/// fills some 600 MB in its first hundred steps.
constexpr const char* kKeptKernels = "64";

/// Two caches hold them, oneDNN's own and the one of LibTorch's binding; a kernel is freed when
/// both have let it go. Both read their variable at their first use. Whoever has set one decides.
void bound_kernel_caches() {
    ::setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", kKeptKernels, /*overwrite=*/0);
    ::setenv("LRU_CACHE_CAPACITY", kKeptKernels, /*overwrite=*/0);
}

/// Frames, files and scratch memory of this size and more go back to the system when they are
/// freed. By default glibc raises this limit to the largest block it ever freed, up to 32 MB, and
/// such blocks then break up its heap.
constexpr int kLargeBlock = 256 << 10;

void bound_heap() {
    ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
    ::mallopt(M_TRIM_THRESHOLD, 4 * kLargeBlock);
}

}  // namespace

void use_tensor_memory() {
    static std::once_flag once;
    std::call_once(once, [] {
        bound_kernel_caches();
        bound_heap();
        c10::SetCPUAllocator(&TensorMemory::instance(), /*priority=*/100);
    });
}

TensorMemoryState tensor_memory_state() {
    return TensorMemory::instance().state();
}

}  // namespace univi::model
