#include "core/media/display_colours.h"

#include <array>
#include <cmath>

#include "core/media/video.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/pictures.h"

namespace univi::media {
namespace {

using Rgb = std::array<double, 3>;
constexpr int kPq = 16, kHlg = 18, kBt2020 = 9, kDisplayP3 = 12;

double pq_code(double nits) {
    const double power = std::pow(nits / 10000, 2610.0 / 16384);
    return std::pow((3424.0 / 4096 + 2413.0 / 128 * power) / (1 + 2392.0 / 128 * power),
                    2523.0 / 32);
}

double hlg_code(double nits) {
    const double scene = std::pow(nits / 1000, 1 / 1.2);
    if (scene <= 1.0 / 12) return std::sqrt(3 * scene);
    return 0.17883277 * std::log(12 * scene - 0.28466892) + 0.55991073;
}

double srgb_light(double code) {
    return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
}

/// BT.709 light in the primaries of BT.2020 (ITU-R BT.2087).
Rgb to_bt2020(const Rgb& light) {
    constexpr double kMatrix[3][3] = {
        {0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0114}, {0.0164, 0.0880, 0.8956}};
    Rgb out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) out[i] += kMatrix[i][j] * light[j];
    return out;
}

std::array<int, 3> shown(ColourSpace space, const Rgb& code) {
    std::uint16_t in[3];
    std::uint8_t out[3];
    for (std::size_t i = 0; i < 3; ++i) in[i] = std::uint16_t(std::lround(code[i] * 65535));
    SrgbConverter(space).convert(in, 1, out);
    return {out[0], out[1], out[2]};
}

TEST(DisplayColours, HdrShowsTheColoursThatWereMeant) {
    for (const auto& [r, g, b] : {std::array{220, 30, 30},
                                  {30, 180, 30},
                                  {30, 30, 220},
                                  {200, 220, 206},
                                  {128, 128, 128},
                                  {8, 8, 8},
                                  {0, 0, 0}}) {
        const Rgb light =
            to_bt2020({srgb_light(r / 255.0), srgb_light(g / 255.0), srgb_light(b / 255.0)});
        Rgb pq{}, hlg{};
        for (std::size_t i = 0; i < 3; ++i) {
            pq[i] = pq_code(203 * light[i]);
            hlg[i] = hlg_code(203 * light[i]);
        }
        for (const auto& found :
             {shown(colour_space(kPq, kBt2020), pq), shown(colour_space(kHlg, kBt2020), hlg)}) {
            EXPECT_NEAR(found[0], r, 2);
            EXPECT_NEAR(found[1], g, 2);
            EXPECT_NEAR(found[2], b, 2);
        }
    }
}

TEST(DisplayColours, TheToneCurveRisesToWhiteAndKeepsHues) {
    const ColourSpace space = colour_space(kPq, kBt2020);
    int last = 0;
    for (const double nits : {100.0, 180.0, 203.0, 300.0, 500.0, 1000.0}) {
        const int gray = shown(space, {pq_code(nits), pq_code(nits), pq_code(nits)})[0];
        EXPECT_GT(gray, last) << nits;
        last = gray;
    }
    EXPECT_EQ(last, 255);
    EXPECT_EQ(shown(space, {1, 1, 1})[1], 255);
    // A red of four times reference white stays red.
    const Rgb light = to_bt2020({4, 0.4, 0.4});
    const auto red =
        shown(space, {pq_code(203 * light[0]), pq_code(203 * light[1]), pq_code(203 * light[2])});
    EXPECT_GT(red[0], 245);
    EXPECT_NEAR(red[1], 89, 4);  // a tenth of the light
    EXPECT_NEAR(red[2], red[1], 2);
}

TEST(DisplayColours, WideSdrKeepsGraysAndWidensColours) {
    const ColourSpace wide = colour_space(1, kBt2020), p3 = colour_space(13, kDisplayP3);
    for (const int gray : {0, 1, 2, 17, 128, 255})
        for (const ColourSpace space : {wide, p3}) {
            const auto found = shown(space, {gray / 255.0, gray / 255.0, gray / 255.0});
            for (const int component : found) EXPECT_NEAR(component, gray, gray < 4 ? 1 : 0);
        }
    EXPECT_GT(shown(wide, {0.6, 0.3, 0.3})[0], 170);  // 153 as coded
    EXPECT_TRUE(colour_space(1, 1).is_srgb());
    EXPECT_TRUE(colour_space(2, 2).is_srgb());
    EXPECT_TRUE(colour_space(6, 5).is_srgb());
}

class HdrClips : public testing::TestWithParam<const char*> {};

TEST_P(HdrClips, LookLikeTheirSdrTwin) {
    const std::string folder = UNIVI_TEST_DATA "/media/";
    VideoReader hdr(folder + GetParam(), {}), sdr(folder + "sdr_colours.mp4", {});
    VideoReader coded(folder + GetParam(), {}, Reading::Reference);
    while (const auto wanted = sdr.next()) {
        const auto found = hdr.next(), plain = coded.next();
        ASSERT_TRUE(found && plain);
        EXPECT_LT(test::difference(found->image.rgb, wanted->image.rgb.data()).mean, 3);
        EXPECT_GT(test::difference(plain->image.rgb, wanted->image.rgb.data()).mean, 20)
            << "the reference shows colours as coded";
    }
}
INSTANTIATE_TEST_SUITE_P(All, HdrClips,
                         testing::Values("hdr_pq_colours.mp4", "hdr_hlg_colours.mp4"));

}  // namespace
}  // namespace univi::media
