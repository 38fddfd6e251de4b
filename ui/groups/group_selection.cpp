#include "ui/groups/group_selection.h"

#include <algorithm>
#include <numeric>

namespace univi::ui {

void GroupSelection::setGroups(const protocol::TokenGroups& groups) {
    const bool sameMedium = groups.medium == groups_.medium && groups.source == groups_.source &&
                            !groups_.frames.empty();
    groups_ = groups;
    if (!sameMedium) {
        unit_.frame = 0;
        hovered_ = pinned_ = -1;
        attention_.clear();
    }
    normalize();
    Q_EMIT groupsChanged();
}

void GroupSelection::clear() {
    groups_ = {};
    unit_.frame = 0;
    hovered_ = pinned_ = -1;
    attention_.clear();
    normalize();
    Q_EMIT groupsChanged();
}

void GroupSelection::normalize() {
    unit_.stage = std::clamp(unit_.stage, 0, 2);
    unit_.frame =
        std::clamp(unit_.frame, 0, std::max(0, static_cast<int>(groups_.frames.size()) - 1));
    unit_.event = wants_event_ && eventOfFrame(groups_, unit_.frame) >= 0;
    const protocol::StageGroups* stage = stageOf(groups_, unit_);
    const int count = stage == nullptr ? 0 : static_cast<int>(stage->sizes.size());
    if (hovered_ >= count) hovered_ = -1;
    if (pinned_ >= count) pinned_ = -1;
}

void GroupSelection::setStage(int stage) {
    if (stage == unit_.stage || stage < 0 || stage > 2) return;
    unit_.stage = stage;
    hovered_ = pinned_ = -1;
    normalize();
    Q_EMIT unitChanged();
}

void GroupSelection::setFrame(int frame) {
    if (frame == unit_.frame || frame < 0 || frame >= static_cast<int>(groups_.frames.size()))
        return;
    const int eventBefore = eventOfFrame(groups_, unit_.frame);
    unit_.frame = frame;
    // A group of an event lives on in the event's other frames; anywhere else it is another group
    // of the same number.
    if (!unit_.event || eventOfFrame(groups_, frame) != eventBefore) hovered_ = pinned_ = -1;
    normalize();
    Q_EMIT unitChanged();
}

void GroupSelection::setEventLevel(bool event) {
    if (event == wants_event_) return;
    wants_event_ = event;
    hovered_ = pinned_ = -1;
    normalize();
    Q_EMIT unitChanged();
}

void GroupSelection::showToken(int token) {
    const auto place = placeOfToken(groups_, token);
    if (!place) return;
    if (groups_.is_video && !isSeenHere(*place)) setFrame(place->unit.frame);
    setEventLevel(true);
    setStage(place->unit.stage);
    if (pinned_ != place->group) setPinned(place->group);
}

/// Whether the shown frame holds some of that group.
bool GroupSelection::isSeenHere(const TokenPlace& place) const {
    if (eventOfFrame(groups_, place.unit.frame) != eventOfFrame(groups_, unit_.frame)) return false;
    const std::vector<int> map = patchGroups(groups_, {true, unit_.frame, place.unit.stage});
    return std::find(map.begin(), map.end(), place.group) != map.end();
}

int GroupSelection::mostToken(const std::vector<int>& apart) const {
    int most = -1;
    if (!shows(Meaning::Attention)) return most;
    for (int token = 0; token < static_cast<int>(attention_.size()); ++token)
        if (std::find(apart.begin(), apart.end(), token) == apart.end() &&
            attention_[token] > (most < 0 ? 0 : attention_[most]))
            most = token;
    return most;
}

void GroupSelection::setHovered(int group) {
    if (group == hovered_) return;
    hovered_ = group;
    normalize();
    Q_EMIT highlightChanged();
}

void GroupSelection::setPinned(int group) {
    pinned_ = group == pinned_ ? -1 : group;
    normalize();
    Q_EMIT highlightChanged();
}

int GroupSelection::litToken() const {
    const int offset = lit() < 0 ? -1 : tokenOffset(groups_, unit_);
    return offset < 0 ? -1 : offset + lit();
}

void GroupSelection::setFill(Fill fill) {
    if (fill == fill_) return;
    fill_ = fill;
    Q_EMIT drawingChanged();
}

void GroupSelection::setOpacity(double opacity) {
    opacity_ = std::clamp(opacity, 0.0, 1.0);
    Q_EMIT drawingChanged();
}

void GroupSelection::setBorders(bool borders) {
    if (borders == borders_) return;
    borders_ = borders;
    Q_EMIT drawingChanged();
}

void GroupSelection::setValues(std::vector<float> values, float scale, Meaning meaning) {
    // Of another model, or of a clip read with other frames: it belongs to none of these groups.
    if (static_cast<int>(values.size()) != groups_.num_tokens()) values.clear();
    if (values.empty() && attention_.empty()) return;
    attention_ = std::move(values);
    scale_ = scale;
    meaning_ = meaning;
    Q_EMIT highlightChanged();
}

std::vector<float> GroupSelection::shares() const {
    const protocol::StageGroups* stage = stageOf(groups_, unit_);
    const int offset = tokenOffset(groups_, unit_);
    if (attention_.empty() || stage == nullptr || offset < 0) return {};
    const std::size_t count = stage->sizes.size();
    if (static_cast<std::size_t>(offset) + count > attention_.size()) return {};
    const auto first = attention_.begin() + offset;
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

std::vector<float> GroupSelection::glow() const {
    if (scale_ <= 0) return {};
    std::vector<float> result = shares();
    for (float& value : result) value = std::clamp(value / scale_, 0.0F, 1.0F);
    return result;
}

std::vector<float> GroupSelection::eventShares() const {
    std::vector<float> result;
    if (attention_.empty() || meaning_ != Meaning::Attention) return result;
    for (int event = 0; event < static_cast<int>(groups_.events.size()); ++event) {
        const auto first = static_cast<std::size_t>(groups_.token_offset(event, 0));
        const auto last = static_cast<std::size_t>(groups_.token_offset(event + 1, 0));
        float sum = 0;
        for (std::size_t token = first; token < std::min(last, attention_.size()); ++token)
            sum += attention_[token];
        result.push_back(sum);
    }
    return result;
}

float GroupSelection::mediumShare() const {
    return std::accumulate(attention_.begin(), attention_.end(), 0.0F);
}

}  // namespace univi::ui
