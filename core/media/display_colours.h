#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace univi::media {

enum class Transfer {
    Sdr,  ///< BT.709, BT.2020 of 10 and 12 bits, sRGB: shown as they are
    Pq,   ///< SMPTE ST 2084
    Hlg   ///< ARIB STD-B67
};
enum class Primaries { Bt709, Bt2020, DisplayP3 };

/// In which light colours were coded.
struct ColourSpace {
    Transfer transfer = Transfer::Sdr;
    Primaries primaries = Primaries::Bt709;
    /// Returns true when values go to the screen as they are.
    bool is_srgb() const { return transfer == Transfer::Sdr && primaries == Primaries::Bt709; }
    bool operator==(const ColourSpace&) const = default;
};

/// By the code points of ITU-T H.273, which FFmpeg, HEIF and AVIF share. What is not named here
/// counts as BT.709.
ColourSpace colour_space(int transfer_code, int primaries_code);

/// High dynamic range and wide colours to sRGB, as a person sees them on an ordinary screen.
///
/// Light is taken relative to reference white, 203 cd/m2 (BT.2408): PQ by its inverse EOTF; HLG by
/// its inverse OETF and the system gamma 1.2 of a 1,000 cd/m2 display, on each component as
/// FFmpeg's zscale does; SDR by a power of 2.4. A matrix brings the primaries to BT.709; what lies
/// outside is cut off. The tone curve acts on the largest of a pixel's three components and scales
/// all three alike, so that hues stay: up to 0.9 nothing changes; above, m = 0.9 + 0.1 * t * (1 + t
/// / T^2) / (1 + t) with t = (m - 0.9) / 0.1, which reaches 1 at T, the t of 1,000 cd/m2. HDR
/// leaves by sRGB's curve, SDR by the power it came with.
class SrgbConverter {
  public:
    explicit SrgbConverter(ColourSpace space);
    /// `count` pixels of three 16-bit components, full range, to 8 bits.
    void convert(const std::uint16_t* rgb, std::size_t count, std::uint8_t* out) const;
    ColourSpace space() const { return space_; }

  private:
    void to_light(const std::uint16_t* rgb, float (&light)[3]) const;
    std::uint8_t to_code(float light) const;

    ColourSpace space_;
    std::vector<float> light_;        ///< [65536] code to light
    std::vector<std::uint8_t> code_;  ///< by the root of light in steps of 1/65535
};

}  // namespace univi::media
