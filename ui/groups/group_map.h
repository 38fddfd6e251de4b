#pragma once

#include <QImage>
#include <QPainterPath>
#include <QRectF>
#include <optional>
#include <vector>

#include "core/protocol/token_groups.h"

namespace univi::ui {

/// Which partition is looked at: a frame's own groups, or the groups of the event that the
/// frame belongs to.
struct GroupUnit {
    bool event = false;  ///< false: the frame's own stages
    int frame = 0;       ///< position in TokenGroups::frames
    int stage = 0;       ///< 0, 1, 2
    bool operator==(const GroupUnit&) const = default;
};

/// What is true of one group, for the details line.
struct GroupFacts {
    int group = -1;
    int patches = 0;       ///< in the whole unit (all frames of an event)
    int patches_here = 0;  ///< in the frame shown
    int frames = 1;        ///< frames of the unit that hold the group
    float density = 0, distance = 0;
    std::vector<int> neighbors;  ///< groups that touch it in the frame shown
};

/// Index of the event that holds a frame; -1 while there are none (a picture, or a video
/// still being read).
int eventOfFrame(const protocol::TokenGroups& groups, int frame);

/// The stage's data for a unit; nullptr when it does not exist (yet).
const protocol::StageGroups* stageOf(const protocol::TokenGroups& groups, const GroupUnit& unit);

/// patch -> group of the frame shown, [grid*grid]; empty when there is none.
std::vector<int> patchGroups(const protocol::TokenGroups& groups, const GroupUnit& unit);

/// Group of every input token of the unit's stage, in the order of StageGroups::density.
std::vector<int> inputTokenGroups(const protocol::TokenGroups& groups, const GroupUnit& unit);

GroupFacts groupFacts(const protocol::TokenGroups& groups, const GroupUnit& unit, int group);

/// Position of the unit's first visual token of its stage in the medium's tokens, -1 when the model
/// sees no such token (a frame's own groups of a video).
int tokenOffset(const protocol::TokenGroups& groups, const GroupUnit& unit);

/// Where a visual token of the medium is seen: its group, and of a video the event's frame that
/// holds most of it.
struct TokenPlace {
    GroupUnit unit;
    int group = 0;
    bool operator==(const TokenPlace&) const = default;
};
/// Nothing for a number that no token has.
std::optional<TokenPlace> placeOfToken(const protocol::TokenGroups& groups, int token);

/// Part of the picture that the model saw: the patch grid inside the picture, in picture pixels.
QRectF seenRect(const protocol::TokenGroups& groups);
/// True when the model's crop left out an edge of the picture that is at least a pixel wide.
bool isCropped(const protocol::TokenGroups& groups);

/// Rectangle of a patch in picture pixels.
QRectF patchRect(const protocol::TokenGroups& groups, int patch);

/// Patch under a picture position, -1 outside the grid.
int patchAt(const protocol::TokenGroups& groups, const QPointF& picturePosition);

/// Lines between patches of different groups, in picture pixels (the published
/// pictures' white lines).
QPainterPath borderPath(const protocol::TokenGroups& groups, const std::vector<int>& patchGroups);
/// The borders of two partitions: what both have, and what one of them has alone.
struct BorderChange {
    QPainterPath kept, leaving, arriving;
};
BorderChange borderChange(const protocol::TokenGroups& groups, const std::vector<int>& from,
                          const std::vector<int>& to);
/// Outline of one group.
QPainterPath groupPath(const protocol::TokenGroups& groups, const std::vector<int>& patchGroups,
                       int group);

/// Mean colour of every group over the frame's pixels inside its patches; index = group.
std::vector<QColor> meanColors(const protocol::TokenGroups& groups,
                               const std::vector<int>& patchGroups, const QImage& picture);

}  // namespace univi::ui
