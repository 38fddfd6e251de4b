#pragma once
// Inside of core/session only: holds LibTorch.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/image.h"
#include "core/session/loaded_model.h"
#include "core/session/medium_encoder.h"

namespace univi::session {

/// Keeps encoded media on disk, so that a picture or video that was asked about before is not
/// encoded again after a start. A file an entry, named by the SHA-256 of all that shapes the
/// tokens: the medium's content, the frames that are taken, and the model's vision_recipe and
/// projector. What was not used for longest goes when there is more than the limit. Several
/// processes may share the folder. Whatever is wrong with it costs an encoding, never a reply.
/// One thread.
class MediumStore {
  public:
    struct Options {
        std::filesystem::path folder;    ///< empty: nothing is kept
        std::int64_t limit = 0;          ///< bytes; 0: nothing is read or written
        std::filesystem::path pictures;  ///< where the encoder puts the frames that are shown
        media::Reading reading = media::Reading::People;  ///< the encoder's
    };
    /// The model must outlive it.
    MediumStore(const LoadedModel& model, Options options);

    /// Returns the medium as it was kept, its groups reported as after an encoding; else has it
    /// encoded and keeps it, unless it passes. Throws what the encoder throws.
    std::shared_ptr<const EncodedMedium> encode(const MediumEncoder& encoder,
                                                const MediumRequest& request,
                                                const EncodingObserver& observer,
                                                const base::StopToken& stop);
    /// From now on. What is above a lower limit goes at once; 0 removes nothing.
    void set_limit(std::int64_t bytes);

  private:
    std::string recipe();
    std::string key_of(const MediumRequest& request, const MediumKey& as_it_is, MediumKind kind,
                       const base::StopToken& stop);
    std::filesystem::path file_of(const std::string& key) const;
    std::shared_ptr<const EncodedMedium> find(const std::string& key, const MediumRequest& request,
                                              const MediumKey& as_it_is) const;
    void keep(const std::string& key, const EncodedMedium& medium) const;
    void trim() const;

    const LoadedModel& model_;
    Options options_;
    std::optional<std::string> recipe_;  ///< made when first needed
};

}  // namespace univi::session
