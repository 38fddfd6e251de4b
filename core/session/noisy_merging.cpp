#include "core/session/noisy_merging.h"

namespace univi::session {

namespace {

/// One stage over x [N,C]; the batch dimension is taken off again.
model::ClusterResult run_stage(const model::UniviModel& model, int stage, const at::Tensor& x,
                               const std::optional<at::Tensor>& noise, at::Tensor& merged) {
    const auto& cluster = model.config().cluster;
    const int count = model::resolve_cluster_count(cluster.spatial_rate[stage], static_cast<int>(x.size(0)));
    const int k = model::resolve_neighbors(model::ClusterConfig::kSpatialNeighbors[stage], count);
    std::optional<at::Tensor> batched;
    if (noise) batched = noise->reshape({1, -1}).to(x.device(), at::kFloat);
    model::ClusterResult result = model::cluster_dpc_knn(x.unsqueeze(0), count, k, batched);
    merged = model::merge_tokens(x.unsqueeze(0), result.idx_cluster, count).squeeze(0);
    return {result.idx_cluster.squeeze(0), result.centers.squeeze(0), result.density.squeeze(0),
            result.distance.squeeze(0), result.score.squeeze(0)};
}

at::Tensor cat_stages(const model::SpatialStages& stages) {
    return at::cat({stages.merged[0], stages.merged[1], stages.merged[2]});
}

}  // namespace

model::SpatialStages merge_frame_with_noise(const model::UniviModel& model, const at::Tensor& features,
                                            const StageNoise& noise) {
    model::SpatialStages out;
    at::Tensor x = features;
    for (int s = 0; s < 3; ++s) {
        out.stage[s] = run_stage(model, s, x, noise(s), out.merged[s]);
        const at::Tensor& idx = out.stage[s].idx_cluster;
        out.idx_token[s] = s == 0 ? idx : idx.index_select(0, out.idx_token[s - 1].to(idx.device()));
        x = out.merged[s];
    }
    return out;
}

model::VisualEncoding encode_video_with_noise(const model::UniviModel& model, std::vector<model::SpatialStages> frames,
                                              const at::Tensor& frame_vectors,
                                              const std::optional<at::Tensor>& frame_noise, const CallNoise& token_noise) {
    // The events themselves depend on the frame noise alone.
    model::VisualEncoding out = model.encode_video(std::move(frames), frame_vectors, frame_noise);
    std::vector<at::Tensor> tokens;
    for (std::size_t e = 0; e < out.events.size(); ++e) {
        model::SpatialStages& event = out.event_stages.at(e);
        for (int s = 0; s < 3; ++s) {
            std::vector<at::Tensor> parts;
            for (const int frame : out.events[e]) parts.push_back(out.frames.at(frame).merged[s]);
            const auto noise = token_noise("event" + std::to_string(e) + "/ctm" + std::to_string(s));
            event.stage[s] = run_stage(model, s, at::cat(parts), noise, event.merged[s]);
        }
        tokens.push_back(cat_stages(event));
    }
    out.visual_tokens = model.project(at::cat(tokens));
    return out;
}

}  // namespace univi::session
