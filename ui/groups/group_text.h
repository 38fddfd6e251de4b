#pragma once

#include <QString>

#include "ui/groups/group_map.h"

namespace univi::ui {

/// The one name of a merging stage (0, 1, 2): "Stage 1 · 64 groups".
QString stageName(int stage, int groups);

/// Where a group lies in the frame shown, as people say it: "upper left", "middle", "all over".
QString placeOfGroup(const protocol::TokenGroups& groups, const GroupUnit& unit, int group);

/// The grouping in words, for who does not see it: how many groups of how many patches, the largest
/// ones and where they lie, and the one that is `lit` (-1: none). Empty without groups.
QString describeGroups(const protocol::TokenGroups& groups, const GroupUnit& unit, int lit);

}  // namespace univi::ui
