#include "core/media/heif_picture.h"

#include <libheif/heif.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/media/display_colours.h"
#include "core/media/transparency.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

// libheif's own limit is of one side. HEVC's and AV1's largest levels stay below it.
constexpr int kLongestSide = 16384;

struct HeifDeleter {
    void operator()(heif_context* context) const { heif_context_free(context); }
    void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
    void operator()(heif_image* image) const { heif_image_release(image); }
    void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
    void operator()(heif_color_profile_nclx* profile) const {
        heif_nclx_color_profile_free(profile);
    }
};
template <class T>
using Heif = std::unique_ptr<T, HeifDeleter>;

/// RGB or RGBA of 8 or 16 bits, rows without padding.
struct Pixels {
    int width = 0, height = 0, channels = 3, bits = 8;
    std::vector<std::uint8_t> bytes;
};

class HeifReader {
  public:
    HeifReader(PictureKind kind, const std::string& name, const ImageOptions& options)
        : kind_(kind), name_(name), options_(options) {}

    Image read(const std::string& bytes) {
        const Heif<heif_context> context(heif_context_alloc());
        if (!context) throw Error(ErrorKind::Memory, "not enough memory to read " + name_);
        heif_context_set_maximum_image_size_limit(context.get(), kLongestSide);
        check(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(),
                                                         nullptr));
        heif_image_handle* primary = nullptr;
        check(heif_context_get_primary_image_handle(context.get(), &primary));
        const Heif<heif_image_handle> handle(primary);
        check_size(handle.get());
        return for_people() ? to_shown(handle.get()) : to_rgb(decode(handle.get(), 3, 8));
    }

  private:
    bool for_people() const { return options_.reading == Reading::People; }

    void check(const heif_error& error) const {
        if (error.code == heif_error_Ok) return;
        if (error.code == heif_error_Memory_allocation_error)
            throw Error(ErrorKind::Memory, "not enough memory to read " + name_);
        const bool is_unsupported = error.code == heif_error_Unsupported_filetype ||
                                    error.code == heif_error_Unsupported_feature ||
                                    error.code == heif_error_Decoder_plugin_error;
        const std::string what(name_of(kind_));
        if (is_unsupported)
            throw Error(ErrorKind::Media, name_ + " is " + what +
                                              " of a kind that this system's libheif cannot "
                                              "decode; save it as PNG or JPEG");
        throw Error(ErrorKind::Media, name_ + " is " + what +
                                          " that is damaged or cut off before its end; save or "
                                          "download it again");
    }

    void check_size(heif_image_handle* handle) const {
        const std::int64_t width = heif_image_handle_get_width(handle);
        const std::int64_t height = heif_image_handle_get_height(handle);
        if (width < 1 || height < 1)
            check({heif_error_Invalid_input, heif_suberror_Unspecified, ""});
        if (width <= options_.max_pixels / height) return;
        throw Error(ErrorKind::Media, name_ + " is too large: " + std::to_string(width) + " x " +
                                          std::to_string(height) + " pixels, at most " +
                                          std::to_string(options_.max_pixels / 1'000'000) +
                                          " megapixels are read; save it smaller");
    }

    Image to_shown(heif_image_handle* handle) const {
        const ColourSpace space = colours(handle);
        const bool has_alpha = heif_image_handle_has_alpha_channel(handle) != 0;
        const int bits = space.is_srgb() ? 8 : 16;
        Pixels pixels = decode(handle, has_alpha ? 4 : 3, bits);
        if (!space.is_srgb()) pixels = to_srgb(pixels, space);
        if (!has_alpha) return to_rgb(std::move(pixels));
        const AlphaKind kind = heif_image_handle_is_premultiplied_alpha(handle)
                                   ? AlphaKind::Premultiplied
                                   : AlphaKind::Straight;
        return flatten_on_white(pixels.width, pixels.height, std::move(pixels.bytes), kind);
    }

    ColourSpace colours(heif_image_handle* handle) const {
        heif_color_profile_nclx* found = nullptr;
        const heif_error error = heif_image_handle_get_nclx_color_profile(handle, &found);
        // libheif leaves a profile behind also where it refuses one of its values.
        const Heif<heif_color_profile_nclx> profile(found);
        if (error.code != heif_error_Ok || !profile) return {};
        return colour_space(profile->transfer_characteristics, profile->color_primaries);
    }

    Pixels decode(heif_image_handle* handle, int channels, int bits) const {
        const Heif<heif_decoding_options> options(heif_decoding_options_alloc());
        if (!options) throw Error(ErrorKind::Memory, "not enough memory to read " + name_);
        options->convert_hdr_to_8bit = bits == 8;
        // dav1d, which libheif would take, writes about damaged files to stderr.
        if (kind_ == PictureKind::Avif) options->decoder_id = "aom";
        const heif_chroma chroma =
            bits == 8 ? (channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB)
                      : (channels == 4 ? heif_chroma_interleaved_RRGGBBAA_LE
                                       : heif_chroma_interleaved_RRGGBB_LE);
        heif_image* decoded = nullptr;
        check(heif_decode_image(handle, &decoded, heif_colorspace_RGB, chroma, options.get()));
        return copy(Heif<heif_image>(decoded).get(), channels, bits);
    }

    /// Takes over the rows; values of 9 to 15 bits are spread over 16.
    Pixels copy(heif_image* image, int channels, int bits) const {
        int stride = 0;
        const std::uint8_t* plane =
            heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
        Pixels pixels{heif_image_get_width(image, heif_channel_interleaved),
                      heif_image_get_height(image, heif_channel_interleaved),
                      channels,
                      bits,
                      {}};
        const std::int64_t area = std::int64_t(pixels.width) * pixels.height;
        // What comes out may be another size than what the file says.
        if (!plane || area < 1 || area > options_.max_pixels)
            check({heif_error_Invalid_input, heif_suberror_Unspecified, ""});
        const std::size_t row = std::size_t(pixels.width) * channels * (bits / 8);
        pixels.bytes.resize(row * pixels.height);
        for (int y = 0; y < pixels.height; ++y)
            std::memcpy(pixels.bytes.data() + row * y, plane + std::ptrdiff_t(stride) * y, row);
        const int coded = heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved);
        if (bits == 16 && coded > 0 && coded < 16) spread(pixels, coded);
        return pixels;
    }

    static void spread(Pixels& pixels, int coded_bits) {
        const std::uint32_t largest = (1U << coded_bits) - 1;
        for (std::size_t i = 0; i + 1 < pixels.bytes.size(); i += 2) {
            std::uint16_t value = 0;
            std::memcpy(&value, pixels.bytes.data() + i, 2);
            value = static_cast<std::uint16_t>(std::min<std::uint32_t>(value, largest) * 65535 /
                                               largest);
            std::memcpy(pixels.bytes.data() + i, &value, 2);
        }
    }

    static Pixels to_srgb(const Pixels& from, ColourSpace space) {
        const SrgbConverter converter(space);
        Pixels to{from.width, from.height, from.channels, 8, {}};
        const std::size_t count = std::size_t(from.width) * from.height;
        to.bytes.resize(count * from.channels);
        for (std::size_t i = 0; i < count; ++i) {
            std::uint16_t values[4];
            std::memcpy(values, from.bytes.data() + i * from.channels * 2,
                        std::size_t(from.channels) * 2);
            converter.convert(values, 1, to.bytes.data() + i * from.channels);
            if (from.channels == 4) to.bytes[i * 4 + 3] = static_cast<std::uint8_t>(values[3] >> 8);
        }
        return to;
    }

    static Image to_rgb(Pixels pixels) {
        return {pixels.width, pixels.height, std::move(pixels.bytes)};
    }

    PictureKind kind_;
    const std::string& name_;
    const ImageOptions& options_;
};

}  // namespace

Image decode_heif_picture(const std::string& bytes, PictureKind kind, const std::string& name,
                          const ImageOptions& options) {
    return HeifReader(kind, name, options).read(bytes);
}

}  // namespace univi::media
