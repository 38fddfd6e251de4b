#include "core/session/medium_store.h"

#include <span>
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

std::string hashed(const std::string& text) {
    return base::sha256_hex(std::as_bytes(std::span(text)));
}

/// For its owner alone: what it holds was made of private pictures.
void make_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::create_directories(folder, error))
        fs::permissions(folder, fs::perms::owner_all, fs::perm_options::replace, error);
}

void touch_frames(const EncodedMedium& medium) {
    for (const auto& frame : medium.groups.frames)
        if (frame.picture != medium.groups.source) base::CachedFiles::touch(frame.picture);
}

}  // namespace

MediumStore::MediumStore(const LoadedModel& model, Options options)
    : model_(model), options_(std::move(options)) {}

std::shared_ptr<const EncodedMedium> MediumStore::encode(const MediumEncoder& encoder,
                                                         const MediumRequest& request,
                                                         const EncodingObserver& observer,
                                                         const base::StopToken& stop) {
    if (options_.folder.empty() || options_.limit <= 0 || request.passing ||
        !model_.model->vision())
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

void MediumStore::set_limit(std::int64_t bytes) {
    options_.limit = bytes;
    if (!options_.folder.empty() && bytes > 0) trim();
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
                           (options_.reading == media::Reading::People ? "people" : "reference") +
                           '|' + (options_.pictures.empty() ? "no frames" : "frames"));
}

/// Empty when the medium cannot be read.
std::string MediumStore::key_of(const MediumRequest& request, const MediumKey& as_it_is,
                                MediumKind kind, const base::StopToken& stop) {
    const std::string digest = [&] {
        const base::TraceSpan span("know a medium by its content");
        return medium_digest(request.path, stop);
    }();
    if (digest.empty()) return {};
    return hashed(recipe() + '|' + (kind == MediumKind::Video ? "video" : "picture") + '|' +
                  std::to_string(as_it_is.max_frames) + '|' +
                  (as_it_is.clip.is_whole() ? "" : as_it_is.clip.key() + '|') + digest);
}

fs::path MediumStore::file_of(const std::string& key) const {
    return options_.folder / (key + ".safetensors");
}

std::shared_ptr<const EncodedMedium> MediumStore::find(const std::string& key,
                                                       const MediumRequest& request,
                                                       const MediumKey& as_it_is) const {
    std::error_code error;
    if (key.empty() || !fs::exists(fs::symlink_status(file_of(key), error))) return nullptr;
    const base::TraceSpan span("read kept tokens");
    try {
        auto medium = std::make_shared<EncodedMedium>(
            read_kept_medium(file_of(key), key, *model_.model, request.path, options_.pictures));
        medium->key = as_it_is;
        medium->serial = next_medium_serial();
        base::CachedFiles::touch(file_of(key));
        touch_frames(*medium);
        return medium;
    } catch (const base::Error& damage) {
        base::log_info(std::string(damage.what()) + " It is made again.");
        fs::remove(file_of(key), error);
        return nullptr;
    }
}

void MediumStore::keep(const std::string& key, const EncodedMedium& medium) const {
    if (key.empty() || medium.visual_tokens.nbytes() > static_cast<std::size_t>(options_.limit))
        return;
    const base::TraceSpan span("keep tokens");
    try {
        make_folder(options_.folder);
        if (write_kept_medium(file_of(key), key, medium, options_.pictures)) touch_frames(medium);
    } catch (const base::Error& error) {
        base::log_warning(std::string("Visual tokens are not kept for later starts: ") +
                          error.what());
    }
    trim();
}

/// Frames count too where they lie in the program's own cache.
void MediumStore::trim() const {
    std::vector<fs::path> folders{options_.folder};
    if (options_.pictures == base::shown_picture_folder()) folders.push_back(options_.pictures);
    base::CachedFiles(folders).trim(static_cast<std::uint64_t>(options_.limit));
}

}  // namespace univi::session
