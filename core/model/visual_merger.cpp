#include "core/model/visual_merger.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>

#include "core/base/error.h"
#include "core/model/placement.h"

namespace univi::model {
namespace {

/// Whole numbers up to this one are the same in fp32.
constexpr std::int64_t kExactInFloat = std::int64_t{1} << 24;

/// Brings small tables, indices or fp32, to the CPU in one copy, as each is a wait for the device.
void bring_to_host(const std::vector<at::Tensor*>& tables) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor* table : tables)
        if (!table->is_cpu()) flat.push_back(table->reshape({-1}).to(c10::kFloat));
    if (flat.empty()) return;
    const at::Tensor all = at::cat(flat).to(c10::kCPU);
    std::int64_t begin = 0;
    for (at::Tensor* table : tables) {
        if (table->is_cpu()) continue;
        *table = all.narrow(0, begin, table->numel()).view(table->sizes()).to(table->scalar_type());
        begin += table->numel();
    }
}

std::vector<at::Tensor*> tables_of(ClusterResult& r) {
    return {&r.idx_cluster, &r.centers, &r.density, &r.distance, &r.score};
}

/// Everything of the stages but the tokens.
void bring_stages_to_host(std::span<SpatialStages> all) {
    std::vector<at::Tensor*> tables;
    for (SpatialStages& stages : all) {
        for (int s = 0; s < 3; ++s) {
            if (!stages.stage[s].idx_cluster.defined()) continue;
            const auto own = tables_of(stages.stage[s]);
            tables.insert(tables.end(), own.begin(), own.end());
            if (stages.idx_token[s].defined()) tables.push_back(&stages.idx_token[s]);
        }
    }
    bring_to_host(tables);
}

/// What became of sample `b` of a batch.
ClusterResult sample(const ClusterResult& r, std::int64_t b) {
    return {r.idx_cluster[b], r.centers[b], r.density[b], r.distance[b], r.score[b]};
}

struct StageOutput {
    ClusterResult clusters;
    at::Tensor merged;  ///< [B,m,C]
};

/// Merges tokens [B,N,C] with stage `s`'s count and neighbours. Noise is there for one sample
/// alone.
StageOutput run_stage(const MergeConfig& config, int s, const at::Tensor& tokens,
                      const std::vector<at::Tensor>& noise, std::size_t call) {
    const int count =
        resolve_cluster_count(config.spatial_rate[s], static_cast<int>(tokens.size(1)));
    const int k = resolve_neighbors(config.spatial_neighbors(s), count);
    if (tokens.size(1) > kExactInFloat)
        throw base::Error(base::ErrorKind::Internal, "there are too many tokens to merge");
    std::optional<at::Tensor> terms;
    if (call < noise.size()) terms = noise[call].reshape({1, -1});
    ClusterResult clusters = cluster_dpc_knn(tokens, count, k, terms);
    at::Tensor merged = merge_tokens(tokens, clusters.idx_cluster, count);
    return {std::move(clusters), std::move(merged)};
}

SpatialStages unmerged(const at::Tensor& features) {
    SpatialStages stages;
    stages.merged[0] = features;
    stages.idx_token[0] = at::arange(features.size(0), c10::kLong);
    return stages;
}

/// Stage s of an event over that stage's tokens of its frames, in time order.
void merge_event_stage(const MergeConfig& config, int s, const std::vector<SpatialStages>& frames,
                       const std::vector<int>& event, const std::vector<at::Tensor>& noise,
                       std::size_t call, SpatialStages& out) {
    std::vector<at::Tensor> tokens;
    for (int frame : event) tokens.push_back(frames[frame].merged[s]);
    const StageOutput stage = run_stage(config, s, at::cat(tokens, 0).unsqueeze(0), noise, call);
    out.stage[s] = sample(stage.clusters, 0);
    out.merged[s] = stage.merged[0];
}

/// The patch map of an event's stage s, over the patches of its frames: on the CPU, where the
/// frames' maps are.
at::Tensor event_map(int s, const std::vector<SpatialStages>& frames, const std::vector<int>& event,
                     const SpatialStages& stages) {
    std::vector<at::Tensor> maps;
    std::int64_t offset = 0;
    for (int frame : event) {
        maps.push_back(frames[frame].idx_token[s] + offset);
        offset += frames[frame].merged[s].size(0);
    }
    return stages.stage[s].idx_cluster.index_select(0, at::cat(maps, 0));
}

void merge_events(const MergeConfig& config, VisualEncoding& video,
                  const std::vector<at::Tensor>& noise) {
    for (std::size_t e = 0; e < video.events.size(); ++e) {
        SpatialStages& stages = video.event_stages.emplace_back();
        for (int s = 0; s < 3; ++s)
            merge_event_stage(config, s, video.frames, video.events[e], noise, 3 * e + s, stages);
    }
    bring_stages_to_host(video.event_stages);
    for (std::size_t e = 0; e < video.events.size(); ++e)
        for (int s = 0; s < 3; ++s)
            video.event_stages[e].idx_token[s] =
                event_map(s, video.frames, video.events[e], video.event_stages[e]);
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

at::Tensor tokens_in_order(const VisualEncoding& encoding) {
    std::vector<at::Tensor> tokens;
    for (const SpatialStages& part : token_parts(encoding)) tokens.push_back(stage_tokens(part));
    return at::cat(tokens, 0);
}

/// Stages of frames [T,N,C], all frames at once. Noise is there for one frame alone.
std::vector<SpatialStages> merge_batch(const MergeConfig& config, const at::Tensor& features,
                                       const std::vector<at::Tensor>& noise) {
    std::vector<SpatialStages> frames;
    for (std::int64_t t = 0; t < features.size(0); ++t)
        frames.push_back(config.use_cluster ? SpatialStages{} : unmerged(features[t]));
    if (!config.use_cluster || frames.empty()) return frames;
    at::Tensor tokens = features, map;
    for (int s = 0; s < 3; ++s) {
        const StageOutput stage = run_stage(config, s, tokens, noise, static_cast<std::size_t>(s));
        const at::Tensor& own = stage.clusters.idx_cluster;
        map = map.defined() ? own.gather(1, map) : own;
        tokens = stage.merged;
        for (std::int64_t t = 0; t < features.size(0); ++t) {
            SpatialStages& frame = frames[static_cast<std::size_t>(t)];
            frame.stage[s] = sample(stage.clusters, t);
            frame.merged[s] = tokens[t];
            frame.idx_token[s] = map[t];
        }
    }
    bring_stages_to_host(frames);
    return frames;
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

const std::vector<SpatialStages>& token_parts(const VisualEncoding& encoding) {
    return encoding.event_stages.empty() ? encoding.frames : encoding.event_stages;
}

SpatialStages merge_spatial(const MergeConfig& config, const at::Tensor& features,
                            const std::vector<at::Tensor>& noise) {
    if (features.dim() != 2)
        throw base::Error(base::ErrorKind::Internal,
                          "token merging takes the features of one picture at a time");
    return std::move(merge_batch(config, features.unsqueeze(0), noise).front());
}

at::Tensor stage_tokens(const SpatialStages& stages) {
    std::vector<at::Tensor> parts;
    for (const at::Tensor& merged : stages.merged)
        if (merged.defined()) parts.push_back(merged);
    return at::cat(parts, 0);
}

VisualEncoding merge_video(const MergeConfig& config, std::vector<SpatialStages> frames,
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
    const int k = resolve_neighbors(config.temporal_neighbors(), events);
    std::optional<at::Tensor> frame_noise;
    if (noise.frame) frame_noise = noise.frame->reshape({1, -1});
    video.temporal = sample(cluster_dpc_knn(frame_vectors.unsqueeze(0), events, k, frame_noise), 0);
    bring_to_host(tables_of(*video.temporal));
    video.events = order_events(video.temporal->idx_cluster, events);
    merge_events(config, video, noise.token);
    video.tokens = tokens_in_order(video);
    return video;
}

const SpatialStages& VisualMerger::add(const at::Tensor& features,
                                       const std::vector<at::Tensor>& noise) {
    frames_.push_back(merge_spatial(config_, features, noise));
    vectors_.push_back(mean_token(features));
    return frames_.back();
}

std::span<const SpatialStages> VisualMerger::add_frames(const at::Tensor& features) {
    if (features.dim() != 3)
        throw base::Error(base::ErrorKind::Internal, "frames to merge have features [T,N,C]");
    std::vector<SpatialStages> merged = merge_batch(config_, features, {});
    for (std::int64_t t = 0; t < features.size(0); ++t) vectors_.push_back(mean_token(features[t]));
    const std::size_t before = frames_.size();
    std::ranges::move(merged, std::back_inserter(frames_));
    return std::span<const SpatialStages>(frames_).subspan(before);
}

VisualEncoding VisualMerger::finish(const ClusterNoise& noise) {
    if (frames_.empty())
        throw base::Error(base::ErrorKind::Internal, "there are no frames to merge");
    if (num_frames() <= kLongestPictureRun) return as_pictures(std::move(frames_));
    return merge_video(config_, std::move(frames_), at::stack(vectors_), noise);
}

}  // namespace univi::model
