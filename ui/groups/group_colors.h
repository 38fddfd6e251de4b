#pragma once

#include <QColor>
#include <QString>
#include <vector>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// Colour of each group [groups] such that two that touch, in the frame or anywhere in its event,
/// differ, also for people who see fewer colours: the palette of Okabe and Ito in three
/// lightnesses. A group of an event has one colour in all of its frames.
std::vector<QColor> distinctColors(const protocol::TokenGroups& groups, const GroupUnit& unit);

/// When a patch's group of the first stage joined another one.
enum class Joined { AtSecondStage, AtThirdStage, Never };
/// Returns it for every patch of the frame shown, [grid*grid]; empty when a stage is missing.
std::vector<Joined> joinedAt(const protocol::TokenGroups& groups, const GroupUnit& unit);

/// Colour of a value 0..1 on a scale that grows lighter evenly (viridis).
QColor rampColor(double value);

/// The colour that lies so far from one to the other; what is not valid is the other one,
/// invisible.
QColor colorBetween(const QColor& from, const QColor& to, double part);

/// Returns the colour of every patch of the frame shown [grid*grid] under the selection's fill; an
/// invalid one is not painted. `of_groups`: colours of the groups under the fills MeanColor and
/// Distinct.
std::vector<QColor> patchColors(const GroupSelection& selection, const std::vector<int>& map,
                                const std::vector<QColor>& of_groups);

/// What the colours mean, in the order they are read.
struct Legend {
    struct Entry {
        QColor color;
        QString text;
    };
    bool is_scale = false;  ///< from the first entry to the last, through rampColor
    std::vector<Entry> entries;
    QString text;  ///< instead of entries: why there are no colours
};
/// Empty for fills that explain themselves.
Legend legendOf(const GroupSelection& selection);

}  // namespace univi::ui
