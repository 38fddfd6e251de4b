#include "ui/groups/media_in_view.h"

#include <algorithm>
#include <utility>

namespace univi::ui {

bool MediaInView::keep(const protocol::TokenGroups& groups) {
    const bool is_new = media_.insert_or_assign(groups.medium, groups).second;
    if (is_new) choose(groups.medium);
    return is_new;
}

void MediaInView::reset(const QList<protocol::TokenGroups>& all) {
    const bool follows = chosen_ == newest();
    const auto before = std::exchange(media_, {});
    const auto taken = [&](int number) {
        const auto found = before.find(number);
        return found == before.end() ? nullptr : &found->second;
    };
    for (const protocol::TokenGroups& groups : all) media_[groups.medium] = groups;
    const int same = follows ? -1 : numberOf(taken(chosen_));
    chosen_ = same < 0 ? newest() : same;
    peeked_ = numberOf(taken(peeked_));
}

void MediaInView::choose(int medium) {
    if (!find(medium)) return;
    chosen_ = medium;
    peeked_ = -1;
}

void MediaInView::peek(int medium) {
    peeked_ = find(medium) ? medium : -1;
}

const protocol::TokenGroups* MediaInView::shown() const {
    return find(peeked_ >= 0 ? peeked_ : chosen_);
}

const protocol::TokenGroups* MediaInView::find(int medium) const {
    const auto found = media_.find(medium);
    return found == media_.end() ? nullptr : &found->second;
}

/// The number that the same part of the same file has now; -1: it is not there.
int MediaInView::numberOf(const protocol::TokenGroups* medium) const {
    const auto found = std::ranges::find_if(media_, [medium](const auto& each) {
        return medium && each.second.source == medium->source && each.second.clip == medium->clip;
    });
    return found == media_.end() ? -1 : found->first;
}

}  // namespace univi::ui
