#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace univi::training::demo {

/// Writes a picture as JPEG. `rgb`: 8 bits a channel. Throws base::Error{File}.
void write_jpeg(const std::filesystem::path& path, const cv::Mat& rgb);

}  // namespace univi::training::demo
