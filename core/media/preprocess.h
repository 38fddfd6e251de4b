#pragma once

#include <array>
#include <filesystem>
#include <span>

#include "core/media/image.h"

namespace univi::media {

/// CLIP preprocessing (preprocessor_config.json). Source: transformers
/// CLIPImageProcessor, Pillow BICUBIC.
struct PreprocessOptions {
    int shortest_edge = 224;
    int crop_size = 224;
    std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};
    std::array<float, 3> std{0.26862954F, 0.26130258F, 0.27577711F};
    /// image_aspect_ratio "pad": canvas of int(mean*255), picture centred
    bool pad_to_square = false;

    /// From a preprocessor_config.json; defaults for `image_size` when the file is
    /// missing. Throws Error{Format}.
    static PreprocessOptions load(const std::filesystem::path& file, int image_size);
};

/// Antialiased bicubic resize, equal to Pillow's 8-bit resampler (fixed-point, two
/// passes, 22-bit coefficients).
Image resize_bicubic(const Image& image, int width, int height);

/// Pad (if asked), resize of the short side, centre crop: crop_size x crop_size, still 8 bit.
Image resize_and_crop(const Image& image, const PreprocessOptions& options);

/// Rectangle of the original picture that the crop shows, in original pixels (x, y, width, height;
/// may reach outside when padded).
std::array<double, 4> crop_rectangle(int width, int height, const PreprocessOptions& options);

/// (u8/255 - mean)/std into out[3][S][S] (CHW, fp32).
void normalize(const Image& crop, const PreprocessOptions& options, std::span<float> out);

}  // namespace univi::media
