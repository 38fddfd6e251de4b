#include "training/demo/stamps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "core/base/error.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

constexpr int kLongSide = 320;
constexpr int kShapeSide = 256;

/// Cuts away fully transparent borders.
cv::Mat crop_to_visible(const cv::Mat& rgba) {
    cv::Mat alpha;
    cv::extractChannel(rgba, alpha, 3);
    const cv::Rect box = cv::boundingRect(alpha > 40);
    return rgba(box).clone();
}

cv::Mat scale_to(const cv::Mat& rgba, int long_side) {
    const double factor = double(long_side) / std::max(rgba.cols, rgba.rows);
    const cv::Size size(std::max(1, int(std::lround(rgba.cols * factor))),
                        std::max(1, int(std::lround(rgba.rows * factor))));
    cv::Mat out;
    cv::resize(rgba, out, size, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    return out;
}

cv::Mat read_stamp(const std::filesystem::path& file) {
    const cv::Mat raw = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
    if (raw.empty() || raw.channels() != 4)
        throw base::Error(base::ErrorKind::File,
                          "The cut-out " + file.string() +
                              " is missing or has no transparency; install Debian's package "
                              "tuxpaint-stamps-default.");
    cv::Mat eight = raw;
    if (raw.depth() == CV_16U) raw.convertTo(eight, CV_8U, 1.0 / 257);
    cv::Mat rgba;
    cv::cvtColor(eight, rgba, cv::COLOR_BGRA2RGBA);
    // Colours under transparent pixels must not bleed into the edges when scaled: premultiply is
    // undone by the blender.
    rgba = crop_to_visible(rgba);
    return std::max(rgba.cols, rgba.rows) > kLongSide ? scale_to(rgba, kLongSide) : rgba;
}

std::vector<cv::Point> star_points(int side) {
    std::vector<cv::Point> points;
    for (int i = 0; i < 10; ++i) {
        const double radius = (i % 2 == 0 ? 0.49 : 0.2) * side;
        const double angle = -std::numbers::pi / 2 + i * std::numbers::pi / 5;
        points.emplace_back(int(side * 0.5 + radius * std::cos(angle)),
                            int(side * 0.52 + radius * std::sin(angle)));
    }
    return points;
}

std::vector<cv::Point> heart_points(int side) {
    std::vector<cv::Point> points;
    for (int i = 0; i < 120; ++i) {
        const double t = 2 * std::numbers::pi * i / 120, s = std::sin(t);
        const double x = 16 * s * s * s;
        const double y =
            13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
        points.emplace_back(int(side * (0.5 + x / 34)), int(side * (0.46 - y / 34)));
    }
    return points;
}

/// The silhouette of a shape, 255 inside (CV_8U, side x side).
cv::Mat shape_mask(std::string_view name) {
    const int n = kShapeSide;
    cv::Mat mask = cv::Mat::zeros(n, n, CV_8U);
    const cv::Point middle(n / 2, n / 2);
    const auto fill = [&](const std::vector<cv::Point>& points) {
        cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{points}, 255, cv::LINE_AA);
    };
    if (name == "ball") cv::circle(mask, middle, n / 2 - 4, 255, cv::FILLED, cv::LINE_AA);
    if (name == "ring") cv::circle(mask, middle, n * 37 / 100, 255, n / 5, cv::LINE_AA);
    if (name == "square") cv::rectangle(mask, {12, 12}, {n - 13, n - 13}, 255, cv::FILLED);
    if (name == "triangle") fill({{n / 2, 10}, {n - 6, n - 20}, {6, n - 20}});
    if (name == "star") fill(star_points(n));
    if (name == "heart") fill(heart_points(n));
    return mask;
}

/// A shape in grey levels: lit from above, with a thin dark edge so that white stands out on white.
cv::Mat shape_stamp(std::string_view name) {
    const cv::Mat mask = shape_mask(name);
    cv::Mat inner;
    cv::erode(mask, inner, cv::getStructuringElement(cv::MORPH_ELLIPSE, {13, 13}));
    cv::Mat rgba(mask.size(), CV_8UC4);
    for (int y = 0; y < mask.rows; ++y)
        for (int x = 0; x < mask.cols; ++x) {
            const int light = 255 - 50 * y / mask.rows;
            const auto v =
                static_cast<unsigned char>(inner.at<uchar>(y, x) > 127 ? light : light / 3);
            rgba.at<cv::Vec4b>(y, x) = {v, v, v, mask.at<uchar>(y, x)};
        }
    return crop_to_visible(rgba);
}

cv::Mat tint(const cv::Mat& grey, const Colour& colour) {
    cv::Mat out = grey.clone();
    for (auto& pixel : cv::Mat_<cv::Vec4b>(out))
        for (int c = 0; c < 3; ++c) pixel[c] = static_cast<uchar>(pixel[c] * colour.rgb[c] / 255);
    return out;
}

}  // namespace

StampLibrary::StampLibrary(const std::filesystem::path& folder) {
    for (const Kind& kind : kinds()) {
        auto& variants = stamps_.emplace_back();
        for (const std::string_view stamp : kind.stamps)
            if (!stamp.empty())
                variants.push_back(read_stamp(folder / (std::string(stamp) + ".png")));
        if (variants.empty()) variants.push_back(shape_stamp(kind.name));
    }
}

int StampLibrary::num_variants(int kind) const {
    return static_cast<int>(stamps_.at(static_cast<std::size_t>(kind)).size());
}

cv::Mat StampLibrary::draw(int kind, int variant, int colour, int long_side) const {
    const cv::Mat& stamp =
        stamps_.at(static_cast<std::size_t>(kind)).at(static_cast<std::size_t>(variant));
    const cv::Mat scaled = scale_to(stamp, long_side);
    if (!is_shape(kind)) return scaled;
    return tint(scaled, colours()[static_cast<std::size_t>(std::max(colour, 0))]);
}

double StampLibrary::aspect(int kind, int variant) const {
    const cv::Mat& stamp =
        stamps_.at(static_cast<std::size_t>(kind)).at(static_cast<std::size_t>(variant));
    return double(stamp.cols) / stamp.rows;
}

}  // namespace univi::training::demo
