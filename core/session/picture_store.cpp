#include "core/session/picture_store.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <system_error>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/media/image_file.h"

namespace univi::session {

namespace {

media::Image scaled_for_people(const media::Image& image) {
    const int longest = std::max(image.width, image.height);
    if (longest <= PictureStore::kLongestSide) return image;
    const double scale = double(PictureStore::kLongestSide) / longest;
    const auto side = [&](int value) { return std::max(1, int(std::lround(value * scale))); };
    return media::resize_bicubic(image, side(image.width), side(image.height));
}

}  // namespace

ShownPicture PictureStore::show(const media::Image& image,
                                const media::PreprocessOptions& preprocess,
                                const std::string& source) const {
    ShownPicture shown{source, image.width, image.height, {}};
    if (!folder_.empty()) {
        const media::Image scaled = scaled_for_people(image);
        try {
            shown = {store(scaled), scaled.width, scaled.height, {}};
        } catch (const base::Error& error) {
            base::log_warning(error.what());
        }
    }
    shown.crop = media::crop_rectangle(shown.width, shown.height, preprocess);
    return shown;
}

std::string PictureStore::store(const media::Image& image) const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    const auto bytes = std::as_bytes(std::span(image.rgb));
    const std::string name = base::sha256_hex(bytes).substr(0, 32) + "-" +
                             std::to_string(image.width) + "x" + std::to_string(image.height);
    const auto file = folder_ / (name + ".jpg");
    if (std::filesystem::exists(file, error)) return file.string();
    media::write_image(file, image);  // whole or not at all
    return file.string();
}

}  // namespace univi::session
