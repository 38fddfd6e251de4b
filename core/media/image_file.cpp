#include "core/media/image_file.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/foreign_format.h"
#include "core/media/gif_picture.h"
#include "core/media/heif_picture.h"
#include "core/media/orientation.h"
#include "core/media/picture_codecs.h"
#include "core/media/picture_header.h"
#include "core/media/picture_orientation.h"
#include "core/media/png_picture.h"
#include "core/media/tiff_picture.h"
#include "core/media/transparency.h"
#include "core/media/webp_picture.h"

namespace univi::media {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::Media, name + " " + what);
}

/// OpenCV's warnings about files would land in the middle of the log; our own sentence
/// says what matters.
void silence_opencv() {
    static const bool once = [] {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        return true;
    }();
    (void)once;
}

std::string read_picture_file(const fs::path& path, const std::string& name) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) refuse(path.string(), "was not found; check the path and the name");
    if (fs::is_directory(status))
        refuse(path.string(), "is a folder, not a picture; choose a file in it");
    std::string bytes = base::read_file(path);
    if (bytes.empty()) refuse(name, "is empty (0 bytes); save or download it again");
    return bytes;
}

std::string count_megapixels(std::int64_t width, std::int64_t height) {
    return std::to_string(width) + " x " + std::to_string(height);
}

void check_kind(PictureKind kind, const std::string& bytes, const std::string& name) {
    // Camera raw files begin as TIFF does.
    if (kind == PictureKind::Unknown || kind == PictureKind::Tiff) {
        const std::string format = foreign_format(bytes);
        if (!format.empty()) refuse(name, foreign_advice(format));
    }
    if (kind == PictureKind::Unknown)
        refuse(name,
               "is not a picture this program reads; use JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or "
               "AVIF");
}

void check_header(const PictureHeader& header, const std::string& name, std::int64_t max_pixels) {
    const bool has_size = header.width > 0 && header.height > 0;
    if (has_size && header.width > max_pixels / header.height) {
        refuse(name, "is too large: " + count_megapixels(header.width, header.height) +
                         " pixels, at most " + std::to_string(max_pixels / 1'000'000) +
                         " megapixels are read; save it smaller");
    }
    if (!header.is_whole || !has_size) {
        refuse(name, "is damaged or cut off before its end; save or download it again");
    }
}

/// BGR, BGRA or 16-bit gray; empty when OpenCV cannot decode it. OpenCV's exceptions end here.
cv::Mat decode(const std::string& bytes, int flags) {
    silence_opencv();
    // const_cast: cv::Mat has no read-only view; imdecode only reads.
    const cv::Mat view(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
    try {
        return decode_picture(view, flags);
    } catch (const Error&) {
        throw;
    } catch (const std::exception&) {
        return {};
    }
}

std::optional<Image> to_image(const cv::Mat& decoded) {
    if (decoded.empty()) return std::nullopt;
    if (decoded.type() == CV_8UC4) {
        std::vector<std::uint8_t> rgba(decoded.total() * 4);
        cv::cvtColor(decoded, cv::Mat(decoded.rows, decoded.cols, CV_8UC4, rgba.data()),
                     cv::COLOR_BGRA2RGBA);
        return flatten_on_white(decoded.cols, decoded.rows, std::move(rgba));
    }
    Image image{decoded.cols, decoded.rows, {}};
    image.rgb.resize(std::size_t(image.width) * image.height * 3);
    cv::Mat rgb(decoded.rows, decoded.cols, CV_8UC3, image.rgb.data());
    if (decoded.type() == CV_16UC1) {
        // What Pillow makes of 16-bit gray: everything over 255 is white.
        cv::Mat gray;
        decoded.convertTo(gray, CV_8U);
        cv::cvtColor(gray, rgb, cv::COLOR_GRAY2RGB);
    } else if (decoded.type() == CV_8UC3) {
        cv::cvtColor(decoded, rgb, cv::COLOR_BGR2RGB);
    } else {
        return std::nullopt;
    }
    return image;
}

int decode_flags(const PictureHeader& header, Reading reading) {
    // Every turn is ours (picture_orientation.h).
    if (reading == Reading::People) {
        const bool may_be_see_through = header.kind == PictureKind::WebP ||
                                        (header.kind == PictureKind::Bmp && header.has_alpha);
        return may_be_see_through ? cv::IMREAD_UNCHANGED
                                  : cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION;
    }
    // Read as the reference does. People get the upper 8 bits of 16-bit gray: Pillow's white
    // picture helps nobody.
    const int base = header.is_gray16 ? cv::IMREAD_ANYDEPTH : cv::IMREAD_COLOR;
    return base | cv::IMREAD_IGNORE_ORIENTATION;
}

/// Some programs write BMP with an alpha mask and leave alpha 0 everywhere: they mean opaque.
cv::Mat with_meant_alpha(cv::Mat decoded) {
    if (decoded.type() != CV_8UC4) return decoded;
    cv::Mat alpha;
    cv::extractChannel(decoded, alpha, 3);
    if (cv::countNonZero(alpha) == 0) decoded |= cv::Scalar(0, 0, 0, 255);
    return decoded;
}

std::optional<Image> decode_pixels(const PictureHeader& header, const std::string& bytes,
                                   const std::string& name, Reading reading) {
    const bool is_shown = reading == Reading::People;
    if (header.kind == PictureKind::Gif) return decode_gif_picture(bytes, name, reading);
    if (header.is_animated) return decode_animated_webp(bytes, reading);
    if (header.kind == PictureKind::Png && is_shown && header.has_alpha)
        return decode_png_on_white(bytes);
    if (header.kind == PictureKind::Tiff && is_shown)
        return decode_tiff_on_white(bytes, header.has_alpha);
    const cv::Mat decoded = decode(bytes, decode_flags(header, reading));
    return to_image(header.kind == PictureKind::Bmp ? with_meant_alpha(decoded) : decoded);
}

Orientation orientation_of(PictureKind kind, const std::string& bytes, Reading reading) {
    // Pillow turns a TIFF when it opens it, and nothing else.
    if (reading == Reading::Reference && kind != PictureKind::Tiff) return {};
    return orientation_from_tag(stored_orientation(kind, bytes));
}

}  // namespace

Image read_image(const fs::path& path, const ImageOptions& options) {
    const std::string name = path.filename().string();
    std::string bytes = read_picture_file(path, name);
    const PictureHeader header = read_picture_header(bytes);
    check_kind(header.kind, bytes, name);
    if (header.kind == PictureKind::Heic || header.kind == PictureKind::Avif)
        return decode_heif_picture(bytes, header.kind, name, options);
    check_header(header, name, options.max_pixels);
    const Orientation orientation = orientation_of(header.kind, bytes, options.reading);
    bytes = decodable_bytes(header, std::move(bytes), options.reading == Reading::People);
    const auto image = decode_pixels(header, bytes, name, options.reading);
    if (!image)
        refuse(name,
               "is damaged or of an unusual kind and cannot be decoded; save it as PNG or JPEG");
    return orientation.is_identity() ? *image : apply_orientation(*image, orientation);
}

std::future<void> prepare_to_read_images() {
    return std::async(std::launch::async, [] {
        try {
            open_picture_codecs();
        } catch (const Error&) {  // said when a picture is read
        }
    });
}

void write_image(const fs::path& path, const Image& image) {
    silence_opencv();
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (extension != ".png" && extension != ".jpg" && extension != ".jpeg") {
        throw Error(ErrorKind::File,
                    "cannot write " + path.string() + ": the name must end in .png or .jpg");
    }
    if (image.width < 1 || image.height < 1)
        throw Error(ErrorKind::File,
                    "cannot write " + path.string() + ": the picture has no pixels");
    std::vector<std::uint8_t> encoded;
    bool is_encoded = false;
    try {
        cv::Mat bgr;
        cv::cvtColor(cv::Mat(image.height, image.width, CV_8UC3,
                             const_cast<std::uint8_t*>(image.rgb.data())),
                     bgr, cv::COLOR_RGB2BGR);
        is_encoded = encode_picture(extension, bgr, encoded);
    } catch (const cv::Exception&) {
        is_encoded = false;
    }
    if (!is_encoded)
        throw Error(ErrorKind::File,
                    "cannot write " + path.string() + ": the picture could not be encoded");
    base::write_file_atomically(path,
                                {reinterpret_cast<const char*>(encoded.data()), encoded.size()});
}

}  // namespace univi::media
