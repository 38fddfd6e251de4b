#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <span>
#include <vector>

#include "core/model/clustering.h"
#include "core/model/model_config.h"

namespace univi::model {

/// Frames that go through the vision tower together where nobody watches: bounds its activations.
inline constexpr int kFramesAtOnce = 16;
/// Fewer where somebody does: progress, groups and a stop come after each such batch. Fixed, so
/// that results do not depend on timing.
inline constexpr int kFramesAtOnceWatched = 4;

/// How tokens are merged: as a model's configuration says, or with other neighbours.
struct MergeConfig : ClusterConfig {
    MergeConfig(const ClusterConfig& config) : ClusterConfig(config) {}
    /// k of DPC-KNN in every stage; not set: the published ones
    std::optional<int> neighbors;
    int spatial_neighbors(int stage) const { return neighbors.value_or(kSpatialNeighbors[stage]); }
    int temporal_neighbors() const { return neighbors.value_or(kTemporalNeighbors); }
};

/// The three merging stages of one picture, frame or event. Integer tensors int64 on the CPU side
/// of the API.
struct SpatialStages {
    /// over the previous stage's output (or the features): B = 1 squeezed, [N], [m]
    ClusterResult stage[3];
    at::Tensor merged[3];     ///< [m_s, C]
    at::Tensor idx_token[3];  ///< [N] int64: original patch -> cluster of stage s (what is drawn)
};

/// A picture: one frame, an event of its own. A video: frames, then events over them.
struct VisualEncoding {
    std::vector<SpatialStages> frames;
    std::optional<ClusterResult> temporal;  ///< frames -> events (a video alone), B squeezed
    /// per event its frames in time order; events ordered by first frame
    std::vector<std::vector<int>> events;
    /// per event, stages over the union of its frames' stage tokens; none without use_cluster
    std::vector<SpatialStages> event_stages;
    at::Tensor tokens;  ///< [n,C] before the projector, in the language model's order
};

/// Optional random terms of the reference (parity tests).
struct ClusterNoise {
    std::optional<at::Tensor> frame;  ///< [T]
    /// three of a picture ([N],[64],[32]) or three an event, in call order
    std::vector<at::Tensor> token;
};

/// Stages 0..2 of one picture's or frame's features [N,C]; without use_cluster merged[0] are the
/// features. `noise`: none, or one [N_s] tensor a stage.
SpatialStages merge_spatial(const MergeConfig& config, const at::Tensor& features,
                            const std::vector<at::Tensor>& noise = {});
/// Returns the stages' outputs one after the other, [112,C].
at::Tensor stage_tokens(const SpatialStages& stages);
/// Returns the parts of a medium whose tokens the language model sees, in order: its events, or its
/// frames where there are no events' stages.
const std::vector<SpatialStages>& token_parts(const VisualEncoding& encoding);
/// Frames into events, and every event's three stages over the union of its frames' stage tokens.
/// `frame_vectors` [T,C]; the members of `noise` may be empty.
VisualEncoding merge_video(const MergeConfig& config, std::vector<SpatialStages> frames,
                           const at::Tensor& frame_vectors, const ClusterNoise& noise = {});

/// Merges one picture or video while its frames come out of the tower. Differentiable in the
/// features.
class VisualMerger {
  public:
    explicit VisualMerger(const MergeConfig& config) : config_(config) {}
    /// Merges the next frame's features [N,C] and returns its stages, which stay valid until the
    /// next call.
    const SpatialStages& add(const at::Tensor& features, const std::vector<at::Tensor>& noise = {});
    /// The same of the next frames, features [T,N,C], in one pass: equal to adding them one by one.
    std::span<const SpatialStages> add_frames(const at::Tensor& features);
    int num_frames() const { return static_cast<int>(frames_.size()); }
    /// Returns what all frames came to; at least one was added. Up to kLongestPictureRun frames are
    /// single pictures to the language model, each an event of its own.
    VisualEncoding finish(const ClusterNoise& noise = {});

  private:
    MergeConfig config_;
    std::vector<SpatialStages> frames_;
    std::vector<at::Tensor> vectors_;  ///< [C] each: the mean of a frame's features
};

}  // namespace univi::model
