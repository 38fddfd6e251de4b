#include "core/media/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/media/bicubic.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

constexpr int kLargestEdge =
    4096;  // OpenAI's towers take 224 or 336; more than this is a damaged file

[[noreturn]] void refuse(const std::string& file, const std::string& field,
                         const std::string& wanted) {
    throw Error(ErrorKind::Format, file + ": " + field + " must be " + wanted);
}

int edge_value(const Json& value, const std::string& file, const std::string& field) {
    if (!value.is_number_integer() || value < 1 || value > kLargestEdge) {
        refuse(file, field, "a whole number from 1 to " + std::to_string(kLargestEdge));
    }
    return value.get<int>();
}

/// 224, {"shortest_edge": 224} or {"height": 224, "width": 224}.
int read_edge(const Json& config, const std::string& file, const std::string& field,
              int otherwise) {
    const auto found = config.find(field);
    if (found == config.end()) return otherwise;
    if (!found->is_object()) return edge_value(*found, file, field);
    if (found->contains("shortest_edge")) return edge_value((*found)["shortest_edge"], file, field);
    if (!found->contains("height") || !found->contains("width") ||
        (*found)["height"] != (*found)["width"]) {
        refuse(file, field, "one number, a shortest_edge, or an equal height and width");
    }
    return edge_value((*found)["height"], file, field);
}

std::array<float, 3> read_triple(const Json& config, const std::string& file,
                                 const std::string& field, std::array<float, 3> otherwise,
                                 double least) {
    const auto found = config.find(field);
    if (found == config.end()) return otherwise;
    std::array<float, 3> values{};
    const bool is_triple = found->is_array() && found->size() == 3;
    for (std::size_t i = 0; is_triple && i < 3; ++i) {
        const Json& value = (*found)[i];
        if (!value.is_number() || !(value.get<double>() >= least) || value.get<double>() > 1) {
            refuse(file, field, "three numbers between 0 and 1");
        }
        values[i] = value.get<float>();
    }
    if (!is_triple) refuse(file, field, "three numbers between 0 and 1");
    return values;
}

/// The steps this class always does; a file that switches one off or changes it asks
/// for something else.
void check_fixed_steps(const Json& config, const std::string& file) {
    for (const char* step : {"do_resize", "do_center_crop", "do_normalize", "do_rescale"}) {
        if (config.contains(step) && config[step] != true) refuse(file, step, "true");
    }
    if (config.contains("resample") && config["resample"] != 3)
        refuse(file, "resample", "3 (bicubic)");
    if (const auto factor = config.find("rescale_factor"); factor != config.end()) {
        const bool is_usual =
            factor->is_number() && std::abs(factor->get<double>() - 1.0 / 255) < 1e-9;
        if (!is_usual) refuse(file, "rescale_factor", "1/255");
    }
}

/// Size and place of everything between the picture and the crop, in pixels.
struct Layout {
    /// padded canvas and the picture on it
    int canvas_width = 0, canvas_height = 0, left = 0, top = 0;
    int resized_width = 0, resized_height = 0;  ///< whole canvas after the resize
    int crop_x = 0, crop_y = 0;  ///< of the crop's corner in it; < 0 when zeros surround it
};

int long_edge(int shortest_edge, int long_side, int short_side) {
    // Python: int(size * long / short), an integer product divided in double. Bounded: a picture
    // has at most 64 megapixels.
    const double edge = double(std::int64_t(shortest_edge) * long_side) / short_side;
    if (edge > 1e9)
        throw Error(ErrorKind::Media,
                    "the picture is too long and thin to be prepared for the model");
    return static_cast<int>(edge);
}

/// Where CLIPImageProcessor's centre crop begins: floor((size-crop)/2), zeros around
/// a smaller picture.
int crop_begin(int size, int crop) {
    const int difference = size - crop;
    return difference >= 0 ? difference / 2 : -((-difference + 1) / 2);
}

Layout layout_of(int width, int height, const PreprocessOptions& options) {
    if (width < 1 || height < 1) throw Error(ErrorKind::Media, "the picture has no pixels");
    Layout layout{width, height, 0, 0, 0, 0, 0, 0};
    if (options.pad_to_square) {
        const int side = std::max(width, height);
        layout.canvas_width = layout.canvas_height = side;
        layout.left = (side - width) / 2;
        layout.top = (side - height) / 2;
    }
    const int edge = options.shortest_edge;
    const bool is_upright = layout.canvas_width <= layout.canvas_height;
    layout.resized_width =
        is_upright ? edge : long_edge(edge, layout.canvas_width, layout.canvas_height);
    layout.resized_height =
        is_upright ? long_edge(edge, layout.canvas_height, layout.canvas_width) : edge;
    layout.crop_x = crop_begin(layout.resized_width, options.crop_size);
    layout.crop_y = crop_begin(layout.resized_height, options.crop_size);
    return layout;
}

/// Puts `inner` into a black crop_size square at (left, top).
Image surround_with_zeros(const Image& inner, int crop_size, int left, int top) {
    Image out{crop_size, crop_size, {}};
    out.rgb.assign(std::size_t(crop_size) * crop_size * 3, 0);
    for (int y = 0; y < inner.height; ++y) {
        std::memcpy(out.rgb.data() + (std::size_t(top + y) * crop_size + left) * 3,
                    inner.pixel(0, y), std::size_t(inner.width) * 3);
    }
    return out;
}

}  // namespace

PreprocessOptions PreprocessOptions::load(const std::filesystem::path& file, int image_size) {
    PreprocessOptions options;
    options.shortest_edge = options.crop_size = image_size;
    if (!std::filesystem::exists(file)) return options;
    const Json config = base::read_json_file(file, std::size_t{1} << 20);
    const std::string name = file.string();
    if (!config.is_object()) throw Error(ErrorKind::Format, name + " must hold one JSON object");
    check_fixed_steps(config, name);
    options.shortest_edge = read_edge(config, name, "size", image_size);
    options.crop_size = read_edge(config, name, "crop_size", options.shortest_edge);
    options.mean = read_triple(config, name, "image_mean", options.mean, 0);
    options.std = read_triple(config, name, "image_std", options.std, 1e-6);
    return options;
}

Image resize_bicubic(const Image& image, int width, int height) {
    if (image.width < 1 || image.height < 1 || width < 1 || height < 1) {
        throw Error(ErrorKind::Media, "a picture cannot be resized from or to zero pixels");
    }
    return resample_bicubic({&image, image.width, image.height, 0, 0, {}},
                            {width, height, 0, 0, width, height});
}

Image resize_and_crop(const Image& image, const PreprocessOptions& options) {
    const Layout layout = layout_of(image.width, image.height, options);
    Canvas canvas{&image, layout.canvas_width, layout.canvas_height, layout.left, layout.top, {}};
    for (int c = 0; c < 3; ++c)
        canvas.fill[c] = static_cast<std::uint8_t>(options.mean[std::size_t(c)] * 255);
    ResizeWindow window{layout.resized_width,
                        layout.resized_height,
                        std::max(layout.crop_x, 0),
                        std::max(layout.crop_y, 0),
                        0,
                        0};
    window.width = std::min(options.crop_size, layout.resized_width);
    window.height = std::min(options.crop_size, layout.resized_height);
    Image crop = resample_bicubic(canvas, window);
    if (crop.width == options.crop_size && crop.height == options.crop_size) return crop;
    return surround_with_zeros(crop, options.crop_size, std::max(-layout.crop_x, 0),
                               std::max(-layout.crop_y, 0));
}

std::array<double, 4> crop_rectangle(int width, int height, const PreprocessOptions& options) {
    const Layout layout = layout_of(width, height, options);
    const double x_scale = double(layout.canvas_width) / layout.resized_width;
    const double y_scale = double(layout.canvas_height) / layout.resized_height;
    return {layout.crop_x * x_scale - layout.left, layout.crop_y * y_scale - layout.top,
            options.crop_size * x_scale, options.crop_size * y_scale};
}

void normalize(const Image& crop, const PreprocessOptions& options, std::span<float> out) {
    const std::size_t plane = std::size_t(crop.width) * crop.height;
    if (out.size() != plane * 3)
        throw Error(ErrorKind::Internal, "normalize: the output must hold 3 planes of the crop");
    for (std::size_t c = 0; c < 3; ++c) {
        std::array<float, 256> table{};
        for (int value = 0; value < 256; ++value) {
            // The reference rescales in double, stores fp32, then subtracts and divides in fp32.
            const float scaled = static_cast<float>(value * (1.0 / 255));
            table[std::size_t(value)] = (scaled - options.mean[c]) / options.std[c];
        }
        for (std::size_t i = 0; i < plane; ++i) out[c * plane + i] = table[crop.rgb[i * 3 + c]];
    }
}

}  // namespace univi::media
