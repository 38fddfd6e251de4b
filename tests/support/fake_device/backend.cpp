// What LibTorch asks a device for: its guard with streams and events, its generators, its hooks.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <atomic>
#include <cstdlib>
#include <set>

#include "tests/support/fake_device/generator.h"
#include "tests/support/fake_device/memory.h"
#include "tests/support/fake_device/streams.h"

namespace univi::test::fake {
namespace {

constexpr c10::DeviceType kType = c10::DeviceType::PrivateUse1;

c10::Device device_at(int index) {
    return {kType, static_cast<c10::DeviceIndex>(index)};
}

/// What an event keeps between being recorded and waited for.
using Event = StreamOrder::Clock;

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return kType; }
    c10::Device exchangeDevice(c10::Device device) const override {
        const c10::Device before = getDevice();
        setDevice(device);
        return before;
    }
    c10::Device getDevice() const override { return device_at(current_device()); }
    void setDevice(c10::Device device) const override {
        TORCH_CHECK(device.index() < device_count(), "there is no device ", device.str());
        uncheckedSetDevice(device);
    }
    void uncheckedSetDevice(c10::Device device) const noexcept override {
        if (device.index() >= 0) set_current_device(device.index());
    }
    c10::Stream getStream(c10::Device device) const override {
        return current_stream(device.index() < 0 ? current_device() : device.index());
    }
    c10::Stream getDefaultStream(c10::Device device) const override {
        return c10::Stream(c10::Stream::DEFAULT, device);
    }
    c10::Stream getStreamFromGlobalPool(c10::Device device, bool) const override {
        return getNewStream(device);
    }
    c10::Stream getNewStream(c10::Device device, int = 0) const override {
        static std::atomic<c10::StreamId> last{0};
        return c10::Stream(c10::Stream::UNSAFE, device, ++last);
    }
    c10::Stream exchangeStream(c10::Stream stream) const override {
        return exchange_stream(stream);
    }
    void* getStreamNativeHandle(const c10::Stream stream) const override {
        return reinterpret_cast<void*>(stream.id());
    }
    void record(void** event, const c10::Stream& stream, const c10::DeviceIndex,
                const c10::EventFlag) const override {
        if (!*event) *event = new Event;
        *static_cast<Event*>(*event) = StreamOrder::instance().record(key_of(stream));
    }
    void block(void* event, const c10::Stream& stream) const override {
        if (event) StreamOrder::instance().wait(key_of(stream), *static_cast<Event*>(event));
    }
    bool queryEvent(void*) const override { return true; }
    void destroyEvent(void* event, const c10::DeviceIndex) const noexcept override {
        delete static_cast<Event*>(event);
    }
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream& stream) const override {
        StreamOrder::instance().host_waits(key_of(stream));
        note_wait(stream.device_index(), "synchronizeStream");
    }
    void synchronizeEvent(void* event) const override {
        if (event) StreamOrder::instance().host_waits(*static_cast<Event*>(event));
        note_wait(current_device(), "synchronizeEvent");
    }
    void synchronizeDevice(const c10::DeviceIndex device) const override {
        StreamOrder::instance().host_waits(static_cast<int>(device));
        note_wait(device, "synchronizeDevice");
    }
    void recordDataPtrOnStream(const c10::DataPtr& data, const c10::Stream& stream) const override {
        StreamOrder::instance().keep_for(data.get(), key_of(stream));
    }
    c10::DeviceIndex deviceCount() const noexcept override {
        return static_cast<c10::DeviceIndex>(device_count());
    }
};

/// Page-locked memory of the host: ordinary memory whose addresses are known.
class PinnedMemory final : public c10::Allocator {
  public:
    static PinnedMemory& instance() {
        static auto* memory = new PinnedMemory;
        return *memory;
    }
    c10::DataPtr allocate(std::size_t bytes) override {
        void* data = bytes ? std::aligned_alloc(64, (bytes + 63) / 64 * 64) : nullptr;
        const std::lock_guard lock(mutex_);
        if (data) ranges_[data] = bytes;
        return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t count) const override {
        default_copy_data(to, from, count);
    }
    bool holds(const void* data) {
        const std::lock_guard lock(mutex_);
        const auto after = ranges_.upper_bound(data);
        if (after == ranges_.begin()) return false;
        const auto& [begin, bytes] = *std::prev(after);
        return static_cast<const char*>(data) < static_cast<const char*>(begin) + bytes;
    }

  private:
    static void release(void* data) {
        {
            const std::lock_guard lock(instance().mutex_);
            instance().ranges_.erase(data);
        }
        std::free(data);
    }
    std::mutex mutex_;
    std::map<const void*, std::size_t> ranges_;
};

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    c10::DeviceIndex deviceCount() const override {
        return static_cast<c10::DeviceIndex>(device_count());
    }
    void setCurrentDevice(c10::DeviceIndex device) const override { set_current_device(device); }
    c10::DeviceIndex getCurrentDevice() const override {
        return static_cast<c10::DeviceIndex>(current_device());
    }
    c10::DeviceIndex exchangeDevice(c10::DeviceIndex device) const override {
        const auto before = getCurrentDevice();
        set_current_device(device);
        return before;
    }
    c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex device) const override {
        return exchangeDevice(device);
    }
    const at::Generator& getDefaultGenerator(c10::DeviceIndex device) const override {
        return default_generator(device < 0 ? current_device() : device);
    }
    at::Generator getNewGenerator(c10::DeviceIndex device) const override {
        return make_generator(device < 0 ? current_device() : device);
    }
    at::Device getDeviceFromPtr(void* data) const override {
        return device_at(DeviceMemory::instance().device_of(data));
    }
    bool isPinnedPtr(const void* data) const override {
        return PinnedMemory::instance().holds(data);
    }
    c10::Allocator* getPinnedMemoryAllocator() const override { return &PinnedMemory::instance(); }
    void resizePrivateUse1Bytes(const c10::Storage& storage, std::size_t bytes) const override {
        TORCH_CHECK(false, "the fake device does not resize a storage of ", storage.nbytes(),
                    " to ", bytes, " bytes");
    }
};

/// Loading the library makes the device.
[[maybe_unused]] const bool is_registered = [] {
    c10::register_privateuse1_backend("fake");
    c10::impl::registerDeviceGuard(kType, new Guard);
    at::RegisterPrivateUse1HooksInterface(new Hooks);
    return true;
}();

}  // namespace
}  // namespace univi::test::fake
