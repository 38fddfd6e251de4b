#include "ui/groups/known_groupings.h"

#include <QFileInfo>
#include <algorithm>

namespace univi::ui {
namespace {

bool isOfSameMedium(const protocol::TokenGroups& one, const protocol::TokenGroups& other) {
    return one.source == other.source && one.clip == other.clip;
}

}  // namespace

void KnownGroupings::keep(const QString& name, const protocol::TokenGroups& groups) {
    if (name.isEmpty() || !groups.complete || groups.frames.empty()) return;
    std::erase_if(groupings_, [&](const Grouping& each) {
        return each.name == name && isOfSameMedium(each.groups, groups);
    });
    // The windows of what is live go one after another: only the newest of them is a file.
    std::erase_if(groupings_, [](const Grouping& each) {
        return !QFileInfo::exists(QString::fromStdString(each.groups.source));
    });
    groupings_.push_front({name, groups});
    if (groupings_.size() > kMost) groupings_.pop_back();
}

QStringList KnownGroupings::others(const protocol::TokenGroups& shown) const {
    QStringList names;
    for (const Grouping& each : groupings_)
        if (isOfSameMedium(each.groups, shown) && each.name.toStdString() != shown.model)
            names << each.name;
    return names;
}

const protocol::TokenGroups* KnownGroupings::find(const QString& name,
                                                  const protocol::TokenGroups& shown) const {
    const auto found = std::ranges::find_if(groupings_, [&](const Grouping& each) {
        return each.name == name && isOfSameMedium(each.groups, shown);
    });
    return found == groupings_.end() ? nullptr : &found->groups;
}

}  // namespace univi::ui
