// Golden: project_cases.*, tinyA_tokens.safetensors (over tinyA_features.safetensors).
#include "tests/core/model/golden.h"

namespace univi::model::test {
namespace {

std::vector<SpatialStages> merge_each(const ClusterConfig& config, const at::Tensor& features) {
    std::vector<SpatialStages> frames;
    for (std::int64_t t = 0; t < features.size(0); ++t)
        frames.push_back(merge_spatial(config, features[t]));
    return frames;
}

/// Visual tokens of a project case before the projector.
at::Tensor case_tokens(const GoldenFile& file, const std::string& at, bool is_video,
                       VisualEncoding& video) {
    const ClusterConfig config;
    const at::Tensor features = file[at + "features"];
    auto frames = merge_each(config, features);
    std::vector<at::Tensor> parts;
    if (is_video) {
        ClusterNoise noise;
        if (file.has(at + "frame_noise")) {
            noise.frame = file[at + "frame_noise"];
        }
        video = merge_video(config, std::move(frames), features.mean(1), noise);
        return video.tokens;
    }
    for (const auto& picture : frames) parts.push_back(stage_tokens(picture));
    return at::cat(parts, 0);
}

void expect_stage(const GoldenFile& file, const std::string& at, int s, const SpatialStages& stages,
                  std::int64_t row) {
    SCOPED_TRACE(at + " row " + std::to_string(row) + " stage " + std::to_string(s));
    const std::string stage = at + "/ctm" + std::to_string(s) + "/";
    EXPECT_TRUE(same_integers(stages.stage[s].centers, file[stage + "centers"][row]));
    EXPECT_TRUE(same_integers(stages.stage[s].idx_cluster, file[stage + "idx_cluster"][row]));
    EXPECT_LT(relative_error(stages.merged[s], file[stage + "merged"][row]), 1e-5);
}

TEST(ProjectCases, VisualTokensAndEvents) {
    const GoldenFile file("project_cases.safetensors");
    const auto cases = golden_json("project_cases.json");
    ASSERT_EQ(cases.size(), 8u);
    for (const auto& entry : cases) {
        const std::string at = "case" + std::to_string(entry["case"].get<int>()) + "/";
        SCOPED_TRACE(at);
        const bool is_video = entry["kind"] == "video";
        VisualEncoding video;
        const at::Tensor tokens = case_tokens(file, at, is_video, video);
        const at::Tensor projected =
            at::linear(tokens, file[at + "projector.weight"], file[at + "projector.bias"]);
        EXPECT_LT(relative_error(projected, file[at + "visual_tokens"]), 1e-4);
        if (!is_video) continue;
        EXPECT_TRUE(same_integers(video.temporal->idx_cluster, file[at + "frame_event"]));
        // One event, k 1, no noise: all scores tie and the reference's centre is arbitrary.
        if (file.has(at + "frame_noise")) {
            EXPECT_TRUE(same_integers(video.temporal->centers, file[at + "frame_centers"]));
        }
        EXPECT_EQ(video.events.size(), entry["events"].get<std::size_t>());
    }
}

TEST(TinyTokens, Pictures) {
    const GoldenFile features("tinyA_features.safetensors"), tokens("tinyA_tokens.safetensors");
    const auto model = load_tiny("tinyA");
    for (const char* name : {"messi5.jpg", "HappyFish.jpg", "notes.png", "left01.jpg",
                             "imageTextN.png", "opencv-logo.png"}) {
        const VisualEncoding picture = merge_frames(
            model->config().cluster, features[std::string(name) + "/features"].unsqueeze(0));
        for (int s = 0; s < 3; ++s) expect_stage(tokens, name, s, picture.frames.at(0), 0);
        EXPECT_LT(relative_error(model->project(picture.tokens),
                                 tokens[std::string(name) + "/visual_tokens"]),
                  1e-4)
            << name;
    }
}

VisualEncoding encode_golden_video(const UniviModel& model, const std::string& name,
                                   bool references_rules) {
    const at::Tensor features = GoldenFile("tinyA_features.safetensors")[name + "/features"];
    ClusterNoise noise;
    if (references_rules) noise.frame = at::zeros({features.size(0)});
    return merge_frames(model.config().cluster, features, noise);
}

/// One event with k 1: every score ties, so the centre that the reference names is arbitrary
/// and not compared.
TEST(TinyTokens, ShortVideo) {
    const auto model = load_tiny("tinyA");
    const GoldenFile tokens("tinyA_tokens.safetensors");
    const VisualEncoding video = encode_golden_video(*model, "cup_9s.mp4", false);
    ASSERT_EQ(video.frames.size(), 7u);
    for (std::size_t t = 0; t < video.frames.size(); ++t)
        for (int s = 0; s < 3; ++s)
            expect_stage(tokens, "cup_9s.mp4/frames", s, video.frames[t],
                         static_cast<std::int64_t>(t));
    EXPECT_TRUE(same_integers(video.temporal->idx_cluster, tokens["cup_9s.mp4/ctm3/idx_cluster"]));
    for (int s = 0; s < 3; ++s)
        expect_stage(tokens, "cup_9s.mp4/event0", s, video.event_stages[0], 0);
    EXPECT_LT(relative_error(model->project(video.tokens), tokens["cup_9s.mp4/visual_tokens"]),
              1e-4);
}

bool same_stages(const GoldenFile& tokens, const std::string& at, const SpatialStages& stages,
                 std::int64_t row) {
    bool same = true;
    for (int s = 0; s < 3; ++s) {
        const std::string stage = at + "/ctm" + std::to_string(s) + "/";
        same = same && same_integers(stages.stage[s].centers, tokens[stage + "centers"][row]) &&
               same_integers(stages.stage[s].idx_cluster, tokens[stage + "idx_cluster"][row]) &&
               relative_error(stages.merged[s], tokens[stage + "merged"][row]) < 1e-5;
    }
    return same;
}

/// vision.json marks this video fragile (2 of 4 runs change). Near ties decide in two frames: in 10
/// the distances of token 174 to two centres differ by 3e-6 of their size, in 36 the scores of
/// tokens 126 and 169 by 1e-7 (fp64 agrees with us in both). Every other frame, the events (by the
/// reference's rule for equal densities) and every event without those two frames are compared.
TEST(TinyTokens, LongVideo) {
    const std::string name = "slides_52s.mp4";
    const auto is_fragile = [](int frame) { return frame == 10 || frame == 36; };
    const auto model = load_tiny("tinyA");
    const GoldenFile tokens("tinyA_tokens.safetensors");
    const VisualEncoding video = encode_golden_video(*model, name, true);
    ASSERT_EQ(video.frames.size(), 52u);
    for (int t = 0; t < 52; ++t)
        EXPECT_TRUE(is_fragile(t) || same_stages(tokens, name + "/frames", video.frames[t], t))
            << "frame " << t;
    EXPECT_TRUE(same_integers(video.temporal->idx_cluster, tokens[name + "/ctm3/idx_cluster"]));
    EXPECT_TRUE(same_integers(video.temporal->centers, tokens[name + "/ctm3/centers"]));
    ASSERT_EQ(video.events.size(), 4u);
    int compared_events = 0;
    for (std::size_t e = 0; e < 4; ++e) {
        const auto& frames = video.events[e];
        if (std::any_of(frames.begin(), frames.end(), is_fragile)) continue;
        ++compared_events;
        EXPECT_TRUE(
            same_stages(tokens, name + "/event" + std::to_string(e), video.event_stages[e], 0))
            << "event " << e;
    }
    EXPECT_EQ(compared_events, 2);
}

TEST(VisualEncoding, PatchMapsCoverTheOriginalPatches) {
    const ClusterConfig config;
    at::manual_seed(7);
    const at::Tensor features = at::randn({20, 70, 12});
    const VisualEncoding video = merge_frames(config, features);
    ASSERT_EQ(video.events.size(), 2u);
    EXPECT_EQ(video.events[0].front(), 0);
    EXPECT_LT(video.events[0].front(), video.events[1].front());
    for (std::size_t e = 0; e < 2; ++e)
        for (int s = 0; s < 3; ++s) {
            const at::Tensor& map = video.event_stages[e].idx_token[s];
            ASSERT_EQ(map.numel(), static_cast<std::int64_t>(video.events[e].size()) * 70);
            EXPECT_EQ(map.max().item<std::int64_t>() + 1, video.event_stages[e].merged[s].size(0));
        }
    // Stage 0 of a frame: the mean of the patches that map to a group is that group's token.
    const SpatialStages& frame = video.frames[3];
    const at::Tensor members =
        features[3].index_select(0, (frame.idx_token[0] == 5).nonzero().flatten());
    EXPECT_LT(relative_error(frame.merged[0][5], members.mean(0)), 1e-5);
}

/// One or two frames are pictures to the language model, three are a video.
TEST(VisualMerger, BatchesOfAnySizeEqualFramesOneByOne) {
    at::manual_seed(12);
    const at::Tensor features = at::randn({7, 64, 24});
    const ClusterConfig config;
    VisualMerger one_by_one(config);
    for (std::int64_t t = 0; t < 7; ++t) one_by_one.add(features[t]);
    const VisualEncoding expected = one_by_one.finish();
    for (const std::int64_t size : {1, 2, 3, 7}) {
        VisualMerger merger(config);
        for (const at::Tensor& batch : features.split(size)) {
            const auto merged = merger.add_frames(batch);
            EXPECT_EQ(std::ssize(merged), batch.size(0));
        }
        const VisualEncoding encoding = merger.finish();
        EXPECT_TRUE(at::equal(encoding.tokens, expected.tokens)) << size;
        EXPECT_EQ(encoding.events, expected.events) << size;
        for (std::size_t t = 0; t < 7; ++t)
            for (int s = 0; s < 3; ++s) {
                const SpatialStages &frame = encoding.frames[t], &alone = expected.frames[t];
                EXPECT_TRUE(at::equal(frame.idx_token[s], alone.idx_token[s])) << t << s;
                EXPECT_TRUE(at::equal(frame.stage[s].centers, alone.stage[s].centers)) << t << s;
                EXPECT_TRUE(at::equal(frame.merged[s], alone.merged[s])) << t << s;
            }
    }
    EXPECT_FALSE(error_of([&] { VisualMerger(config).add_frames(features[0]); }).empty());
}

TEST(VisualMerger, UpToTwoFramesAreSinglePictures) {
    const ClusterConfig config;
    at::manual_seed(8);
    const at::Tensor features = at::randn({3, 70, 12});
    const VisualEncoding two = merge_frames(config, features.narrow(0, 0, 2));
    EXPECT_FALSE(two.temporal.has_value());
    EXPECT_EQ(two.events, (std::vector<std::vector<int>>{{0}, {1}}));
    EXPECT_TRUE(at::equal(two.tokens, at::cat({stage_tokens(merge_spatial(config, features[0])),
                                               stage_tokens(merge_spatial(config, features[1]))})));
    EXPECT_TRUE(merge_frames(config, features).temporal.has_value());
    EXPECT_FALSE(error_of([&] { VisualMerger(config).finish(); }).empty());
}

TEST(VisualEncoding, WithoutClusteringAllTokensPass) {
    ClusterConfig config;
    config.use_cluster = false;
    const at::Tensor features = at::arange(40, c10::kFloat).view({10, 4});
    EXPECT_TRUE(at::equal(stage_tokens(merge_spatial(config, features)), features));
    const at::Tensor frames = at::arange(120, c10::kFloat).view({3, 10, 4});
    EXPECT_TRUE(at::equal(merge_frames(config, frames).tokens, frames.flatten(0, 1)));
}

}  // namespace
}  // namespace univi::model::test
