// The allocator of the fake device's tensors, over DeviceMemory.
#include <c10/core/CachingDeviceAllocator.h>

#include <cstring>

#include "tests/support/fake_device/fake_device.h"
#include "tests/support/fake_device/memory.h"
#include "tests/support/fake_device/streams.h"

namespace univi::test::fake {
namespace {

class Allocator final : public c10::DeviceAllocator {
  public:
    c10::DataPtr allocate(std::size_t bytes) override {
        const int device = current_device();
        void* data = DeviceMemory::instance().allocate(device, bytes);
        if (data) StreamOrder::instance().own(data, key_of(current_stream(device)));
        return {data,
                data,
                &release,
                {c10::DeviceType::PrivateUse1, static_cast<c10::DeviceIndex>(device)}};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t count) const override {
        DeviceMemory& memory = DeviceMemory::instance();
        void* source = const_cast<void*>(from);
        memory.open(to);
        memory.open(source);
        std::memcpy(to, from, count);
        memory.close(source);
        memory.close(to);
    }

    bool initialized() override { return true; }
    void emptyCache(c10::MempoolId_t) override {}
    void recordStream(const c10::DataPtr& data, c10::Stream stream) override {
        StreamOrder::instance().keep_for(data.get(), key_of(stream));
    }
    c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex device) override {
        constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
        const Counters now = DeviceMemory::instance().counters(device);
        c10::CachingDeviceAllocator::DeviceStats stats;
        for (auto* each : {&stats.allocated_bytes, &stats.reserved_bytes, &stats.active_bytes}) {
            (*each)[kAll].current = now.live_bytes;
            (*each)[kAll].peak = now.peak_bytes;
        }
        return stats;
    }
    void resetAccumulatedStats(c10::DeviceIndex) override {}
    void resetPeakStats(c10::DeviceIndex device) override { reset_peak(device); }
    std::pair<std::size_t, std::size_t> getMemoryInfo(c10::DeviceIndex device) override {
        DeviceMemory& memory = DeviceMemory::instance();
        const std::int64_t total = memory.limit(device);
        const std::int64_t free = total - memory.counters(device).live_bytes;
        return {static_cast<std::size_t>(free), static_cast<std::size_t>(total)};
    }

  private:
    static void release(void* data) {
        if (!data) return;
        StreamOrder::instance().forget(data);
        DeviceMemory::instance().free(data);
    }
};

[[maybe_unused]] const bool is_registered = [] {
    c10::SetAllocator(c10::DeviceType::PrivateUse1, new Allocator);
    return true;
}();

}  // namespace
}  // namespace univi::test::fake
