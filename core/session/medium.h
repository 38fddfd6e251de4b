#pragma once

#include <cstdint>
#include <string>

#include "core/base/clip_range.h"
#include "core/session/question.h"

namespace univi::session {

/// A picture or video that somebody asks about.
struct MediumRequest {
    std::string path;  ///< as the user gave it
    MediumKind kind = MediumKind::Auto;
    int max_frames = 64;
    base::ClipRange clip{};  ///< of a video; a picture has no part
    /// One of many windows of something that goes on (protocol::EncodeRequest::passing).
    bool passing = false;
};

/// A file as it is now; a changed file is another medium.
struct MediumKey {
    std::string path;  ///< canonical
    std::int64_t modified = 0, size = 0;
    int max_frames = 0;  ///< 0 for a picture
    base::ClipRange clip{};
    bool operator==(const MediumKey&) const = default;
};

/// Decides by content where the caller did not. Throws Error{File} for a missing file or a folder.
MediumKind resolve_kind(const MediumRequest& request);
/// Returns the part of a video that the groups of a medium are of, whatever the request says of a
/// picture.
base::ClipRange clip_of(const MediumRequest& request, MediumKind kind);
/// Reads what identifies the file as it is now.
MediumKey medium_key(const MediumRequest& request, MediumKind kind);

}  // namespace univi::session
