#include "tests/support/fake_device/memory.h"

#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>

namespace univi::test::fake {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kRange = std::size_t{1} << 36;  ///< addresses of a device
constexpr std::int64_t kNoLimit = std::int64_t{1} << 40;

std::int64_t number_from(const char* name, std::int64_t otherwise) {
    const char* text = std::getenv(name);
    return text && *text ? std::atoll(text) : otherwise;
}

/// The memory that UNIVI_FAKE_MEMORY gives a device; the last number holds for the rest.
std::int64_t memory_from_environment(int device) {
    const char* text = std::getenv("UNIVI_FAKE_MEMORY");
    if (!text || !*text) return kNoLimit;
    std::istringstream list(text);
    std::int64_t value = kNoLimit;
    std::string part;
    for (int i = 0; i <= device && std::getline(list, part, ','); ++i)
        value = std::atoll(part.c_str());
    return value;
}

[[noreturn]] void out_of_memory(int device, std::size_t bytes, std::int64_t limit,
                                std::int64_t live) {
    std::ostringstream text;
    text << "fake out of memory. Tried to allocate " << bytes << " bytes. fake:" << device
         << " has a total capacity of " << limit << " bytes of which " << limit - live
         << " bytes are free.";
    throw c10::OutOfMemoryError(
        c10::SourceLocation{__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)}, text.str());
}

void protect(std::uintptr_t address, std::size_t bytes, int rights) {
    if (::mprotect(reinterpret_cast<void*>(address), bytes, rights) != 0)
        throw std::runtime_error("the fake device's pages cannot be protected");
}

}  // namespace

int device_count() {
    static const int count =
        static_cast<int>(std::clamp<std::int64_t>(number_from("UNIVI_FAKE_DEVICES", 2), 1, 16));
    return count;
}

DeviceMemory& DeviceMemory::instance() {
    static auto* memory = new DeviceMemory;  // tensors may outlive every destructor
    return *memory;
}

DeviceMemory::DeviceMemory() : devices_(static_cast<std::size_t>(device_count())) {
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        void* range =
            ::mmap(nullptr, kRange, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED)
            throw std::runtime_error("there are no addresses for the memory of a fake device");
        devices_[i].begin = reinterpret_cast<std::uintptr_t>(range);
        devices_[i].free[devices_[i].begin] = kRange;
        devices_[i].limit = memory_from_environment(static_cast<int>(i));
    }
}

int DeviceMemory::device_of(const void* address) const {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    for (std::size_t i = 0; i < devices_.size(); ++i)
        if (at >= devices_[i].begin && at < devices_[i].begin + kRange) return static_cast<int>(i);
    return -1;
}

void* DeviceMemory::block_of(const void* address) const {
    const int index = device_of(address);
    if (index < 0) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto& blocks = devices_[static_cast<std::size_t>(index)].blocks;
    const auto after = blocks.upper_bound(reinterpret_cast<std::uintptr_t>(address));
    return after == blocks.begin() ? nullptr : reinterpret_cast<void*>(std::prev(after)->first);
}

/// First fit.
std::uintptr_t DeviceMemory::take(Device& device, std::size_t pages) {
    for (auto each = device.free.begin(); each != device.free.end(); ++each) {
        const auto [address, size] = *each;
        if (size < pages) continue;
        device.free.erase(each);
        if (size > pages) device.free[address + pages] = size - pages;
        return address;
    }
    throw std::bad_alloc();
}

void DeviceMemory::give_back(Device& device, std::uintptr_t address, std::size_t pages) {
    auto next = device.free.lower_bound(address);
    if (next != device.free.end() && address + pages == next->first) {
        pages += next->second;
        next = device.free.erase(next);
    }
    if (next != device.free.begin()) {
        const auto before = std::prev(next);
        if (before->first + before->second == address) {
            before->second += pages;
            return;
        }
    }
    device.free[address] = pages;
}

void* DeviceMemory::allocate(int index, std::size_t bytes) {
    if (bytes == 0) return nullptr;
    const std::lock_guard lock(mutex_);
    Device& device = devices_.at(static_cast<std::size_t>(index));
    Counters& counters = device.counters;
    if (bytes > static_cast<std::size_t>(std::max<std::int64_t>(0, device.limit)) ||
        counters.live_bytes + static_cast<std::int64_t>(bytes) > device.limit)
        out_of_memory(index, bytes, device.limit, counters.live_bytes);
    const std::size_t pages = (bytes + kPage - 1) / kPage * kPage;
    const std::uintptr_t address = take(device, pages);
    device.blocks[address] = {pages, bytes, 0};
    ++counters.allocations;
    counters.live_bytes += static_cast<std::int64_t>(bytes);
    counters.peak_bytes = std::max(counters.peak_bytes, counters.live_bytes);
    return reinterpret_cast<void*>(address);
}

void DeviceMemory::free(void* block) {
    const int index = device_of(block);
    if (index < 0) return;
    const std::lock_guard lock(mutex_);
    Device& device = devices_[static_cast<std::size_t>(index)];
    const auto found = device.blocks.find(reinterpret_cast<std::uintptr_t>(block));
    if (found == device.blocks.end()) return;
    const auto [address, freed] = *found;
    if (freed.opened > 0) protect(address, freed.pages, PROT_NONE);
    ::madvise(block, freed.pages, MADV_DONTNEED);
    device.counters.live_bytes -= static_cast<std::int64_t>(freed.bytes);
    device.blocks.erase(found);
    give_back(device, address, freed.pages);
}

void DeviceMemory::open(void* block) {
    const int index = device_of(block);
    if (index < 0) return;
    const std::lock_guard lock(mutex_);
    Block& known = devices_[static_cast<std::size_t>(index)].blocks.at(
        reinterpret_cast<std::uintptr_t>(block));
    if (known.opened++ == 0)
        protect(reinterpret_cast<std::uintptr_t>(block), known.pages, PROT_READ | PROT_WRITE);
}

void DeviceMemory::close(void* block) {
    const int index = device_of(block);
    if (index < 0) return;
    const std::lock_guard lock(mutex_);
    auto& blocks = devices_[static_cast<std::size_t>(index)].blocks;
    const auto found = blocks.find(reinterpret_cast<std::uintptr_t>(block));
    if (found == blocks.end() || --found->second.opened > 0) return;
    protect(found->first, found->second.pages, PROT_NONE);
}

void DeviceMemory::set_limit(int device, std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    devices_.at(static_cast<std::size_t>(device)).limit = bytes;
}

std::int64_t DeviceMemory::limit(int device) {
    const std::lock_guard lock(mutex_);
    return devices_.at(static_cast<std::size_t>(device)).limit;
}

Counters DeviceMemory::counters(int device) {
    const std::lock_guard lock(mutex_);
    return devices_.at(static_cast<std::size_t>(device)).counters;
}

}  // namespace univi::test::fake
