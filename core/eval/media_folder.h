#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/eval/item.h"

namespace univi::eval {

/// The folder pictures or clips lie in. Names come from question files: none leads out of it.
class MediaFolder {
  public:
    explicit MediaFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    /// Returns the file of an item's medium, as the published scripts look for it: a picture under
    /// its name (also without its "COCO_val2014_", or below the ScienceQA folders test, val and
    /// train); a clip as <name> or v_<name> with .mp4, .avi, .mov, .mkv, .gif or .webm. nullopt
    /// when there is none.
    std::optional<std::filesystem::path> find(const Item& item) const;
    const std::filesystem::path& path() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

}  // namespace univi::eval
