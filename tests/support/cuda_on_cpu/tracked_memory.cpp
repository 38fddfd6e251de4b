#include "tests/support/cuda_on_cpu/tracked_memory.h"

#include <algorithm>
#include <map>

namespace univi::cuda_on_cpu {
namespace {

using DeviceMemory = std::map<const std::byte*, std::shared_ptr<TrackedMemory>>;

DeviceMemory& device_memory() {
    static DeviceMemory memory;
    return memory;
}

}  // namespace

ThreadPlace& current_place() {
    static ThreadPlace place;
    return place;
}

void fail(const std::string& what) {
    throw KernelFailure("kernel " + std::string(current_place().kernel) + ": " + what);
}

std::string name_of(int thread, std::int64_t block) {
    return "thread " + std::to_string(thread) + " of block " + std::to_string(block);
}

TrackedMemory::TrackedMemory(Kind kind, std::string name, void* begin, std::size_t bytes,
                             std::size_t element, bool holds_values)
    : kind_(kind),
      name_(std::move(name)),
      begin_(static_cast<std::byte*>(begin)),
      bytes_(bytes),
      element_(element),
      cells_((bytes + element - 1) / element) {
    for (Cell& cell : cells_) cell.has_value = holds_values;
}

std::string TrackedMemory::element_name(std::size_t index) const {
    return name_ + "[" + std::to_string(index) + "]";
}

template <class Visit>
void TrackedMemory::visit(const void* at, std::size_t bytes, const char* verb, Visit each) {
    const auto offset = static_cast<const std::byte*>(at) - begin_;
    const auto size = static_cast<std::ptrdiff_t>(bytes);
    if (offset < 0 || offset + size > static_cast<std::ptrdiff_t>(bytes_))
        fail(name_of(current_place().thread, current_place().block) + " " + verb + " " +
             std::to_string(bytes) + " bytes at offset " + std::to_string(offset) + " of " + name_ +
             ", which is " + std::to_string(bytes_) + " bytes long");
    const auto first = static_cast<std::size_t>(offset) / element_,
               last = (static_cast<std::size_t>(offset) + bytes - 1) / element_;
    for (std::size_t index = first; index <= last; ++index) each(index, cells_[index]);
}

void TrackedMemory::race(std::size_t index, int other, std::int64_t other_block,
                         const char* other_verb, const char* verb) {
    const ThreadPlace& here = current_place();
    fail(name_of(other, other_block) + " " + other_verb + " " + element_name(index) + " (offset " +
         std::to_string(index * element_) + ") and " + name_of(here.thread, here.block) + " " +
         verb + " it without a barrier between");
}

void TrackedMemory::check_value(std::size_t index, const Cell& cell) {
    const ThreadPlace& here = current_place();
    const bool of_block = cell.writer.launch == here.launch && cell.writer.block == here.block;
    if (kind_ == Kind::Shared ? !of_block : !cell.has_value)
        fail(name_of(here.thread, here.block) + " reads " + element_name(index) +
             ", which nobody wrote");
}

/// The last writer suffices: an earlier one that raced was found when the last one wrote.
void TrackedMemory::check_writer(std::size_t index, const Cell& cell, const char* verb,
                                 bool atomic) {
    const ThreadPlace& here = current_place();
    const Writer& writer = cell.writer;
    if (writer.launch != here.launch || (atomic && writer.atomic)) return;
    if (writer.block != here.block) {
        if (kind_ == Kind::Device) race(index, writer.thread, writer.block, "wrote", verb);
        return;
    }
    const bool same_warp = writer.thread / 32 == here.warp();
    const bool ordered = writer.phase < here.phase || writer.thread == here.thread ||
                         (same_warp && writer.warp_phase < here.warp_phase);
    if (!ordered) race(index, writer.thread, writer.block, "wrote", verb);
}

void TrackedMemory::check_readers(std::size_t index, const Cell& cell) {
    const ThreadPlace& here = current_place();
    if (cell.read_launch != here.launch) return;
    if (kind_ == Kind::Device && cell.first_block != here.block)
        race(index, cell.first_thread, cell.first_block, "read", "writes");
    if (cell.read_block != here.block || cell.read_phase != here.phase) return;
    for (const WarpReaders& readers : cell.readers) {
        const bool ordered = readers.warp == here.warp() && readers.warp_phase < here.warp_phase;
        if (ordered) continue;
        for (const int reader : {readers.first, readers.second})
            if (reader >= 0 && reader != here.thread)
                race(index, reader, here.block, "read", "writes");
    }
}

void TrackedMemory::note_reader(Cell& cell) {
    const ThreadPlace& here = current_place();
    if (cell.read_launch != here.launch) {
        cell.read_launch = here.launch;
        cell.first_block = here.block;
        cell.first_thread = here.thread;
        cell.read_block = -1;
    }
    if (cell.read_block != here.block || cell.read_phase != here.phase) {
        cell.read_block = here.block;
        cell.read_phase = here.phase;
        cell.readers.clear();
    }
    for (WarpReaders& readers : cell.readers) {
        if (readers.warp != here.warp()) continue;
        if (readers.warp_phase < here.warp_phase)
            readers = {here.warp(), here.warp_phase, here.thread, -1};
        else if (readers.first != here.thread)
            readers.second = here.thread;
        return;
    }
    cell.readers.push_back({here.warp(), here.warp_phase, here.thread, -1});
}

void TrackedMemory::note_writer(Cell& cell, bool atomic) {
    const ThreadPlace& here = current_place();
    cell.writer = {here.launch, here.block, here.thread, here.phase, here.warp_phase, atomic};
    cell.has_value = true;
}

void TrackedMemory::read(const void* at, std::size_t bytes) {
    visit(at, bytes, "reads", [&](std::size_t index, Cell& cell) {
        check_value(index, cell);
        check_writer(index, cell, "reads", false);
        note_reader(cell);
    });
}

void TrackedMemory::write(const void* at, std::size_t bytes) {
    visit(at, bytes, "writes", [&](std::size_t index, Cell& cell) {
        check_writer(index, cell, "writes", false);
        check_readers(index, cell);
        note_writer(cell, false);
    });
}

void TrackedMemory::update(const void* at, std::size_t bytes) {
    visit(at, bytes, "updates", [&](std::size_t index, Cell& cell) {
        check_value(index, cell);
        check_writer(index, cell, "updates", true);
        check_readers(index, cell);
        note_writer(cell, true);
    });
}

std::int64_t TrackedMemory::first_without_value() const {
    const auto found = std::find_if(cells_.begin(), cells_.end(),
                                    [](const Cell& cell) { return !cell.has_value; });
    return found == cells_.end() ? -1 : found - cells_.begin();
}

std::shared_ptr<TrackedMemory> add_device_memory(const std::string& name, void* begin,
                                                 std::size_t bytes, std::size_t element,
                                                 bool holds_values) {
    DeviceMemory& all = device_memory();
    const auto* first = static_cast<const std::byte*>(begin);
    std::erase_if(all, [&](const auto& known) {
        return known.first < first + bytes && first < known.first + known.second->bytes();
    });
    auto memory = std::make_shared<TrackedMemory>(TrackedMemory::Kind::Device, name, begin, bytes,
                                                  element, holds_values);
    all[first] = memory;
    return memory;
}

void remove_device_memory(const void* begin) {
    device_memory().erase(static_cast<const std::byte*>(begin));
}

TrackedMemory* device_memory_at(const void* at) {
    const auto* address = static_cast<const std::byte*>(at);
    const auto next = device_memory().upper_bound(address);
    if (next != device_memory().begin()) {
        const auto& memory = std::prev(next)->second;
        if (address <= memory->begin() + memory->bytes()) return memory.get();
    }
    fail("an argument points to memory that is not the device's");
}

}  // namespace univi::cuda_on_cpu
