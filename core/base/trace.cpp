#include "core/base/trace.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/json_text.h"

namespace univi::base {
namespace {

using Clock = std::chrono::steady_clock;

struct Span {
    const char* name;
    std::string detail;
    double begin_us, length_us;
    std::thread::id thread;
};

/// Counts the traces; 0 while none is recorded.
std::atomic<unsigned> current{0};
unsigned last = 0;
std::mutex mutex;
Clock::time_point begin;
std::vector<Span> spans;

double now_us() {
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

/// Threads by small numbers, in the order in which they appear.
Json to_json(const std::vector<Span>& list) {
    std::unordered_map<std::thread::id, std::size_t> threads;
    Json events = Json::array();
    for (const Span& span : list) {
        const auto [thread, is_new] = threads.try_emplace(span.thread, threads.size() + 1);
        Json event = {{"name", span.name},     {"ph", "X"},         {"ts", span.begin_us},
                      {"dur", span.length_us}, {"pid", ::getpid()}, {"tid", thread->second},
                      {"args", Json::object()}};
        if (!span.detail.empty()) event["args"]["detail"] = span.detail;
        events.push_back(std::move(event));
    }
    return {{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}};
}

}  // namespace

void start_trace() {
    const std::lock_guard lock(mutex);
    spans.clear();
    begin = Clock::now();
    current = ++last;
}

void write_trace(const std::filesystem::path& path) {
    current = 0;
    std::vector<Span> list;
    {
        const std::lock_guard lock(mutex);
        list.swap(spans);
    }
    write_file_atomically(path, json_text(to_json(list)));
}

TraceSpan::TraceSpan(const char* name, std::string detail)
    : name_(name), detail_(std::move(detail)) {
    trace_ = current.load(std::memory_order_relaxed);
    if (trace_ == 0) return;
    const std::lock_guard lock(mutex);
    begin_us_ = now_us();
}

TraceSpan::~TraceSpan() {
    if (trace_ == 0) return;
    const std::lock_guard lock(mutex);
    // A span that was open while another trace began belongs to neither.
    if (trace_ != current) return;
    spans.push_back(
        {name_, std::move(detail_), begin_us_, now_us() - begin_us_, std::this_thread::get_id()});
}

}  // namespace univi::base
