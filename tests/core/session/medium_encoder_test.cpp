// The encoder without an engine or a conversation, on the demo model.
#include "core/session/medium_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/session/loaded_model.h"
#include "core/session/model_folder_lookup.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

using univi::test::ScratchFolder;

const std::string kSamples = UNIVI_SOURCE_DIR "/resources/samples/";

const LoadedModel& demo_model() {
    static const LoadedModel loaded = [] {
        const c10::InferenceMode inference;
        model::LoadOptions options;
        options.model = UNIVI_SOURCE_DIR "/resources/demo";
        return load_model(options);
    }();
    return loaded;
}

/// Keeps what it is shown; makes the frames of `centres` the centres of events.
struct Probe : EncodingProbe {
    void on_features(const at::Tensor& pixel_values, const at::Tensor& features) override {
        frames += pixel_values.size(0);
        EXPECT_EQ(features.size(0), pixel_values.size(0));
    }
    void on_encoding(const model::VisualEncoding& whole) override { encoding = whole; }
    std::optional<at::Tensor> frame_noise() override { return noise; }
    std::optional<at::Tensor> token_noise(const std::string& call) override {
        calls.push_back(call);
        return std::nullopt;
    }
    std::int64_t frames = 0;
    std::optional<at::Tensor> noise;
    std::vector<std::string> calls;
    model::VisualEncoding encoding;
};

class MediumEncoderTest : public testing::Test {
  protected:
    const c10::InferenceMode inference_;
    MediumEncoder encoder_{*demo_model().model, {demo_model().preprocess}};
};

TEST_F(MediumEncoderTest, APicturesTokensAreItsMergedFeaturesBehindTheProjector) {
    Probe probe;
    const auto medium = encoder_.encode({kSamples + "fruit.jpg"}, {}, {}, &probe);
    EXPECT_EQ(probe.frames, 1);
    EXPECT_EQ(medium->placeholders, 1);
    EXPECT_EQ(medium->visual_tokens.size(0), 112);
    EXPECT_TRUE(
        at::equal(medium->visual_tokens, demo_model().model->project(probe.encoding.tokens)));
    EXPECT_EQ(medium->groups.num_tokens(), 112);
    EXPECT_TRUE(medium->groups.complete);
    EXPECT_EQ(medium->key, medium_key({kSamples + "fruit.jpg"}, MediumKind::Picture));
}

TEST_F(MediumEncoderTest, AVideoStandsForItsFrames) {
    Probe probe;
    const MediumRequest request{kSamples + "drive.mp4", MediumKind::Auto, 6};
    const auto medium = encoder_.encode(request, {}, {}, &probe);
    EXPECT_EQ(probe.frames, 6);
    EXPECT_EQ(medium->placeholders, 6);
    EXPECT_EQ(medium->groups.frames.size(), 6U);
    EXPECT_EQ(medium->visual_tokens.size(0), medium->groups.num_tokens());
    EXPECT_EQ(medium->key.max_frames, 6);
    EXPECT_EQ(std::ranges::count(probe.calls, "ctm0"), 2) << "one merging for four frames";
    EXPECT_EQ(std::ranges::count(probe.calls, "event0/ctm0"), 1);
}

TEST_F(MediumEncoderTest, AProbesNoiseDecidesBetweenEqualFrames) {
    const MediumRequest request{kSamples + "drive.mp4", MediumKind::Video, 6};
    const auto centers = [&](const std::optional<at::Tensor>& noise) {
        Probe probe;
        probe.noise = noise;
        return encoder_.encode(request, {}, {}, &probe)->groups.event_centers;
    };
    at::Tensor last = at::zeros({6});
    last[5] = 1e6;
    const auto chosen = centers(last);
    EXPECT_NE(std::ranges::find(chosen, 5), chosen.end());
    EXPECT_NE(chosen, centers(std::nullopt));
}

TEST_F(MediumEncoderTest, TwoEncodersNeverNameTwoMediaAlike) {
    const MediumEncoder other(*demo_model().model, {demo_model().preprocess});
    const auto a = encoder_.encode({kSamples + "fruit.jpg"});
    const auto b = other.encode({kSamples + "fruit.jpg"});
    EXPECT_NE(a->serial, b->serial);
    EXPECT_TRUE(at::equal(a->visual_tokens, b->visual_tokens));
}

TEST_F(MediumEncoderTest, TheObserverHearsOfProgressAndOfWholeGroups) {
    std::vector<int> encoded;
    bool complete = false;
    EncodingObserver observer;
    observer.on_progress = [&](const auto& event) { encoded.push_back(event.frames_encoded); };
    observer.on_groups = [&](const auto& groups) { complete = groups.complete; };
    encoder_.encode({kSamples + "drive.mp4", MediumKind::Video, 6}, observer);
    EXPECT_EQ(encoded.front(), 0);
    EXPECT_EQ(encoded.back(), 6);
    EXPECT_TRUE(std::ranges::is_sorted(encoded));
    EXPECT_TRUE(complete);
}

TEST_F(MediumEncoderTest, AStopEndsTheEncoding) {
    base::StopSource stop;
    stop.request_stop();
    EXPECT_THROW(encoder_.encode({kSamples + "fruit.jpg"}, {}, stop.get_token()), base::Error);
    EXPECT_THROW(encoder_.encode({kSamples + "drive.mp4"}, {}, stop.get_token()), base::Error);
}

TEST_F(MediumEncoderTest, OfAPassingWindowTheTowerSeesNewFramesOnly) {
    const auto memory = std::make_shared<FrameMemory>();
    const MediumEncoder live(*demo_model().model, {demo_model().preprocess, media::Reading::People,
                                                   PictureStore(std::filesystem::path()), memory});
    const auto window = [](double start, bool passing) {
        base::ClipRange clip;
        clip.start_s = start;
        clip.end_s = start + 4;
        return MediumRequest{kSamples + "drive.mp4", MediumKind::Video, 64, clip, passing};
    };
    std::vector<std::int64_t> frames;
    for (const double start : {0.0, 1.0, 1.0, 0.0}) {
        Probe probe;
        const auto medium = live.encode(window(start, true), {}, {}, &probe);
        frames.push_back(probe.frames);
        const auto fresh = encoder_.encode(window(start, true));
        EXPECT_TRUE(at::allclose(medium->visual_tokens, fresh->visual_tokens, 1e-3, 1e-3));
        EXPECT_EQ(medium->groups.event_centers, fresh->groups.event_centers);
    }
    EXPECT_EQ(frames, (std::vector<std::int64_t>{4, 1, 0, 0}));
    Probe probe;
    live.encode(window(0, false), {}, {}, &probe);
    EXPECT_EQ(probe.frames, 4) << "what does not pass is encoded as ever";
}

TEST(FrameMemory, KeepsWhatWasUsedLast) {
    const at::Tensor features = at::ones({4, 8});
    FrameMemory memory(2 * static_cast<std::int64_t>(features.nbytes()));
    memory.keep("a", features);
    memory.keep("b", features * 2);
    EXPECT_TRUE(at::equal(memory.find("a"), features));
    memory.keep("c", features * 3);
    EXPECT_FALSE(memory.find("b").defined());
    EXPECT_TRUE(memory.find("a").defined());
    EXPECT_EQ(memory.bytes(), 2 * static_cast<std::int64_t>(features.nbytes()));
    EXPECT_NE(FrameMemory::name_of(std::vector<float>{1, 2}),
              FrameMemory::name_of(std::vector<float>{2, 1}));
}

TEST_F(MediumEncoderTest, AModelWithoutATowerSaysSo) {
    model::LoadOptions options;
    options.model = UNIVI_SOURCE_DIR "/resources/demo";
    options.load_vision_tower = false;
    const auto blind = model::UniviModel::load(options);
    const MediumEncoder encoder(*blind, {});
    EXPECT_THROW(encoder.encode({kSamples + "fruit.jpg"}), base::Error);
}

TEST(ModelFolderLookup, AFolderIsItselfAndAFileOrNothingIsRefused) {
    const ScratchFolder folder;
    EXPECT_EQ(find_model_folder(folder.path().string()), folder.path());
    EXPECT_THROW(find_model_folder(folder.write("file", "x").string()), base::Error);
    EXPECT_THROW(find_model_folder((folder / "nix").string()), base::Error);
}

}  // namespace
}  // namespace univi::session
