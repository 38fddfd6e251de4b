#include "core/media/heif_picture.h"

#include <libheif/heif.h>

#include <algorithm>

#include "core/media/image_file.h"
#include "core/media/video.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kWidth = 96, kHeight = 64;
const std::string kData = UNIVI_TEST_DATA "/media/";

std::vector<int> pixel(const Image& image, int x, int y) {
    return {image.pixel(x, y), image.pixel(x, y) + 3};
}

void expect_near(const std::vector<int>& found, const std::vector<int>& wanted, int tolerance) {
    for (std::size_t c = 0; c < 3; ++c)
        EXPECT_NEAR(found[c], wanted[c], tolerance) << "component " << c;
}

void require(const heif_error& error) {
    if (error.code != heif_error_Ok) throw std::runtime_error(error.message);
}

heif_error append(heif_context*, const void* data, std::size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
    return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

struct EncodeOptions {
    heif_compression_format format = heif_compression_HEVC;
    heif_orientation orientation = heif_orientation_normal;
    std::vector<std::uint8_t> left{220, 30, 30, 255}, right{30, 30, 220, 255};
    bool has_alpha = false;
};

/// A file whose left half is of one colour and whose right half of another.
std::string encode(const EncodeOptions& options) {
    const std::size_t channels = options.has_alpha ? 4 : 3;
    heif_image* image = nullptr;
    require(heif_image_create(
        kWidth, kHeight, heif_colorspace_RGB,
        options.has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, &image));
    require(heif_image_add_plane(image, heif_channel_interleaved, kWidth, kHeight, 8));
    int stride = 0;
    std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
            std::copy_n((x < kWidth / 2 ? options.left : options.right).begin(), channels,
                        plane + std::ptrdiff_t(y) * stride + x * std::ptrdiff_t(channels));
    heif_context* context = heif_context_alloc();
    heif_encoder* encoder = nullptr;
    require(heif_context_get_encoder_for_format(context, options.format, &encoder));
    heif_encoder_set_lossy_quality(encoder, 95);
    heif_encoding_options* how = heif_encoding_options_alloc();
    how->image_orientation = options.orientation;
    heif_image_handle* handle = nullptr;
    require(heif_context_encode_image(context, image, encoder, how, &handle));
    std::string bytes;
    heif_writer writer{1, append};
    require(heif_context_write(context, &writer, &bytes));
    heif_image_handle_release(handle);
    heif_encoding_options_free(how);
    heif_encoder_release(encoder);
    heif_context_free(context);
    heif_image_release(image);
    return bytes;
}

class HeifPicture : public testing::Test {
  protected:
    Image read(const std::string& bytes, const ImageOptions& options = {}) {
        test::write_bytes(folder_ / "picture.heic", bytes);
        return read_image(folder_ / "picture.heic", options);
    }
    std::string refusal(const std::string& bytes, const ImageOptions& options = {}) {
        return test::media_error_of([&] { read(bytes, options); });
    }
    test::ScratchFolder folder_;
};

TEST_F(HeifPicture, PhotosAreReadAndAlike) {
    const Image heic = read_image(kData + "photo.heic"), avif = read_image(kData + "photo.avif");
    ASSERT_EQ(heic.width, 240);
    ASSERT_EQ(avif.rgb.size(), heic.rgb.size());
    EXPECT_LT(test::difference(heic.rgb, avif.rgb.data()).mean, 4);
    for (const char* name : {"photo.heic", "photo.avif"}) {
        EXPECT_FALSE(is_video_file(kData + name));
        EXPECT_EQ(read_image(kData + name, {.reading = Reading::Reference}).width, 240);
    }
}

TEST_F(HeifPicture, TilesAreOnePicture) {
    const Image image = read_image(kData + "grid.avif");
    ASSERT_EQ(image.width, 128);
    ASSERT_EQ(image.height, 64);
    expect_near(pixel(image, 10, 30), {220, 30, 30}, 3);
    expect_near(pixel(image, 100, 30), {30, 30, 220}, 3);
}

TEST_F(HeifPicture, TurnsAndMirrorsAreAppliedOnce) {
    for (const auto format : {heif_compression_HEVC, heif_compression_AV1}) {
        EncodeOptions options{.format = format};
        options.orientation = heif_orientation_rotate_90_cw;
        const Image turned = read(encode(options));
        EXPECT_EQ(turned.width, kHeight);
        EXPECT_EQ(turned.height, kWidth);
        expect_near(pixel(turned, 30, 10), {220, 30, 30}, 6);  // the left half comes up
        options.orientation = heif_orientation_flip_horizontally;
        expect_near(pixel(read(encode(options)), 10, 10), {30, 30, 220}, 6);
        options.orientation = heif_orientation_rotate_180;
        expect_near(pixel(read(encode(options)), 10, 10), {30, 30, 220}, 6);
    }
}

TEST_F(HeifPicture, AlphaLiesOnWhiteForPeopleOnly) {
    EncodeOptions options{.format = heif_compression_AV1};
    options.has_alpha = true;
    options.right = {30, 30, 220, 0};
    const std::string bytes = encode(options);
    const Image shown = read(bytes);
    expect_near(pixel(shown, 10, 10), {220, 30, 30}, 6);
    expect_near(pixel(shown, 85, 10), {255, 255, 255}, 3);
    expect_near(pixel(read(bytes, {.reading = Reading::Reference}), 85, 10), {30, 30, 220}, 8);
}

TEST_F(HeifPicture, HdrBecomesSrgb) {
    const Image shown = read_image(kData + "hdr_pq_gray.avif");
    expect_near(pixel(shown, 10, 10), {128, 128, 128}, 2);
    expect_near(pixel(shown, 85, 10), {249, 249, 249}, 2);
    const Image coded = read_image(kData + "hdr_pq_gray.avif", {.reading = Reading::Reference});
    EXPECT_LT(pixel(coded, 85, 10)[0], 160);
}

TEST_F(HeifPicture, DamagedAndTooLargeAreNamed) {
    const std::string heic = test::read_bytes(kData + "photo.heic");
    for (const double share : {0.05, 0.3, 0.9}) {
        const auto kept = static_cast<std::size_t>(share * double(heic.size()));
        EXPECT_THAT(refusal(heic.substr(0, kept)),
                    testing::AllOf(StartsWith("picture.heic is a HEIC picture"),
                                   HasSubstr("damaged or cut off")));
    }
    EXPECT_THAT(refusal(heic, {.max_pixels = 240 * 240 - 1}), HasSubstr("too large: 240 x 240"));
    EXPECT_THAT(test::media_error_of([&] { VideoReader reader(kData + "photo.heic", {}); }),
                HasSubstr("is not a video but a HEIC picture"));
}

}  // namespace
}  // namespace univi::media
