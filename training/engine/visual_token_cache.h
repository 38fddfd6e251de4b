#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace univi::training {

/// Merged visual tokens of one medium, before the projector: [rows][width] fp32.
struct VisualTokens {
    std::int32_t placeholders = 1;  ///< `<image>` slots it stands for (frames of a video)
    std::int32_t rows = 0, width = 0;
    std::vector<float> values;
};

/// Merged visual tokens on disk, one small file a medium, so that later epochs and runs with the
/// same frozen tower never touch the pictures. Files are keyed by content of the tower and every
/// setting that shapes the tokens (`recipe`), and by path, size and time of the medium's file; a
/// checksum guards each. Thread-safe; several processes may share a folder.
class VisualTokenCache {
  public:
    /// `folder` is made when missing. `half`: fp16 on disk. Throws Error{File}.
    VisualTokenCache(std::filesystem::path folder, const std::string& recipe, bool half);
    /// Nothing when absent, damaged or older than the medium.
    std::optional<VisualTokens> find(const std::filesystem::path& medium) const;
    /// Rounds `tokens` to what find() will give back, so that a first and a later epoch train on
    /// the same numbers.
    void store(const std::filesystem::path& medium, VisualTokens& tokens) const;

  private:
    std::filesystem::path file_of(const std::filesystem::path& medium) const;
    std::filesystem::path folder_;
    std::string recipe_;
    bool half_;
};

}  // namespace univi::training
