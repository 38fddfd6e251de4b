#include "core/session/medium_store.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/media_cache.h"
#include "core/base/sha256.h"
#include "core/base/trace.h"
#include "core/model/univi_model.h"
#include "core/session/kept_medium.h"
#include "core/session/medium_digest.h"
#include "core/session/vision_recipe.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

/// Another number where the same files and settings come to other tokens or groups than before.
constexpr const char* kVersion = "tokens 1, univi " UNIVI_VERSION;

void touch_frames(const EncodedMedium& medium) {
    for (const auto& frame : medium.groups.frames)
        if (frame.picture != medium.groups.source) base::CachedFiles::touch(frame.picture);
}

}  // namespace

MediumStore::MediumStore(const LoadedModel& model, KeptFiles::Options files, media::Reading reading)
    : model_(model), files_(std::move(files)), reading_(reading) {}

std::shared_ptr<const EncodedMedium> MediumStore::encode(const MediumEncoder& encoder,
                                                         const MediumRequest& request,
                                                         const EncodingObserver& observer,
                                                         const base::StopToken& stop) {
    if (!files_.is_open() || request.passing || !model_.model->vision())
        return encoder.encode(request, observer, stop);
    const MediumKind kind = resolve_kind(request);
    const MediumKey as_it_is = medium_key(request, kind);
    const std::string key = key_of(request, as_it_is, kind, stop);
    if (auto kept = find(key, request, as_it_is)) {
        if (observer.on_groups) observer.on_groups(kept->groups);
        return kept;
    }
    auto medium = encoder.encode(request, observer, stop);
    // A file that was replaced meanwhile is not what the key names.
    if (medium_key(request, kind) == as_it_is) keep(key, *medium);
    return medium;
}

/// Weights by their content, as they are in memory: files may be replaced by others of the same
/// name, size and time, and adapters change what a base gives.
std::string MediumStore::recipe() {
    if (recipe_) return *recipe_;
    const base::TraceSpan span("know the model by its weights");
    const model::UniviModel& model = *model_.model;
    return recipe_.emplace(std::string(kVersion) +
                           vision_recipe(model, model.config().select_layer, model_.preprocess) +
                           '|' + weights_digest(model.projector_parameters()) + '|' +
                           (model.language().placement().device.is_cpu() ? "cpu" : "gpu") + '|' +
                           (reading_ == media::Reading::People ? "people" : "reference") + '|' +
                           (files_.pictures().empty() ? "no frames" : "frames"));
}

/// Empty when the medium cannot be read.
std::string MediumStore::key_of(const MediumRequest& request, const MediumKey& as_it_is,
                                MediumKind kind, const base::StopToken& stop) {
    const std::string digest = [&] {
        const base::TraceSpan span("know a medium by its content");
        return medium_digest(request.path, stop);
    }();
    if (digest.empty()) return {};
    return base::text_sha256_hex(
        recipe() + '|' + (kind == MediumKind::Video ? "video" : "picture") + '|' +
        std::to_string(as_it_is.max_frames) + '|' +
        (as_it_is.clip.is_whole() ? "" : as_it_is.clip.key() + '|') + digest);
}

std::shared_ptr<const EncodedMedium> MediumStore::find(const std::string& key,
                                                       const MediumRequest& request,
                                                       const MediumKey& as_it_is) const {
    std::error_code error;
    if (key.empty() || !fs::exists(fs::symlink_status(files_.file_of(key), error))) return nullptr;
    const base::TraceSpan span("read kept tokens");
    try {
        auto medium = std::make_shared<EncodedMedium>(read_kept_medium(
            files_.file_of(key), key, *model_.model, request.path, files_.pictures()));
        medium->key = as_it_is;
        medium->serial = next_medium_serial();
        base::CachedFiles::touch(files_.file_of(key));
        touch_frames(*medium);
        return medium;
    } catch (const base::Error& damage) {
        base::log_info(std::string(damage.what()) + " It is made again.");
        fs::remove(files_.file_of(key), error);
        return nullptr;
    }
}

void MediumStore::keep(const std::string& key, const EncodedMedium& medium) const {
    if (key.empty() || !files_.has_room_for(medium.visual_tokens.nbytes())) return;
    const base::TraceSpan span("keep tokens");
    try {
        files_.make_folder();
        if (write_kept_medium(files_.file_of(key), key, medium, files_.pictures()))
            touch_frames(medium);
    } catch (const base::Error& error) {
        base::log_warning(std::string("Visual tokens are not kept for later starts: ") +
                          error.what());
    }
    files_.trim();
}

}  // namespace univi::session
