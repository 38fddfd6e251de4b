#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/session/engine.h"
#include "tests/core/session/golden_cases.h"
#include "tests/support/clips.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using protocol::TokenGroups;

/// The map's groups are 0..m-1, their sizes as counted, each centre's patch in its own group.
void expect_partition(const protocol::StageGroups& stage, std::size_t patches, std::size_t groups) {
    ASSERT_EQ(stage.patch_to_group.size(), patches);
    ASSERT_EQ(stage.sizes.size(), groups);
    std::vector<int> counted(groups, 0);
    for (const int group : stage.patch_to_group) ++counted.at(static_cast<std::size_t>(group));
    EXPECT_EQ(counted, stage.sizes);
    ASSERT_EQ(stage.center_patches.size(), groups);
    for (std::size_t g = 0; g < groups; ++g)
        EXPECT_EQ(stage.patch_to_group.at(static_cast<std::size_t>(stage.center_patches[g])),
                  static_cast<int>(g));
    EXPECT_EQ(stage.density.size(), stage.distance.size());
}

class MediaTest : public testing::Test {
  protected:
    MediaTest() {
        auto options = golden_options();
        options.picture_folder = (folder_ / "pictures").string();
        engine_ = session::Engine::load(options);
        talk_ = engine_->start_conversation();
    }
    ScratchFolder folder_;
    std::unique_ptr<session::Engine> engine_;
    std::unique_ptr<session::Conversation> talk_;
};

TEST_F(MediaTest, APicturesGroupsPartitionItsPatches) {
    const auto groups = talk_->encode({golden_input("messi5.jpg")}, {});
    EXPECT_TRUE(groups.complete);
    EXPECT_FALSE(groups.is_video);
    EXPECT_EQ(groups.grid, 16);
    ASSERT_EQ(groups.frames.size(), 1U);
    const std::size_t wanted[3] = {64, 32, 16};
    for (int s = 0; s < 3; ++s) expect_partition(groups.frames[0].stages[s], 256, wanted[s]);
    EXPECT_EQ(groups.num_tokens(), 112);
    EXPECT_EQ(groups.token_offset(0, 2), 96);
    const auto shown = media::read_image(groups.frames[0].picture);
    EXPECT_EQ(shown.width, groups.picture_width);
    EXPECT_EQ(shown.height, groups.picture_height);
    EXPECT_NEAR(groups.crop[2], 342, 1) << "the crop is the short side";
    EXPECT_NEAR(groups.crop[0], 103, 1);
}

TEST_F(MediaTest, APictureIsShownAsTheModelSawIt) {
    auto options = golden_options();
    options.reads_as_reference = false;  // as chat reads
    options.picture_folder = (folder_ / "shown").string();
    const auto engine = session::Engine::load(options);
    const auto talk = engine->start_conversation();
    const std::string data = UNIVI_TEST_DATA "/media/";
    const auto turned = talk->encode({data + "rot270.mp4"}, {});
    EXPECT_EQ(turned.picture_width, 320);
    EXPECT_EQ(turned.picture_height, 200);
    // A picture that is stored lying, with an orientation tag.
    const auto picture = folder_ / "lying.jpg";
    media::write_image(folder_ / "plain.jpg", numbered_picture(0, 64, 32));
    write_bytes(picture, with_exif_orientation(read_bytes(folder_ / "plain.jpg"), 6));
    const auto upright = talk->encode({picture.string()}, {});
    EXPECT_EQ(upright.picture_width, 32);
    EXPECT_EQ(upright.picture_height, 64);
    EXPECT_EQ(media::read_image(upright.frames[0].picture).height, 64);
}

TEST_F(MediaTest, ADamagedVideoSaysHowMuchIsLost) {
    const std::string path = UNIVI_TEST_DATA "/media/damaged_mid.mp4";
    const auto groups = talk_->encode({path}, {});
    EXPECT_EQ(groups.frames_lost, 28);
    EXPECT_EQ(groups.frames_in_file, 60);
    EXPECT_EQ(groups.damage(),
              "damaged_mid.mp4 is damaged: 28 of 60 frames cannot be read and were left out");
    EXPECT_EQ(groups.frames.size(), 4U);
    EXPECT_EQ(talk_->encode({golden_input("cup_9s.mp4")}, {}).damage(), "");
}

TEST_F(MediaTest, AVideosFirstGroupsShowBeforeItsLastFrameIsRead) {
    std::vector<TokenGroups> reports;
    protocol::MediaProgressEvent progress, at_first_report;
    session::Observer observer;
    observer.on_media_progress = [&](const auto& event) { progress = event; };
    observer.on_groups = [&](int, const TokenGroups& groups) {
        if (reports.empty()) at_first_report = progress;
        reports.push_back(groups);
    };
    const auto groups = talk_->encode({golden_input("slides_52s.mp4")}, observer);
    ASSERT_GE(reports.size(), 2U);
    EXPECT_FALSE(reports.front().complete);
    EXPECT_LT(reports.front().frames.size(), 52U);
    EXPECT_LT(at_first_report.frames_decoded, 52);
    EXPECT_EQ(at_first_report.frames_total, 52);
    EXPECT_TRUE(reports.back().complete);
    EXPECT_EQ(reports.back().frames.size(), 52U);
    EXPECT_EQ(groups.events.size(), 4U);
}

TEST_F(MediaTest, AVideosEventsHoldEveryFrameOnce) {
    const auto groups = talk_->encode({golden_input("slides_52s.mp4")}, {});
    std::multiset<int> frames;
    int first = -1;
    for (const auto& event : groups.events) {
        EXPECT_GT(event.frames.front(), first) << "events are ordered by their first frame";
        first = event.frames.front();
        frames.insert(event.frames.begin(), event.frames.end());
        const std::size_t wanted[3] = {64, 32, 16};
        for (int s = 0; s < 3; ++s)
            expect_partition(event.stages[s], event.frames.size() * 256, wanted[s]);
    }
    std::vector<int> all(52);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_TRUE(std::equal(frames.begin(), frames.end(), all.begin(), all.end()));
    EXPECT_EQ(groups.frame_density.size(), 52U);
    EXPECT_EQ(groups.num_tokens(), 4 * 112);
    for (std::size_t f = 1; f < groups.frames.size(); ++f)
        EXPECT_GT(groups.frames[f].time_s, groups.frames[f - 1].time_s);
}

TEST_F(MediaTest, AVideoOfTwoFramesIsTwoPictures) {
    const auto clip = folder_ / "two.mp4";
    write_clip(clip, {.num_frames = 50});
    const auto groups = talk_->encode({clip.string()}, {});
    ASSERT_EQ(groups.frames.size(), 2U);
    ASSERT_EQ(groups.events.size(), 2U);
    EXPECT_EQ(groups.num_tokens(), 224);
    EXPECT_EQ(groups.events[1].stages[0].patch_to_group, groups.frames[1].stages[0].patch_to_group);
    session::Question question;
    question.media = {clip.string()};
    question.text = "What happens?";
    question.options.max_new_tokens = 2;
    EXPECT_EQ(talk_->ask(question, {}).visual_tokens, 224);
}

TEST_F(MediaTest, MaxFramesLimitsAVideo) {
    EXPECT_EQ(talk_->encode({golden_input("slides_52s.mp4"), session::MediumKind::Auto, 10}, {})
                  .frames.size(),
              10U);
}

TEST_F(MediaTest, TheSameFrameIsStoredOnce) {
    const auto one = talk_->encode({golden_input("notes.png")}, {});
    const auto other = engine_->start_conversation()->encode({golden_input("notes.png")}, {});
    EXPECT_EQ(one.frames[0].picture, other.frames[0].picture);
    int files = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(folder_ / "pictures"))
        ++files;
    EXPECT_EQ(files, 1);
}

TEST_F(MediaTest, WrongFilesAreAnsweredInOneSentence) {
    write_sound(folder_ / "sound.mp4");
    const std::pair<std::string, base::ErrorKind> cases[] = {
        {folder_.write("text.jpg", "This is no picture.").string(), base::ErrorKind::Media},
        {folder_.write("empty.png", "").string(), base::ErrorKind::Media},
        {folder_.write("empty.mp4", "").string(), base::ErrorKind::Media},
        {folder_.write("text.mp4", "This is no video.").string(), base::ErrorKind::Media},
        {(folder_ / "sound.mp4").string(), base::ErrorKind::Media},
        {(folder_ / "missing.jpg").string(), base::ErrorKind::File},
        {folder_.path().string(), base::ErrorKind::File},
    };
    for (const auto& [file, kind] : cases) {
        try {
            talk_->encode({file}, {});
            ADD_FAILURE() << file;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
            EXPECT_THAT(error.what(),
                        testing::HasSubstr(std::filesystem::path(file).filename().string()));
        }
    }
}

}  // namespace
}  // namespace univi::test
