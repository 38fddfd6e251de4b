#include <cmath>
#include <nlohmann/json.hpp>

#include "core/media/video.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FrameSampling, EveryGoldenRecord) {
    const auto records =
        nlohmann::json::parse(test::read_bytes(UNIVI_GOLDEN "/data/frame_indices.json"));
    ASSERT_EQ(records.size(), 19U);
    for (const auto& record : records) {
        FrameSampling options;
        options.max_frames = record["max_frames"];
        options.framerate = record["video_framerate"];
        if (!record["s"].is_null()) options.start_s = record["s"].get<double>();
        if (!record["e"].is_null()) options.end_s = record["e"].get<double>();
        const auto sample = [&] {
            return sample_frame_indices(record["fps"], record["n_frames"], options);
        };
        if (record["indices"].is_null()) {
            EXPECT_FALSE(test::media_error_of(sample).empty()) << record.dump();
        } else {
            EXPECT_EQ(sample(), record["indices"].get<std::vector<int>>()) << record.dump();
        }
    }
}

TEST(FrameSampling, HalfStridesRoundToEven) {
    EXPECT_THAT(sample_frame_indices(2.5, 5, {}), ElementsAre(0, 2, 4));
    EXPECT_THAT(sample_frame_indices(3.5, 9, {}), ElementsAre(0, 4, 8));
}

TEST(FrameSampling, ReversedRangeIsSwapped) {
    FrameSampling options;
    options.start_s = 3;
    options.end_s = 1;
    EXPECT_THAT(sample_frame_indices(10, 100, options), ElementsAre(10, 20, 30));
}

TEST(FrameSampling, OnlyAStartGoesToTheEnd) {
    FrameSampling options;
    options.start_s = 8;
    EXPECT_THAT(sample_frame_indices(10, 100, options), ElementsAre(80, 90));
}

FrameSampling exact(double start, double end) {
    FrameSampling options;
    options.start_s = start;
    options.end_s = end;
    options.exact_range = true;
    return options;
}

TEST(FrameSampling, AnExactRangeHoldsTheFramesThatAreShownInIt) {
    EXPECT_THAT(sample_frame_indices(10, 100, exact(1.5, 3.6)), ElementsAre(15, 25, 35));
    EXPECT_THAT(sample_frame_indices(10, 100, exact(1.5, 3.5)), ElementsAre(15, 25));
    EXPECT_THAT(sample_frame_indices(10, 100, exact(9.5, 60)), ElementsAre(95));
    EXPECT_THAT(sample_frame_indices(10, 100, exact(2, 2.01)), ElementsAre(20));
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(10, 100, exact(10, 12)); }),
                HasSubstr("outside it"));
}

TEST(FrameSampling, AChosenNumberOfFramesIsSpreadOverTheRange) {
    FrameSampling options = exact(1, 2);
    options.spread = true;
    options.max_frames = 4;
    EXPECT_THAT(sample_frame_indices(10, 100, options), ElementsAre(10, 13, 16, 19));
    options.max_frames = 50;
    EXPECT_EQ(sample_frame_indices(10, 100, options).size(), 10U) << "there are no more";
}

TEST(FrameSampling, SlowVideoIsRefusedAsTheReferenceDoesOrKeptWhole) {
    FrameSampling options;
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(0.5, 4, options); }),
                HasSubstr("too few frames a second"));
    options.keep_all_when_slow = true;
    EXPECT_THAT(sample_frame_indices(0.5, 4, options), ElementsAre(0, 1, 2, 3));
}

TEST(FrameSampling, SenselessNumbersAreOneSentence) {
    FrameSampling options;
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(25, 0, options); }),
                HasSubstr("no frames"));
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(NAN, 10, options); }),
                HasSubstr("no usable frame rate"));
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(-1, 10, options); }),
                HasSubstr("no usable frame rate"));
    options.framerate = 0.9;
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(25, 10, options); }),
                HasSubstr("at least 1 frame a second"));
    options.framerate = 1;
    options.max_frames = 0;
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(25, 10, options); }),
                HasSubstr("at least 1"));
    options.max_frames = 4;
    options.start_s = 1e300;
    EXPECT_THAT(test::media_error_of([&] { sample_frame_indices(25, 10, options); }),
                HasSubstr("outside it"));
}

}  // namespace
}  // namespace univi::media
