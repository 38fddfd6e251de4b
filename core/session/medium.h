#pragma once
// Inside of core/session only: reading and encoding one picture or video.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/visual_merger.h"
#include "core/session/engine_impl.h"

namespace univi::session {

/// A file as it is now; a changed file is another medium.
struct MediumKey {
    std::string path;  ///< canonical
    std::int64_t modified = 0, size = 0;
    int max_frames = 0;  ///< 0 for a picture
    bool operator==(const MediumKey&) const = default;
};

struct MediumRequest {
    std::string path;  ///< as the user gave it
    MediumKind kind = MediumKind::Auto;
    int max_frames = 64;
    int index = 0;  ///< place among the conversation's media
};

/// What stays of a medium once it is encoded.
struct EncodedMedium {
    MediumKey key;
    std::int64_t serial = 0;  ///< unique in the engine; names its visual tokens in the prompt cache
    int placeholders = 1;     ///< 1 for a picture, its frames for a video
    at::Tensor visual_tokens;  ///< [n,D]
    protocol::TokenGroups groups;
};

/// Random terms of the reference for `dump`, and what `dump` writes of a medium besides
/// its visual tokens.
struct MediumRecord {
    std::optional<at::Tensor> frame_noise;  ///< [T]
    /// by "ctm<s>" or "event<j>/ctm<s>"
    std::function<std::optional<at::Tensor>(const std::string& call)> token_noise;
    std::vector<at::Tensor> pixel_values, features;  ///< batches of [t,3,S,S] and [t,N,C]
    model::VisualEncoding encoding;
};

/// Decides by content where the caller did not. Throws Error{File} for a missing file or a folder.
MediumKind resolve_kind(const MediumRequest& request);
MediumKey medium_key(const MediumRequest& request, MediumKind kind);

/// Reads, encodes and merges one medium, reporting progress and groups (first groups at once, then
/// at most four times a second, then whole). Throws Error{Media|Stopped}.
EncodedMedium encode_medium(Engine::Impl& engine, const MediumRequest& request,
                            const Observer& observer, const base::StopToken& stop,
                            MediumRecord* record = nullptr);

}  // namespace univi::session
