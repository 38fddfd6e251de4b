#pragma once
// Inside of core/session only: holds LibTorch.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/image.h"
#include "core/session/kept_files.h"
#include "core/session/loaded_model.h"
#include "core/session/medium_encoder.h"

namespace univi::session {

/// Keeps encoded media on disk, so that a picture or video that was asked about before is not
/// encoded again after a start. A file an entry, named by the SHA-256 of all that shapes the
/// tokens: the medium's content, the frames that are taken, and the model's vision_recipe and
/// projector. Whatever is wrong with the folder costs an encoding, never a reply. One thread.
class MediumStore {
  public:
    /// The model must outlive it. `files.pictures`: where the encoder puts the frames that are
    /// shown; `reading`: the encoder's.
    MediumStore(const LoadedModel& model, KeptFiles::Options files,
                media::Reading reading = media::Reading::People);

    /// Returns the medium as it was kept, its groups reported as after an encoding; else has it
    /// encoded and keeps it, unless it passes. Throws what the encoder throws.
    std::shared_ptr<const EncodedMedium> encode(const MediumEncoder& encoder,
                                                const MediumRequest& request,
                                                const EncodingObserver& observer,
                                                const base::StopToken& stop);
    /// KeptFiles::set_limit().
    void set_limit(std::int64_t bytes) { files_.set_limit(bytes); }

  private:
    std::string recipe();
    std::string key_of(const MediumRequest& request, const MediumKey& as_it_is, MediumKind kind,
                       const base::StopToken& stop);
    std::shared_ptr<const EncodedMedium> find(const std::string& key, const MediumRequest& request,
                                              const MediumKey& as_it_is) const;
    void keep(const std::string& key, const EncodedMedium& medium) const;

    const LoadedModel& model_;
    KeptFiles files_;
    media::Reading reading_;
    std::optional<std::string> recipe_;  ///< made when first needed
};

}  // namespace univi::session
