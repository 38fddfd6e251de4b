#include "core/media/webp_picture.h"

#include <webp/demux.h>

#include <memory>
#include <vector>

#include "core/media/transparency.h"

namespace univi::media {

namespace {

struct DecoderDeleter {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

Image without_alpha(int width, int height, const std::vector<std::uint8_t>& rgba) {
    Image image{width, height, std::vector<std::uint8_t>(rgba.size() / 4 * 3)};
    for (std::size_t i = 0; i < rgba.size() / 4; ++i)
        for (std::size_t c = 0; c < 3; ++c) image.rgb[i * 3 + c] = rgba[i * 4 + c];
    return image;
}

}  // namespace

std::optional<Image> decode_animated_webp(const std::string& bytes, Reading reading) {
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) return std::nullopt;
    options.color_mode = MODE_RGBA;
    const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    const std::unique_ptr<WebPAnimDecoder, DecoderDeleter> decoder(
        WebPAnimDecoderNew(&data, &options));
    WebPAnimInfo info;
    std::uint8_t* pixels = nullptr;
    int time = 0;
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info) ||
        !WebPAnimDecoderGetNext(decoder.get(), &pixels, &time))
        return std::nullopt;
    const auto width = static_cast<int>(info.canvas_width);
    const auto height = static_cast<int>(info.canvas_height);
    std::vector<std::uint8_t> rgba(pixels, pixels + std::size_t(width) * height * 4);
    if (reading == Reading::Reference) return without_alpha(width, height, rgba);
    return flatten_on_white(width, height, std::move(rgba));
}

}  // namespace univi::media
