#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "core/media/image.h"
#include "core/media/preprocess.h"

namespace univi::session {

/// A picture as people see it: where it lies, its size there, and the rectangle of it that the
/// patch grid covers.
struct ShownPicture {
    std::string file;
    int width = 0, height = 0;
    std::array<double, 4> crop{};
};

/// Writes the pictures that are shown beside a conversation as JPEG files named by their content,
/// so that the same frame is stored once. Thread-safe (no state but the folder).
class PictureStore {
  public:
    /// An empty folder stores nothing: `show` then names `source`.
    explicit PictureStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
    /// Names `source` too where the folder takes no picture: a full disk costs the picture beside
    /// the conversation, not the reply. Longer sides than kLongestSide are scaled down.
    ShownPicture show(const media::Image& image, const media::PreprocessOptions& preprocess,
                      const std::string& source) const;

    static constexpr int kLongestSide = 1280;

  private:
    std::string store(const media::Image& image) const;
    std::filesystem::path folder_;
};

}  // namespace univi::session
