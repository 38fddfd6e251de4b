#include "ui/groups/glow_source.h"

#include <algorithm>
#include <utility>

#include "ui/groups/what_if_text.h"

namespace univi::ui {

void GlowSource::setAttention(std::vector<std::vector<float>> attention, float scale) {
    attention_ = std::move(attention);
    scale_ = scale;
}

bool GlowSource::tellsOf(int medium) const {
    return medium >= 0 && static_cast<std::size_t>(medium) < attention_.size() &&
           !attention_[static_cast<std::size_t>(medium)].empty();
}

void GlowSource::setMissed(int medium, std::vector<float> missed) {
    const float most = missed.empty() ? 0 : *std::max_element(missed.begin(), missed.end());
    missed_ = {medium, std::move(missed), std::max(kNoticedFall, most)};
}

void GlowSource::setNearness(int medium, std::vector<float> nearness, float scale) {
    near_ = {medium, std::move(nearness), scale};
}

void GlowSource::forgetFindings() {
    missed_ = near_ = {};
}

void GlowSource::applyTo(GroupSelection& selection) const {
    using Meaning = GroupSelection::Meaning;
    const int medium = selection.groups().medium;
    if (tellsOf(medium))
        selection.setAttention(attention_[static_cast<std::size_t>(medium)], scale_);
    else if (missed_.isOf(medium))
        selection.setValues(missed_.values, missed_.scale, Meaning::Missed);
    else if (near_.isOf(medium))
        selection.setValues(near_.values, near_.scale, Meaning::Nearness);
    else
        selection.setAttention({}, 0);
}

}  // namespace univi::ui
