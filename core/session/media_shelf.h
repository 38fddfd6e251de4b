#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "core/session/encoded_medium.h"

namespace univi::session {

/// Keeps the media that were used last. One thread.
class MediaShelf {
  public:
    using Medium = std::shared_ptr<const EncodedMedium>;

    explicit MediaShelf(std::size_t most = kMostMedia) : most_(most) {}

    /// Finds the medium that a request means: the file as it is now, or, where the file is gone,
    /// what was encoded under its name. Null when there is none. Throws Error{File} for a folder.
    Medium find(const MediumRequest& request) const;
    Medium find(const MediumKey& key) const;
    /// Finds what was encoded of that part under the name that the user gave, whatever became of
    /// the file.
    Medium find_source(const std::string& source, const base::ClipRange& clip = {}) const;
    /// Puts a medium in front, or keeps one longest that stands there already. What was not used
    /// for longest is dropped when there are more than `most`.
    void use(Medium medium);
    bool holds(std::int64_t serial) const;

    static constexpr std::size_t kMostMedia = 32;

  private:
    std::list<Medium> media_;  // most recently used first
    std::size_t most_;
};

}  // namespace univi::session
