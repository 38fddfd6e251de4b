#include "tests/support/cuda_on_cpu/block_runner.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "tests/support/cuda_on_cpu/fibre.h"

namespace univi::cuda_on_cpu {
namespace {

constexpr int kLanes = 32, kMostThreads = 1024;
/// Bytes of shared memory that every GPU gives a block that asks for them in its declarations, and
/// what the launch may ask for on the GPUs that our kernels are made for.
constexpr std::size_t kMostShared = 48 << 10, kMostDynamicShared = 96 << 10;

/// Thrown into fibres that wait when their kernel has failed.
struct Abandoned {};

std::string name_of_line(const SourcePlace& where) {
    const std::string path = where.file;
    return path.substr(path.rfind('/') + 1) + ":" + std::to_string(where.line);
}

bool same_line(const SourcePlace& a, const SourcePlace& b) {
    return a.line == b.line && std::string_view(a.file) == b.file;
}

struct Thread {
    enum class State { Ready, AtBlockBarrier, AtWarpBarrier, Left };

    Fibre fibre;
    State state = State::Left;
    SourcePlace where = SourcePlace::current();
    unsigned mask = 0;
    std::uint64_t given = 0, delivered[kLanes] = {};
    int warp_phase = 0;
};

/// A block's arrays, which the next block uses again: TrackedMemory knows whose values are whose.
struct SharedArray {
    std::vector<std::byte> bytes;
    TrackedMemory memory;

    SharedArray(const char* name, std::size_t size, std::size_t element)
        : bytes(size + 16),
          memory(TrackedMemory::Kind::Shared, name, aligned(bytes.data()), size, element, false) {}
    static void* aligned(std::byte* at) {
        return reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(at) + 15) & ~15UL);
    }
};

/// Runs the blocks of one launch.
class Runner {
  public:
    Runner(const LaunchSize& size, const std::function<void()>& body)
        : size_(size), body_(body), count_(static_cast<int>(size.block.count())) {
        if (count_ < 1 || count_ > kMostThreads || size.grid.count() < 1 || size.grid.y > 65535 ||
            size.grid.z > 65535 || size.block.z > 64)
            fail("no GPU takes a launch of " + std::to_string(size.grid.count()) + " blocks of " +
                 std::to_string(count_) + " threads");
        if (size.shared_bytes > kMostDynamicShared) fail("the launch asks for too much memory");
        threads_.resize(static_cast<std::size_t>(count_));
        for (auto& thread : threads_) thread = take_thread();
    }
    ~Runner() {
        for (auto& thread : threads_) spare_threads().push_back(std::move(thread));
    }

    void run_block(std::int64_t block) {
        block_ = block;
        phase_ = 0;
        indices.block_index = {static_cast<unsigned>(block % size_.grid.x),
                               static_cast<unsigned>(block / size_.grid.x % size_.grid.y),
                               static_cast<unsigned>(block / size_.grid.x / size_.grid.y)};
        for (int i = 0; i < count_; ++i) start(i);
        while (step()) {
        }
        if (failure_) throw KernelFailure(*failure_);
    }

    Thread& running() { return *threads_[static_cast<std::size_t>(current_place().thread)]; }

    /// Lets the thread wait in `state` and comes back when it may go on.
    void wait(Thread::State state, const SourcePlace& where, unsigned mask) {
        Thread& thread = running();
        thread.state = state;
        thread.where = where;
        thread.mask = mask;
        thread.fibre.leave();
        if (failure_) throw Abandoned();
    }

    /// Lanes of a mask that the warp of the running thread has.
    unsigned existing(unsigned mask) const {
        const int lanes = std::min(kLanes, count_ - current_place().warp() * kLanes);
        return lanes == kLanes ? mask : mask & ((1U << lanes) - 1);
    }

    SharedArray& array(const void* key, const char* name, std::size_t bytes, std::size_t element) {
        auto& place = arrays_[key];
        if (!place) {
            place = std::make_unique<SharedArray>(name, bytes, element);
            if (key != nullptr) declared_ += bytes;
            if (declared_ > kMostShared) fail("its shared arrays are over 48 KiB");
        }
        return *place;
    }
    const LaunchSize& size() const { return size_; }

  private:
    static std::vector<std::unique_ptr<Thread>>& spare_threads() {
        static std::vector<std::unique_ptr<Thread>> threads;
        return threads;
    }
    static std::unique_ptr<Thread> take_thread() {
        auto& spare = spare_threads();
        if (spare.empty()) return std::make_unique<Thread>();
        auto thread = std::move(spare.back());
        spare.pop_back();
        return thread;
    }

    void start(int index) {
        Thread& thread = *threads_[static_cast<std::size_t>(index)];
        thread.state = Thread::State::Ready;
        thread.warp_phase = 0;
        thread.fibre.start([this] {
            if (failure_) return;
            try {
                body_();
            } catch (const KernelFailure& failure) {
                if (!failure_) failure_ = failure.what();
            } catch (const Abandoned&) {
            }
        });
    }

    void resume(int index) {
        Thread& thread = *threads_[static_cast<std::size_t>(index)];
        ThreadPlace& place = current_place();
        place.block = block_;
        place.thread = index;
        place.phase = phase_;
        place.warp_phase = thread.warp_phase;
        const auto number = static_cast<unsigned>(index);
        indices.thread_index = {number % size_.block.x, number / size_.block.x % size_.block.y,
                                number / size_.block.x / size_.block.y};
        thread.fibre.resume();
        if (thread.fibre.is_done()) thread.state = Thread::State::Left;
    }

    /// Runs every thread that can go on and opens barriers; false when the block is done.
    bool step() {
        bool any = false;
        for (int i = 0; i < count_; ++i) {
            if (threads_[static_cast<std::size_t>(i)]->state != Thread::State::Ready) continue;
            any = true;
            resume(i);
            if (failure_) return abandon();
        }
        try {
            const bool opened = open_barriers();
            if (!any && !opened && has_waiting()) fail(what_waits());
            return opened || has_waiting();
        } catch (const KernelFailure& failure) {
            failure_ = failure.what();
            return abandon();
        }
    }

    bool has_waiting() const {
        return std::any_of(threads_.begin(), threads_.end(),
                           [](const auto& thread) { return thread->state != Thread::State::Left; });
    }

    /// Ends what is left of the block's threads.
    bool abandon() {
        for (int i = 0; i < count_; ++i)
            if (threads_[static_cast<std::size_t>(i)]->state != Thread::State::Left) resume(i);
        return false;
    }

    bool open_barriers() {
        bool opened = open_block_barrier();
        for (int first = 0; first < count_; first += kLanes)
            opened = open_warp_barriers(first) || opened;
        return opened;
    }

    bool open_block_barrier() {
        const Thread* waiting = nullptr;
        int left = -1, waits = 0;
        for (int i = 0; i < count_; ++i) {
            const Thread& thread = *threads_[static_cast<std::size_t>(i)];
            if (thread.state == Thread::State::Left) left = i;
            if (thread.state != Thread::State::AtBlockBarrier) continue;
            if (waiting && !same_line(waiting->where, thread.where))
                fail("the threads of block " + std::to_string(block_) + " wait at two barriers, " +
                     name_of_line(waiting->where) + " and " + name_of_line(thread.where));
            waiting = &thread;
            ++waits;
        }
        if (waiting && left >= 0)
            fail(name_of(left, block_) + " left the kernel before the barrier at " +
                 name_of_line(waiting->where) + ", where others of its block wait");
        if (waits < count_) return false;
        ++phase_;
        for (auto& thread : threads_) thread->state = Thread::State::Ready;
        return true;
    }

    /// Opens each barrier of the warp that begins with thread `first` whose whole mask waits.
    bool open_warp_barriers(int first) {
        const int lanes = std::min(kLanes, count_ - first);
        bool opened = false;
        for (int lane = 0; lane < lanes; ++lane) {
            Thread& thread = lane_of(first, lane);
            if (thread.state == Thread::State::AtWarpBarrier && all_wait(first, lanes, thread)) {
                deliver(first, lanes, thread.mask);
                opened = true;
            }
        }
        return opened;
    }

    Thread& lane_of(int first, int lane) {
        return *threads_[static_cast<std::size_t>(first + lane)];
    }

    bool all_wait(int first, int lanes, const Thread& thread) {
        for (int lane = 0; lane < lanes; ++lane) {
            if (!(thread.mask >> lane & 1)) continue;
            const Thread& other = lane_of(first, lane);
            if (other.state == Thread::State::Left)
                fail(name_of(first + lane, block_) + " left the kernel before " +
                     name_of_line(thread.where) + ", where others of its warp wait for it");
            if (other.state != Thread::State::AtWarpBarrier) return false;
            if (other.mask != thread.mask || !same_line(other.where, thread.where))
                fail("the lanes of a warp of block " + std::to_string(block_) + " wait at " +
                     name_of_line(thread.where) + " and at " + name_of_line(other.where) +
                     " or with different masks");
        }
        return true;
    }

    void deliver(int first, int lanes, unsigned mask) {
        std::uint64_t values[kLanes] = {};
        for (int lane = 0; lane < lanes; ++lane) values[lane] = lane_of(first, lane).given;
        for (int lane = 0; lane < lanes; ++lane) {
            if (!(mask >> lane & 1)) continue;
            std::copy_n(values, kLanes, lane_of(first, lane).delivered);
            lane_of(first, lane).state = Thread::State::Ready;
        }
    }

    std::string what_waits() const {
        std::string text = "threads of block " + std::to_string(block_) + " wait for ever:";
        std::string last;
        for (int i = 0; i < count_; ++i) {
            const Thread& thread = *threads_[static_cast<std::size_t>(i)];
            if (thread.state == Thread::State::Left) continue;
            const std::string line = name_of_line(thread.where);
            if (line != last) text += " thread " + std::to_string(i) + " at " + line + ",";
            last = line;
        }
        text.back() = '.';
        return text;
    }

    const LaunchSize& size_;
    const std::function<void()>& body_;
    int count_, phase_ = 0;
    std::int64_t block_ = 0;
    std::vector<std::unique_ptr<Thread>> threads_;
    std::map<const void*, std::unique_ptr<SharedArray>> arrays_;
    std::size_t declared_ = 0;
    std::optional<std::string> failure_;
};

Runner* runner = nullptr;

/// The kernel's name and number stand while it runs, whatever ends it.
struct Running {
    Running(Runner& own, const char* kernel) {
        static std::int64_t launches = 0;
        runner = &own;
        current_place() = {kernel, ++launches, 0, 0, 0, 0};
    }
    ~Running() {
        runner = nullptr;
        current_place() = {};
    }
};

Runner& active() {
    if (!runner) fail("a function of kernels was called where no kernel runs");
    return *runner;
}

}  // namespace

void run_kernel(const LaunchSize& size, const std::function<void()>& thread) {
    current_place().kernel = size.kernel;
    Runner own(size, thread);
    const Running running(own, size.kernel);
    indices.block_size = size.block;
    indices.grid_size = size.grid;
    for (std::int64_t block = 0; block < size.grid.count(); ++block) own.run_block(block);
}

void wait_for_block(const SourcePlace& where) {
    active().wait(Thread::State::AtBlockBarrier, where, 0);
}

std::uint64_t exchange_in_warp(unsigned mask, std::uint64_t value, int from,
                               const SourcePlace& where) {
    Runner& own = active();
    const unsigned lanes = own.existing(mask);
    const int lane = current_place().thread % kLanes;
    if (!(mask >> lane & 1)) fail("a lane calls a warp's function whose mask leaves it out");
    if (from < 0 || from >= kLanes || !(lanes >> from & 1))
        fail(name_of(current_place().thread, current_place().block) + " asks at " +
             name_of_line(where) + " for the value of a lane that does not take part");
    own.running().given = value;
    own.wait(Thread::State::AtWarpBarrier, where, lanes);
    return own.running().delivered[from];
}

void wait_for_warp(unsigned mask, const SourcePlace& where) {
    Runner& own = active();
    if (mask != ~0U) fail("only barriers of whole warps are known here");
    own.wait(Thread::State::AtWarpBarrier, where, own.existing(mask));
    ++own.running().warp_phase;
    ++current_place().warp_phase;
}

TrackedMemory& shared_array(const void* key, const char* name, std::size_t count,
                            std::size_t element) {
    return active().array(key, name, count * element, element).memory;
}

TrackedMemory& dynamic_shared_array(const char* name, std::size_t element) {
    return active().array(nullptr, name, active().size().shared_bytes, element).memory;
}

}  // namespace univi::cuda_on_cpu
