#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace univi::training::demo {

/// Where Debian's tuxpaint-stamps-default puts its pictures.
inline constexpr const char* kStampsFolder = "/usr/share/tuxpaint/stamps";

/// The cut-outs of every kind: RGBA, cropped to what is visible, long side at most 320 px. Read
/// once; const afterwards, so any number of threads may draw from it.
class StampLibrary {
  public:
    /// Throws Error{File} naming the first missing picture and the Debian package that holds it.
    explicit StampLibrary(const std::filesystem::path& folder = kStampsFolder);

    /// Number of different looks of a kind (1 for a shape).
    int num_variants(int kind) const;
    /// RGBA picture (CV_8UC4) of one look, scaled so that its long side is `long_side` px; `colour`
    /// is used for shapes only.
    cv::Mat draw(int kind, int variant, int colour, int long_side) const;
    /// width / height of one look.
    double aspect(int kind, int variant) const;

  private:
    /// per kind and variant; shapes: one mask drawn in white, RGBA
    std::vector<std::vector<cv::Mat>> stamps_;
};

}  // namespace univi::training::demo
