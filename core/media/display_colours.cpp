#include "core/media/display_colours.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace univi::media {

namespace {

constexpr double kReferenceWhite = 203, kPeak = 1000;  // cd/m2
constexpr double kSdrPower = 2.4;
constexpr float kKnee = 0.9F;
constexpr int kCodes = 65536;

using Matrix = std::array<std::array<float, 3>, 3>;
constexpr Matrix kFromBt2020{{{1.660491F, -0.587641F, -0.072850F},
                              {-0.124550F, 1.132900F, -0.008349F},
                              {-0.018151F, -0.100579F, 1.118730F}}};
constexpr Matrix kFromDisplayP3{{{1.224940F, -0.224940F, 0.0F},
                                 {-0.042057F, 1.042057F, 0.0F},
                                 {-0.019638F, -0.078636F, 1.098274F}}};

double pq_light(double code) {
    constexpr double m1 = 2610.0 / 16384, m2 = 2523.0 / 32, c1 = 3424.0 / 4096, c2 = 2413.0 / 128,
                     c3 = 2392.0 / 128;
    const double power = std::pow(code, 1 / m2);
    return 10000 * std::pow(std::max(power - c1, 0.0) / (c2 - c3 * power), 1 / m1) /
           kReferenceWhite;
}

double hlg_light(double code) {
    constexpr double a = 0.17883277, b = 0.28466892, c = 0.55991073, system_gamma = 1.2;
    const double scene = code <= 0.5 ? code * code / 3 : (std::exp((code - c) / a) + b) / 12;
    return kPeak * std::pow(scene, system_gamma) / kReferenceWhite;
}

double light_of(Transfer transfer, double code) {
    switch (transfer) {
        case Transfer::Pq:
            return pq_light(code);
        case Transfer::Hlg:
            return hlg_light(code);
        default:
            return std::pow(code, kSdrPower);
    }
}

double code_of(Transfer transfer, double light) {
    if (transfer == Transfer::Sdr) return std::pow(light, 1 / kSdrPower);
    return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

void change_primaries(const Matrix& matrix, float (&light)[3]) {
    const float r = light[0], g = light[1], b = light[2];
    for (std::size_t i = 0; i < 3; ++i)
        light[i] = std::max(0.0F, matrix[i][0] * r + matrix[i][1] * g + matrix[i][2] * b);
}

void apply_tone_curve(float (&light)[3]) {
    const float largest = std::max({light[0], light[1], light[2]});
    if (largest <= kKnee) return;
    constexpr float kEnd = (static_cast<float>(kPeak / kReferenceWhite) - kKnee) / (1 - kKnee);
    const float t = std::min((largest - kKnee) / (1 - kKnee), kEnd);
    const float mapped = kKnee + (1 - kKnee) * t * (1 + t / (kEnd * kEnd)) / (1 + t);
    for (float& component : light) component *= mapped / largest;
}

}  // namespace

ColourSpace colour_space(int transfer_code, int primaries_code) {
    ColourSpace space;
    if (transfer_code == 16) space.transfer = Transfer::Pq;
    if (transfer_code == 18) space.transfer = Transfer::Hlg;
    const bool is_hdr = space.transfer != Transfer::Sdr;
    if (primaries_code == 9 || (is_hdr && primaries_code == 2)) space.primaries = Primaries::Bt2020;
    if (primaries_code == 11 || primaries_code == 12) space.primaries = Primaries::DisplayP3;
    return space;
}

SrgbConverter::SrgbConverter(ColourSpace space) : space_(space), light_(kCodes), code_(kCodes) {
    for (int i = 0; i < kCodes; ++i) {
        const double value = i / double(kCodes - 1);
        light_[std::size_t(i)] = static_cast<float>(light_of(space.transfer, value));
        code_[std::size_t(i)] =
            static_cast<std::uint8_t>(std::lround(255 * code_of(space.transfer, value * value)));
    }
}

void SrgbConverter::to_light(const std::uint16_t* rgb, float (&light)[3]) const {
    for (std::size_t i = 0; i < 3; ++i) light[i] = light_[rgb[i]];
    if (space_.primaries == Primaries::Bt2020) change_primaries(kFromBt2020, light);
    if (space_.primaries == Primaries::DisplayP3) change_primaries(kFromDisplayP3, light);
    if (space_.transfer != Transfer::Sdr) apply_tone_curve(light);
}

std::uint8_t SrgbConverter::to_code(float light) const {
    const float step = std::sqrt(std::min(light, 1.0F)) * float(kCodes - 1);
    return code_[static_cast<std::size_t>(step + 0.5F)];
}

void SrgbConverter::convert(const std::uint16_t* rgb, std::size_t count, std::uint8_t* out) const {
    for (std::size_t i = 0; i < count; ++i, rgb += 3, out += 3) {
        float light[3];
        to_light(rgb, light);
        for (std::size_t c = 0; c < 3; ++c) out[c] = to_code(light[c]);
    }
}

}  // namespace univi::media
