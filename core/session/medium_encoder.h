#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/stop_token.h"
#include "core/media/image.h"
#include "core/media/preprocess.h"
#include "core/model/univi_model.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/encoded_medium.h"
#include "core/session/encoding_probe.h"
#include "core/session/frame_memory.h"
#include "core/session/picture_store.h"

namespace univi::session {

/// Is told how far the encoding of a medium is, on the encoding thread. Both functions are
/// optional.
struct EncodingObserver {
    std::function<void(const protocol::MediaProgressEvent&)> on_progress;
    /// Of a video: the first groups at once, then at most four times a second, then whole.
    std::function<void(const protocol::TokenGroups&)> on_groups;
};

/// Reads pictures and videos and turns them into visual tokens. Knows no conversation. One thread.
class MediumEncoder {
  public:
    struct Options {
        media::PreprocessOptions preprocess;
        media::Reading reading = media::Reading::People;
        PictureStore pictures{std::filesystem::path()};  ///< of the frames that are shown to people
        /// Of the frames of media that pass; null: every window is encoded whole.
        std::shared_ptr<FrameMemory> memory{};
    };
    /// The model must outlive it.
    MediumEncoder(const model::UniviModel& model, Options options);

    /// Reads, encodes and merges one medium. Throws Error{File|Media|Model|Stopped}.
    std::shared_ptr<const EncodedMedium> encode(const MediumRequest& request,
                                                const EncodingObserver& observer = {},
                                                const base::StopToken& stop = {},
                                                EncodingProbe* probe = nullptr) const;

  private:
    const model::UniviModel& model_;
    Options options_;
};

}  // namespace univi::session
