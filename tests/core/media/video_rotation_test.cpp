#include "core/media/image_file.h"
#include "core/media/turned_frame.h"
#include "core/media/video.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::ClipOptions;

/// Where the red field of write_clip's frames is: "upper left" and so on.
std::string red_corner(const Image& image) {
    const int right = image.width - 5, bottom = image.height - 5;
    std::string found;
    for (const auto& [name, x, y] : {std::tuple{"upper left", 4, 4},
                                     {"upper right", right, 4},
                                     {"lower left", 4, bottom},
                                     {"lower right", right, bottom}})
        if (image.pixel(x, y)[0] > 170 && image.pixel(x, y)[1] < 80) found += name;
    return found;
}

class VideoRotation : public testing::Test {
  protected:
    Image first(const ClipOptions& options, Reading reading, const char* name = "a.mp4") {
        test::write_clip(folder_ / name, options);
        VideoReader reader(folder_ / name, {}, reading);
        const Image image = reader.next()->image;
        EXPECT_EQ(image.width, reader.info().width);
        EXPECT_EQ(image.height, reader.info().height);
        return image;
    }
    test::ScratchFolder folder_;
};

TEST_F(VideoRotation, QuartersAreTurnedForPeopleAndForTheReference) {
    for (const Reading reading : {Reading::People, Reading::Reference}) {
        const Image plain = first({.num_frames = 3}, reading);
        EXPECT_EQ(red_corner(plain), "lower left");
        const Image by90 = first({.num_frames = 3, .clockwise_degrees = 90}, reading);
        EXPECT_EQ(by90.width, 120);
        EXPECT_EQ(red_corner(by90), "upper left");
        const Image by180 = first({.num_frames = 3, .clockwise_degrees = 180}, reading);
        EXPECT_EQ(by180.width, 160);
        EXPECT_EQ(red_corner(by180), "upper right");
        const Image by270 = first({.num_frames = 3, .clockwise_degrees = 270}, reading);
        EXPECT_EQ(by270.width, 120);
        EXPECT_EQ(red_corner(by270), "lower right");
    }
}

TEST_F(VideoRotation, MirrorsAndOddAnglesAreForPeople) {
    const ClipOptions mirrored{.num_frames = 3, .is_mirrored = true};
    EXPECT_EQ(red_corner(first(mirrored, Reading::People)), "lower right");
    // What decord makes of a mirror is a turn by 180 degrees: the angle alone says so.
    EXPECT_EQ(red_corner(first(mirrored, Reading::Reference)), "upper right");
    const ClipOptions odd{.num_frames = 3, .clockwise_degrees = 80};
    EXPECT_EQ(red_corner(first(odd, Reading::People)), "upper left");
    EXPECT_EQ(red_corner(first(odd, Reading::Reference)), "lower left");
}

TEST_F(VideoRotation, EveryPixelAsDecord) {
    const std::string folder = UNIVI_TEST_DATA "/media/";
    for (const char* name : {"rot270.mp4", "rot90.mov"}) {
        const Image wanted =
            read_image(folder + std::filesystem::path(name).stem().string() + "_decord.png");
        VideoReader reader(folder + name, {}, Reading::Reference);
        EXPECT_EQ(reader.info().width, 320) << name;
        EXPECT_TRUE(reader.next()->image.rgb == wanted.rgb) << name;
        VideoReader shown(folder + name, {});
        EXPECT_LT(test::difference(shown.next()->image.rgb, wanted.rgb.data()).mean, 1) << name;
    }
}

TEST(TurnedFrame, EveryPlaneOfEveryKindOfFormat) {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_NV12,
                                       AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_RGB24,
                                       AV_PIX_FMT_GRAY8, AV_PIX_FMT_PAL8, AV_PIX_FMT_YUVJ422P}) {
        FrameHandle frame(av_frame_alloc());
        frame->format = format;
        frame->width = 7;
        frame->height = 5;
        ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
        for (std::size_t p = 0; p < 4 && frame->buf[p]; ++p)
            std::fill_n(frame->buf[p]->data, frame->buf[p]->size, std::uint8_t(1));
        for (const int quarters : {1, 2, 3}) {
            const FrameHandle turned = turned_frame(*frame, quarters);
            EXPECT_EQ(turned->width, quarters == 2 ? 7 : 5);
            EXPECT_EQ(turned->height, quarters == 2 ? 5 : 7);
        }
    }
}

}  // namespace
}  // namespace univi::media
