#include "core/session/media_shelf.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace univi::session {

namespace {

MediaShelf::Medium first(const std::list<MediaShelf::Medium>& media, const auto& matches) {
    const auto found = std::ranges::find_if(media, matches);
    return found == media.end() ? nullptr : *found;
}

}  // namespace

MediaShelf::Medium MediaShelf::find(const MediumRequest& request) const {
    std::error_code error;
    if (!std::filesystem::exists(request.path, error))
        return find_source(request.path, request.clip);
    return find(medium_key(request, resolve_kind(request)));
}

MediaShelf::Medium MediaShelf::find(const MediumKey& key) const {
    return first(media_, [&](const Medium& medium) { return medium->key == key; });
}

MediaShelf::Medium MediaShelf::find_source(const std::string& source,
                                           const base::ClipRange& clip) const {
    return first(media_, [&](const Medium& medium) {
        return medium->groups.source == source && medium->groups.clip == clip;
    });
}

void MediaShelf::use(Medium medium) {
    std::erase(media_, medium);
    media_.push_front(std::move(medium));
    if (media_.size() > most_) media_.pop_back();
}

bool MediaShelf::holds(std::int64_t serial) const {
    return first(media_, [&](const Medium& medium) { return medium->serial == serial; }) != nullptr;
}

}  // namespace univi::session
