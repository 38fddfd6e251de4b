#include "tests/support/fake_device/streams.h"

#include <c10/core/DeviceType.h>

#include <algorithm>
#include <array>

namespace univi::test::fake {
namespace {

std::string name_of(const StreamOrder::StreamKey& stream) {
    return "stream " + std::to_string(stream.second) + " of fake:" + std::to_string(stream.first);
}

thread_local int device_now = 0;
thread_local std::array<c10::StreamId, 16> stream_now = {};

}  // namespace

StreamOrder& StreamOrder::instance() {
    static auto* order = new StreamOrder;
    return *order;
}

void StreamOrder::merge(Clock& into, const Clock& from) {
    for (const auto& [stream, tick] : from) into[stream] = std::max(into[stream], tick);
}

bool StreamOrder::sees(const StreamKey& stream, const StreamKey& other, std::uint64_t tick) {
    return stream == other || clocks_[stream][other] >= tick;
}

void StreamOrder::own(const void* block, const StreamKey& stream) {
    const std::lock_guard lock(mutex_);
    uses_[block] = {};
    uses_[block].owner = stream;
}

void StreamOrder::use(const StreamKey& stream, const void* block, bool writes,
                      const std::string& what) {
    if (!block) return;
    const std::lock_guard lock(mutex_);
    Clock& clock = clocks_[stream];
    merge(clock, host_);
    const std::uint64_t now = ++clock[stream];
    Uses& uses = uses_[block];
    if (uses.writer.first >= 0 && !sees(stream, uses.writer, uses.written))
        faults_.push_back(what + " on " + name_of(stream) + " uses what " + name_of(uses.writer) +
                          " writes, without waiting for it");
    if (!writes) {
        uses.reads[stream] = now;
        return;
    }
    for (const auto& [reader, tick] : uses.reads)
        if (!sees(stream, reader, tick))
            faults_.push_back(what + " on " + name_of(stream) + " overwrites what " +
                              name_of(reader) + " reads, without waiting for it");
    uses.reads.clear();
    uses.writer = stream;
    uses.written = now;
}

void StreamOrder::forget(const void* block) {
    const std::lock_guard lock(mutex_);
    const auto found = uses_.find(block);
    if (found == uses_.end()) return;
    const Uses& uses = found->second;
    Clock last = uses.reads;
    if (uses.writer.first >= 0) last[uses.writer] = std::max(last[uses.writer], uses.written);
    for (const auto& [stream, tick] : last)
        if (!uses.kept_for.contains(stream) && host_[stream] < tick &&
            !sees(uses.owner, stream, tick))
            faults_.push_back("memory of " + name_of(uses.owner) + " is given back while " +
                              name_of(stream) + " still uses it");
    uses_.erase(found);
}

void StreamOrder::keep_for(const void* block, const StreamKey& stream) {
    const std::lock_guard lock(mutex_);
    uses_[block].kept_for.insert(stream);
}

StreamOrder::Clock StreamOrder::record(const StreamKey& stream) {
    const std::lock_guard lock(mutex_);
    return clocks_[stream];
}

void StreamOrder::wait(const StreamKey& stream, const Clock& event) {
    const std::lock_guard lock(mutex_);
    merge(clocks_[stream], event);
}

void StreamOrder::host_waits(const StreamKey& stream) {
    const std::lock_guard lock(mutex_);
    merge(host_, clocks_[stream]);
}

void StreamOrder::host_waits(const Clock& event) {
    const std::lock_guard lock(mutex_);
    merge(host_, event);
}

void StreamOrder::host_waits(int device) {
    const std::lock_guard lock(mutex_);
    for (const auto& [stream, clock] : clocks_)
        if (stream.first == device) merge(host_, clock);
}

std::vector<std::string> StreamOrder::take_faults() {
    const std::lock_guard lock(mutex_);
    return std::exchange(faults_, {});
}

int current_device() {
    return device_now;
}

void set_current_device(int device) {
    device_now = device;
}

c10::Stream current_stream(int device) {
    const c10::Device place(c10::DeviceType::PrivateUse1, static_cast<c10::DeviceIndex>(device));
    return c10::Stream(c10::Stream::UNSAFE, place, stream_now.at(static_cast<std::size_t>(device)));
}

c10::Stream exchange_stream(c10::Stream stream) {
    const c10::Stream before = current_stream(stream.device_index());
    stream_now.at(static_cast<std::size_t>(stream.device_index())) = stream.id();
    return before;
}

StreamOrder::StreamKey key_of(const c10::Stream& stream) {
    return {stream.device_index(), stream.id()};
}

}  // namespace univi::test::fake
