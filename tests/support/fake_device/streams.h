#pragma once

#include <c10/core/Stream.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace univi::test::fake {

/// Keeps the order that streams, events and waits of the host establish (a vector clock for each
/// stream), and finds memory that is used without that order. Operators run at once, so a fault
/// changes no result here; on a GPU it would. Thread-safe.
class StreamOrder {
  public:
    using StreamKey = std::pair<int, c10::StreamId>;  ///< device and stream

    static StreamOrder& instance();

    /// A block is taken for a stream, which may use it again at once after it was given back.
    void own(const void* block, const StreamKey& stream);
    /// An operator on `stream` reads or writes a block of memory.
    void use(const StreamKey& stream, const void* block, bool writes, const std::string& what);
    /// The memory of a block is given back by the host.
    void forget(const void* block);
    /// A block may be given back while this stream still uses it.
    void keep_for(const void* block, const StreamKey& stream);

    /// Returns what the stream has seen, as an event keeps it.
    using Clock = std::map<StreamKey, std::uint64_t>;
    Clock record(const StreamKey& stream);
    /// The stream waits for what an event kept.
    void wait(const StreamKey& stream, const Clock& event);
    /// The host waits for a stream, an event or a whole device.
    void host_waits(const StreamKey& stream);
    void host_waits(const Clock& event);
    void host_waits(int device);

    std::vector<std::string> take_faults();

  private:
    struct Uses {
        StreamKey writer{-1, 0};
        std::uint64_t written = 0;
        Clock reads;
        StreamKey owner{-1, 0};  ///< the stream that it was taken for
        std::set<StreamKey> kept_for;
    };
    bool sees(const StreamKey& stream, const StreamKey& other, std::uint64_t tick);
    static void merge(Clock& into, const Clock& from);

    std::mutex mutex_;
    std::map<StreamKey, Clock> clocks_;  ///< what each stream has seen, itself included
    Clock host_;
    std::map<const void*, Uses> uses_;
    std::vector<std::string> faults_;
};

/// The calling thread's current device and its current stream on a device.
int current_device();
void set_current_device(int device);
c10::Stream current_stream(int device);
c10::Stream exchange_stream(c10::Stream stream);
StreamOrder::StreamKey key_of(const c10::Stream& stream);
/// Counts a wait of the host for a device, by the name of what waited.
void note_wait(int device, const std::string& what);

}  // namespace univi::test::fake
