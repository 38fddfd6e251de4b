#include "core/media/preprocess.h"

#include <thread>

#include "core/media/bicubic.h"
#include "core/media/image_file.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::GoldenTensors;
using testing::HasSubstr;

PreprocessOptions options_for(int size, bool pad) {
    PreprocessOptions options;
    options.shortest_edge = options.crop_size = size;
    options.pad_to_square = pad;
    return options;
}

Image noise_picture(int width, int height) {
    Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 3)};
    std::uint32_t state = 12345;
    for (std::uint8_t& value : image.rgb) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<std::uint8_t>(state >> 24);
    }
    return image;
}

class GoldenPreprocess : public testing::TestWithParam<int> {};

TEST_P(GoldenPreprocess, EveryCropEqualsPillow) {
    const int size = GetParam();
    const GoldenTensors golden("preprocess_" + std::to_string(size) + ".safetensors");
    int compared = 0;
    for (const std::string& name : golden.names()) {
        const std::string picture = name.substr(0, name.find('/')),
                          variant = name.substr(name.find('/') + 1);
        if (variant == "default") continue;
        const Image image =
            read_image(test::golden_input(picture), {.reading = Reading::Reference});
        const Image crop = resize_and_crop(image, options_for(size, variant == "pad_u8"));
        ASSERT_EQ(crop.width, size);
        ASSERT_EQ(crop.height, size);
        EXPECT_TRUE(test::planes(crop) == golden.values<std::uint8_t>(name)) << name;
        ++compared;
    }
    EXPECT_EQ(compared, size == 224 ? 12 : 6);
}
INSTANTIATE_TEST_SUITE_P(Sizes, GoldenPreprocess, testing::Values(224, 336));

TEST(Preprocess, NormalizedPixelsEqualReference) {
    const GoldenTensors golden("preprocess_224.safetensors");
    for (const char* picture : {"HappyFish.jpg", "messi5.jpg"}) {
        const Image image =
            read_image(test::golden_input(picture), {.reading = Reading::Reference});
        const Image crop = resize_and_crop(image, options_for(224, false));
        std::vector<float> pixels(3 * 224 * 224);
        normalize(crop, {}, pixels);
        const std::vector<float> wanted = golden.values<float>(std::string(picture) + "/default");
        for (std::size_t i = 0; i < pixels.size(); ++i)
            ASSERT_NEAR(pixels[i], wanted[i], 5e-7) << i;
    }
}

TEST(Preprocess, NormalizeRefusesWrongOutputSize) {
    std::vector<float> pixels(5);
    EXPECT_THAT(test::error_of([&] { normalize(noise_picture(2, 2), {}, pixels); },
                               base::ErrorKind::Internal),
                HasSubstr("3 planes"));
}

TEST(Preprocess, WindowEqualsCutOutOfWholeResize) {
    const Image image = noise_picture(313, 201);
    const Image whole = resize_bicubic(image, 150, 97);
    const Image part = resample_bicubic({&image, 313, 201, 0, 0, {}}, {150, 97, 31, 20, 64, 50});
    for (int y = 0; y < 50; ++y) {
        ASSERT_EQ(std::memcmp(part.pixel(0, y), whole.pixel(31, 20 + y), 64 * 3), 0) << y;
    }
}

TEST(Preprocess, PaddedCanvasEqualsPaddingByHand) {
    for (const auto& [width, height] : {std::pair{301, 77}, {77, 301}, {90, 90}}) {
        const Image image = noise_picture(width, height);
        const int side = std::max(width, height);
        Image square{side, side, {}};
        for (int i = 0; i < side * side; ++i) square.rgb.insert(square.rgb.end(), {122, 116, 104});
        for (int y = 0; y < height; ++y) {
            std::memcpy(square.rgb.data() +
                            (std::size_t((side - height) / 2 + y) * side + (side - width) / 2) * 3,
                        image.pixel(0, y), std::size_t(width) * 3);
        }
        const Image wanted = resize_and_crop(square, options_for(224, false));
        EXPECT_TRUE(resize_and_crop(image, options_for(224, true)).rgb == wanted.rgb)
            << width << " x " << height;
    }
}

TEST(Preprocess, SameSizeIsUnchanged) {
    const Image image = noise_picture(40, 30);
    EXPECT_TRUE(resize_bicubic(image, 40, 30).rgb == image.rgb);
}

TEST(Preprocess, ThreadsDoNotChangePixels) {
    const Image image = noise_picture(640, 360);
    const Image wanted = resize_and_crop(image, {});
    std::vector<Image> results(4);
    std::vector<std::thread> threads;
    for (Image& result : results)
        threads.emplace_back([&] { result = resize_and_crop(image, {}); });
    for (std::thread& thread : threads) thread.join();
    for (const Image& result : results) EXPECT_TRUE(result.rgb == wanted.rgb);
}

TEST(Preprocess, CropLargerThanPictureIsSurroundedByZeros) {
    PreprocessOptions options = options_for(10, false);
    options.crop_size = 15;
    const Image crop =
        resize_and_crop(Image{20, 20, std::vector<std::uint8_t>(1200, 200)}, options);
    ASSERT_EQ(crop.width, 15);
    // The reference pads ceil(5/2) = 3 rows above and 2 below.
    EXPECT_EQ(crop.pixel(7, 2)[0], 0);
    EXPECT_EQ(crop.pixel(7, 3)[0], 200);
    EXPECT_EQ(crop.pixel(7, 12)[0], 200);
    EXPECT_EQ(crop.pixel(7, 13)[0], 0);
}

TEST(Preprocess, ThinPictureCostsNoHugeCanvas) {
    const Image thin{1, 60000, std::vector<std::uint8_t>(180000, 77)};
    EXPECT_EQ(resize_and_crop(thin, options_for(224, false)).pixel(100, 100)[0], 77);
    const Image padded = resize_and_crop(thin, options_for(224, true));
    EXPECT_EQ(padded.pixel(0, 0)[0], 122);
    EXPECT_EQ(padded.pixel(223, 223)[2], 104);
}

TEST(Preprocess, EmptyPictureIsRefused) {
    EXPECT_THAT(test::media_error_of([] { resize_and_crop({}, {}); }), HasSubstr("no pixels"));
    EXPECT_THAT(test::media_error_of([] { resize_bicubic({}, 4, 4); }), HasSubstr("zero pixels"));
}

TEST(Preprocess, CropRectangleInOriginalPixels) {
    // 548 x 342 becomes 358 x 224; the crop begins at column 67.
    const auto plain = crop_rectangle(548, 342, options_for(224, false));
    EXPECT_NEAR(plain[0], 67 * 548.0 / 358, 1e-9);
    EXPECT_NEAR(plain[1], 0, 1e-9);
    EXPECT_NEAR(plain[2], 224 * 548.0 / 358, 1e-9);
    EXPECT_NEAR(plain[3], 342, 1e-9);
    const auto padded = crop_rectangle(548, 342, options_for(224, true));
    EXPECT_NEAR(padded[0], 0, 1e-9);
    EXPECT_NEAR(padded[1], -103, 1e-9);
    EXPECT_NEAR(padded[2], 548, 1e-9);
    EXPECT_NEAR(padded[3], 548, 1e-9);
}

TEST(PreprocessConfig, BothPublishedForms) {
    const test::ScratchFolder folder;
    test::write_bytes(
        folder / "new.json",
        R"({"size":{"shortest_edge":336},"crop_size":{"height":336,"width":336},"do_resize":true,
                          "resample":3,"rescale_factor":0.00392156862745098,"image_mean":[0.5,0.5,0.5]})");
    const PreprocessOptions options = PreprocessOptions::load(folder / "new.json", 224);
    EXPECT_EQ(options.shortest_edge, 336);
    EXPECT_EQ(options.crop_size, 336);
    EXPECT_FLOAT_EQ(options.mean[1], 0.5F);
    test::write_bytes(folder / "old.json", R"({"size":224,"crop_size":224})");
    EXPECT_EQ(PreprocessOptions::load(folder / "old.json", 336).shortest_edge, 224);
    EXPECT_EQ(PreprocessOptions::load(folder / "none.json", 336).crop_size, 336);
}

TEST(PreprocessConfig, DamagedValuesAreNamed) {
    const test::ScratchFolder folder;
    const auto load = [&](const std::string& text) {
        test::write_bytes(folder / "p.json", text);
        return test::error_of([&] { PreprocessOptions::load(folder / "p.json", 224); },
                              base::ErrorKind::Format);
    };
    EXPECT_THAT(load(R"({"size":-1})"), HasSubstr("size must be a whole number from 1"));
    EXPECT_THAT(load(R"({"size":1000000000})"), HasSubstr("size must be a whole number from 1"));
    EXPECT_THAT(load(R"({"crop_size":{"height":1,"width":2}})"), HasSubstr("crop_size"));
    EXPECT_THAT(load(R"({"image_std":[0,1,1]})"), HasSubstr("image_std"));
    EXPECT_THAT(load(R"({"image_mean":[0.1,0.2]})"), HasSubstr("image_mean"));
    EXPECT_THAT(load(R"({"resample":2})"), HasSubstr("resample must be 3"));
    EXPECT_THAT(load(R"({"do_center_crop":false})"), HasSubstr("do_center_crop"));
    EXPECT_THAT(load("[]"), HasSubstr("one JSON object"));
}

}  // namespace
}  // namespace univi::media
