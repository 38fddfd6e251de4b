#pragma once
// Inside of core/session only: holds LibTorch.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace univi::session {

/// What the vision tower made of the frames that were seen last, found again by their pixels. For
/// windows that move over the same frames. One thread.
class FrameMemory {
  public:
    explicit FrameMemory(std::int64_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

    /// A name for prepared pixels.
    static std::string name_of(std::span<const float> pixels);
    /// Returns the features [N,C], and counts them as used; not defined where they are not known.
    at::Tensor find(const std::string& name);
    /// Keeps a copy of features [N,C]. What was not used for longest goes when there is too much.
    void keep(const std::string& name, const at::Tensor& features);
    std::int64_t bytes() const { return bytes_; }

    /// Holds 64 frames of ViT-L/14 at 336 pixels in fp32.
    static constexpr std::int64_t kMostBytes = std::int64_t{192} << 20;

  private:
    using Entries = std::list<std::pair<std::string, at::Tensor>>;
    Entries entries_;  // most recently used first
    std::unordered_map<std::string, Entries::iterator> by_name_;
    std::int64_t most_bytes_, bytes_ = 0;
};

}  // namespace univi::session
