#include "core/session/frame_memory.h"

#include "core/base/sha256.h"

namespace univi::session {

std::string FrameMemory::name_of(std::span<const float> pixels) {
    return base::sha256_hex(std::as_bytes(pixels));
}

at::Tensor FrameMemory::find(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return {};
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
}

void FrameMemory::keep(const std::string& name, const at::Tensor& features) {
    if (by_name_.contains(name)) return;
    // A slice of a batch would hold all of it.
    entries_.emplace_front(name, features.clone());
    by_name_.emplace(name, entries_.begin());
    bytes_ += static_cast<std::int64_t>(features.nbytes());
    while (bytes_ > most_bytes_ && entries_.size() > 1) {
        bytes_ -= static_cast<std::int64_t>(entries_.back().second.nbytes());
        by_name_.erase(entries_.back().first);
        entries_.pop_back();
    }
}

}  // namespace univi::session
