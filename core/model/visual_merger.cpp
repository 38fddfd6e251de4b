#include "core/model/visual_merger.h"

#include <numeric>

#include "core/base/error.h"
#include "core/model/placement.h"

namespace univi::model {
namespace {

at::Tensor to_cpu(const at::Tensor& tensor) {
    return tensor.to(c10::kCPU);
}

/// One sample's result without its batch dimension, on the CPU.
ClusterResult squeezed(const ClusterResult& r) {
    return {to_cpu(r.idx_cluster.squeeze(0)), to_cpu(r.centers.squeeze(0)),
            to_cpu(r.density.squeeze(0)), to_cpu(r.distance.squeeze(0)),
            to_cpu(r.score.squeeze(0))};
}

struct StageOutput {
    ClusterResult clusters;
    at::Tensor merged;
};

/// Merges tokens [N,C] with stage `s`'s count and neighbours.
StageOutput run_stage(const ClusterConfig& config, int s, const at::Tensor& tokens,
                      const std::vector<at::Tensor>& noise, std::size_t call) {
    const int count =
        resolve_cluster_count(config.spatial_rate[s], static_cast<int>(tokens.size(0)));
    const int k = resolve_neighbors(ClusterConfig::kSpatialNeighbors[s], count);
    std::optional<at::Tensor> terms;
    if (call < noise.size()) terms = noise[call].reshape({1, -1});
    const at::Tensor batch = tokens.unsqueeze(0);
    const ClusterResult result = cluster_dpc_knn(batch, count, k, terms);
    return {squeezed(result), merge_tokens(batch, result.idx_cluster, count).squeeze(0)};
}

SpatialStages unmerged(const at::Tensor& features) {
    SpatialStages stages;
    stages.merged[0] = features;
    stages.idx_token[0] = at::arange(features.size(0), c10::kLong);
    return stages;
}

/// Stage s of an event over that stage's tokens of its frames, in time order; the patch map covers
/// the frames' patches.
void merge_event_stage(const ClusterConfig& config, int s, const std::vector<SpatialStages>& frames,
                       const std::vector<int>& event, const std::vector<at::Tensor>& noise,
                       std::size_t call, SpatialStages& out) {
    std::vector<at::Tensor> tokens, maps;
    std::int64_t offset = 0;
    for (int frame : event) {
        tokens.push_back(frames[frame].merged[s]);
        maps.push_back(frames[frame].idx_token[s] + offset);
        offset += tokens.back().size(0);
    }
    StageOutput stage = run_stage(config, s, at::cat(tokens, 0), noise, call);
    out.idx_token[s] = stage.clusters.idx_cluster.index_select(0, at::cat(maps, 0));
    out.stage[s] = std::move(stage.clusters);
    out.merged[s] = stage.merged;
}

/// Frames of each event in time order, events ordered by their first frame.
std::vector<std::vector<int>> order_events(const at::Tensor& event_of_frame, int count) {
    std::vector<std::vector<int>> events(count);
    const std::int64_t* event = event_of_frame.const_data_ptr<std::int64_t>();
    for (std::int64_t frame = 0; frame < event_of_frame.size(0); ++frame)
        events[event[frame]].push_back(static_cast<int>(frame));
    std::sort(events.begin(),
              events.end());  // compares the first frames: no frame is in two events
    return events;
}

/// The tokens of every event, or of every frame where there are no events' stages.
at::Tensor tokens_in_order(const VisualEncoding& encoding) {
    std::vector<at::Tensor> tokens;
    for (const SpatialStages& part :
         encoding.event_stages.empty() ? encoding.frames : encoding.event_stages)
        tokens.push_back(stage_tokens(part));
    return at::cat(tokens, 0);
}

VisualEncoding as_pictures(std::vector<SpatialStages> frames) {
    VisualEncoding encoding;
    for (int f = 0; f < static_cast<int>(frames.size()); ++f) encoding.events.push_back({f});
    encoding.event_stages = frames;
    encoding.frames = std::move(frames);
    encoding.tokens = tokens_in_order(encoding);
    return encoding;
}

}  // namespace

SpatialStages merge_spatial(const ClusterConfig& config, const at::Tensor& features,
                            const std::vector<at::Tensor>& noise) {
    if (features.dim() != 2)
        throw base::Error(base::ErrorKind::Internal,
                          "token merging takes the features of one picture at a time");
    if (!config.use_cluster) return unmerged(features);
    SpatialStages stages;
    at::Tensor tokens = features;
    for (int s = 0; s < 3; ++s) {
        StageOutput stage = run_stage(config, s, tokens, noise, s);
        const at::Tensor& map = stage.clusters.idx_cluster;
        stages.idx_token[s] = s == 0 ? map : map.index_select(0, stages.idx_token[s - 1]);
        stages.stage[s] = std::move(stage.clusters);
        stages.merged[s] = tokens = stage.merged;
    }
    return stages;
}

at::Tensor stage_tokens(const SpatialStages& stages) {
    std::vector<at::Tensor> parts;
    for (const at::Tensor& merged : stages.merged)
        if (merged.defined()) parts.push_back(merged);
    return at::cat(parts, 0);
}

VisualEncoding merge_video(const ClusterConfig& config, std::vector<SpatialStages> frames,
                           const at::Tensor& frame_vectors, const ClusterNoise& noise) {
    if (frames.empty() || frame_vectors.dim() != 2 ||
        frame_vectors.size(0) != static_cast<std::int64_t>(frames.size()))
        throw base::Error(base::ErrorKind::Internal,
                          "a video needs one vector for each of its frames");
    VisualEncoding video;
    video.frames = std::move(frames);
    const int count = static_cast<int>(video.frames.size());
    if (!config.use_cluster) {
        video.events.emplace_back(count);
        std::iota(video.events[0].begin(), video.events[0].end(), 0);
        video.tokens = tokens_in_order(video);
        return video;
    }
    const int events = resolve_cluster_count(config.temporal_rate, count);
    const int k = resolve_neighbors(ClusterConfig::kTemporalNeighbors, events);
    std::optional<at::Tensor> frame_noise;
    if (noise.frame) frame_noise = noise.frame->reshape({1, -1});
    video.temporal = squeezed(cluster_dpc_knn(frame_vectors.unsqueeze(0), events, k, frame_noise));
    video.events = order_events(video.temporal->idx_cluster, events);
    for (std::size_t e = 0; e < video.events.size(); ++e) {
        SpatialStages& stages = video.event_stages.emplace_back();
        for (int s = 0; s < 3; ++s)
            merge_event_stage(config, s, video.frames, video.events[e], noise.token, 3 * e + s,
                              stages);
    }
    video.tokens = tokens_in_order(video);
    return video;
}

const SpatialStages& VisualMerger::add(const at::Tensor& features,
                                       const std::vector<at::Tensor>& noise) {
    frames_.push_back(merge_spatial(config_, features, noise));
    vectors_.push_back(mean_token(features));
    return frames_.back();
}

VisualEncoding VisualMerger::finish(const ClusterNoise& noise) {
    if (frames_.empty())
        throw base::Error(base::ErrorKind::Internal, "there are no frames to merge");
    if (num_frames() <= kLongestPictureRun) return as_pictures(std::move(frames_));
    return merge_video(config_, std::move(frames_), at::stack(vectors_), noise);
}

}  // namespace univi::model
