#include "core/media/picture_codecs.h"

#include "core/media/late_library.h"

namespace univi::media {
namespace {

using Decode = cv::Mat(cv::InputArray, int);
using Encode = bool(const cv::String&, cv::InputArray, std::vector<uchar>&,
                    const std::vector<int>&);

struct Codecs {
    Decode* decode;
    Encode* encode;
};

/// The names of cv::imdecode and cv::imencode as the compiler writes them. What is declared in
/// OpenCV's header and what is found here is the same, since the soname is that of the header.
constexpr char kDecode[] = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";
constexpr char kEncode[] =
    "_ZN2cv8imencodeERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
    "RKNS_11_InputArrayERSt6vectorIhSaIhEERKSB_IiSaIiEE";

Codecs open_codecs() {
    const LateLibrary library(UNIVI_OPENCV_CODECS, "OpenCV's library of picture formats");
    return {library.function<Decode>(kDecode), library.function<Encode>(kEncode)};
}

const Codecs& codecs() {
    static const Codecs opened = open_codecs();
    return opened;
}

}  // namespace

void open_picture_codecs() {
    codecs();
}

cv::Mat decode_picture(const cv::Mat& bytes, int flags) {
    return codecs().decode(bytes, flags);
}

bool encode_picture(const std::string& extension, const cv::Mat& picture,
                    std::vector<std::uint8_t>& bytes) {
    return codecs().encode(extension, picture, bytes, {});
}

}  // namespace univi::media
