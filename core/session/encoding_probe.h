#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

#include "core/model/visual_merger.h"

namespace univi::session {

/// Looks into the encoding of one medium: receives what comes up on the way, and may give the
/// random terms that the reference drew. All calls come on the encoding thread.
class EncodingProbe {
  public:
    virtual ~EncodingProbe() = default;
    /// Receives the next batch of a medium: pixel_values [t,3,S,S] and features [t,N,C].
    virtual void on_features(const at::Tensor& pixel_values, const at::Tensor& features) = 0;
    /// Receives what all frames were merged into, once.
    virtual void on_encoding(const model::VisualEncoding& encoding) = 0;
    /// Returns the random term of a video's frames [T], or nothing.
    virtual std::optional<at::Tensor> frame_noise() { return std::nullopt; }
    /// Returns the random term of one merging call, "ctm<s>" or "event<j>/ctm<s>": [n], or [T,n]
    /// for the frames of a video. Nothing: the call has none.
    virtual std::optional<at::Tensor> token_noise(const std::string& /*call*/) {
        return std::nullopt;
    }
};

}  // namespace univi::session
