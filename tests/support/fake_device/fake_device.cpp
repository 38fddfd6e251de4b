#include "tests/support/fake_device/fake_device.h"

#include <c10/util/Exception.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include "tests/support/fake_device/losses.h"
#include "tests/support/fake_device/memory.h"
#include "tests/support/fake_device/streams.h"

namespace univi::test::fake {
namespace {

constexpr std::int64_t kNever = -1;
constexpr std::size_t kMostWaits = 10000;

/// Operators that are left until each device is lost.
std::array<std::atomic<std::int64_t>, 16>& operators_left() {
    static auto& left = *[] {
        auto* made = new std::array<std::atomic<std::int64_t>, 16>;
        for (auto& each : *made) each = kNever;
        int device = 0;
        long long operators = 0;
        const char* text = std::getenv("UNIVI_FAKE_LOST");
        if (text && std::sscanf(text, "%d:%lld", &device, &operators) == 2)
            made->at(static_cast<std::size_t>(device)) = operators;
        return made;
    }();
    return left;
}

std::mutex waits_mutex;
std::vector<std::string> waits;

struct sigaction before;  // what handled faults before this library

/// Says what happened before the program ends by it. Only what a signal handler may call.
void on_fault(int signal, siginfo_t* info, void* context) {
    const int device = DeviceMemory::instance().device_of(info->si_addr);
    if (device >= 0) {
        char text[] = "Host code touched the memory of fake:N outside of an operator.\n";
        *std::strchr(text, 'N') = static_cast<char>('0' + device);
        [[maybe_unused]] const auto written = ::write(2, text, sizeof text - 1);
    }
    ::sigaction(signal, &before, nullptr);  // the access is repeated and ends the program
}

void write_report(const char* path) {
    std::FILE* file = std::fopen(path, "w");
    if (!file) return;
    const std::vector<std::string> faults = take_stream_faults();
    for (const std::string& fault : faults) std::fprintf(stderr, "%s\n", fault.c_str());
    const std::size_t stream_faults = faults.size();
    for (int i = 0; i < device_count(); ++i) {
        const Counters c = counters(i);
        std::fprintf(
            file,
            "%s{\"device\":\"fake:%d\",\"operators\":%lld,\"host_to_device\":%lld,"
            "\"device_to_host\":%lld,\"between_devices\":%lld,\"synchronisations\":%lld,"
            "\"allocations\":%lld,\"live_bytes\":%lld,\"peak_bytes\":%lld,"
            "\"stream_faults\":%zu}",
            i == 0 ? "[" : ",", i, static_cast<long long>(c.operators),
            static_cast<long long>(c.host_to_device), static_cast<long long>(c.device_to_host),
            static_cast<long long>(c.between_devices), static_cast<long long>(c.synchronisations),
            static_cast<long long>(c.allocations), static_cast<long long>(c.live_bytes),
            static_cast<long long>(c.peak_bytes), stream_faults);
    }
    std::fputs("]\n", file);
    std::fclose(file);
}

[[maybe_unused]] const bool is_watching = [] {
    DeviceMemory::instance();  // the handler must not make it
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigaction(SIGSEGV, &action, &before);
    if (std::getenv("UNIVI_FAKE_REPORT"))
        std::atexit([] {
            const std::string path = std::getenv("UNIVI_FAKE_REPORT");
            write_report((path + "." + std::to_string(::getpid())).c_str());
        });
    return true;
}();

}  // namespace

Counters counters(int device) {
    return DeviceMemory::instance().counters(device);
}

Counters operator-(const Counters& later, const Counters& earlier) {
    Counters result = later;
    for (std::int64_t Counters::*each :
         {&Counters::operators, &Counters::host_to_device, &Counters::host_to_device_bytes,
          &Counters::device_to_host, &Counters::device_to_host_bytes, &Counters::between_devices,
          &Counters::between_devices_bytes, &Counters::synchronisations, &Counters::allocations})
        result.*each -= earlier.*each;
    return result;
}

void reset_peak(int device) {
    DeviceMemory::instance().count(device, [](Counters& c) { c.peak_bytes = c.live_bytes; });
}

void set_memory(int device, std::int64_t bytes) {
    DeviceMemory::instance().set_limit(device, bytes);
}

void lose_after(int device, std::int64_t operators) {
    operators_left().at(static_cast<std::size_t>(device)) = operators < 0 ? kNever : operators;
}

MemoryUse::MemoryUse(const void* address, const void* stream, bool writes, const std::string& what)
    : block_(DeviceMemory::instance().block_of(address)) {
    if (!block_) return;
    DeviceMemory::instance().open(block_);
    StreamOrder::instance().use(
        {DeviceMemory::instance().device_of(block_), reinterpret_cast<std::intptr_t>(stream)},
        block_, writes, what);
}

MemoryUse::~MemoryUse() {
    DeviceMemory::instance().close(block_);
}

std::vector<std::string> take_waits() {
    const std::lock_guard lock(waits_mutex);
    return std::exchange(waits, {});
}

std::vector<std::string> take_stream_faults() {
    return StreamOrder::instance().take_faults();
}

void note_transfer(const std::string& what) {
    const std::lock_guard lock(waits_mutex);
    if (waits.size() < kMostWaits) waits.push_back(what);
}

void note_wait(int device, const std::string& what) {
    DeviceMemory::instance().count(device, [](Counters& c) { ++c.synchronisations; });
    note_transfer(what);
}

void count_operator(int device) {
    DeviceMemory::instance().count(device, [](Counters& c) { ++c.operators; });
    auto& left = operators_left().at(static_cast<std::size_t>(device));
    std::int64_t now = left;
    if (now == kNever) return;
    if (now > 0) {
        left = now - 1;
        return;
    }
    throw c10::AcceleratorError(
        c10::SourceLocation{__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)}, 719,
        "fake error: unspecified launch failure");
}

}  // namespace univi::test::fake
