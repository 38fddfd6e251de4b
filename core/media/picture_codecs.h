#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace univi::media {

// OpenCV's library of picture formats, opened when it is first needed: it brings 140 others
// (GDAL's, DICOM's), a tenth of a second that a program without a picture need not wait for. Any
// thread.

// All throw base::Error{File} when it cannot be opened.

void open_picture_codecs();
/// As cv::imdecode and cv::imencode, OpenCV's exceptions included.
cv::Mat decode_picture(const cv::Mat& bytes, int flags);
bool encode_picture(const std::string& extension, const cv::Mat& picture,
                    std::vector<std::uint8_t>& bytes);

}  // namespace univi::media
