#include "ui/groups/group_map.h"

#include <algorithm>
#include <set>

namespace univi::ui {

using protocol::StageGroups;
using protocol::TokenGroups;

namespace {

int positionInEvent(const TokenGroups& groups, int event, int frame) {
    const auto& frames = groups.events[event].frames;
    const auto found = std::find(frames.begin(), frames.end(), frame);
    return found == frames.end() ? -1 : static_cast<int>(found - frames.begin());
}

int groupOf(const StageGroups& stage, std::size_t patch) {
    return patch < stage.patch_to_group.size() ? stage.patch_to_group[patch] : -1;
}

/// First patch of each group in a patch map.
std::vector<int> firstPatches(const std::vector<int>& map, std::size_t count) {
    std::vector<int> first(count, -1);
    for (std::size_t patch = map.size(); patch-- > 0;) {
        if (map[patch] >= 0 && static_cast<std::size_t>(map[patch]) < count)
            first[map[patch]] = static_cast<int>(patch);
    }
    return first;
}

/// An event's stage s merges the stage-s tokens of its frames, one frame after the other.
std::vector<int> eventTokenGroups(const TokenGroups& groups, int event, int stage) {
    const StageGroups& target = groups.events[event].stages[stage];
    const std::size_t patches = static_cast<std::size_t>(groups.grid) * groups.grid;
    std::vector<int> result;
    const auto& frames = groups.events[event].frames;
    for (std::size_t position = 0; position < frames.size(); ++position) {
        if (frames[position] < 0 ||
            static_cast<std::size_t>(frames[position]) >= groups.frames.size())
            continue;
        const StageGroups& own = groups.frames[frames[position]].stages[stage];
        for (const int patch : firstPatches(own.patch_to_group, own.sizes.size())) {
            result.push_back(patch < 0 ? -1 : groupOf(target, position * patches + patch));
        }
    }
    return result;
}

void addEdge(QPainterPath& path, const QPointF& from, const QPointF& to) {
    path.moveTo(from);
    path.lineTo(to);
}

/// Adds the edges between neighbours of which `path_of(patch, neighbour)` names a path.
template <typename PathOf>
void addBorders(const TokenGroups& groups, const PathOf& path_of) {
    const int grid = groups.grid;
    for (int patch = 0; patch < grid * grid; ++patch) {
        const QRectF rect = patchRect(groups, patch);
        if (patch % grid + 1 < grid)
            if (QPainterPath* path = path_of(patch, patch + 1))
                addEdge(*path, rect.topRight(), rect.bottomRight());
        if (patch / grid + 1 < grid)
            if (QPainterPath* path = path_of(patch, patch + grid))
                addEdge(*path, rect.bottomLeft(), rect.bottomRight());
    }
}

bool isWhole(const TokenGroups& groups, const std::vector<int>& map) {
    return map.size() == static_cast<std::size_t>(groups.grid) * groups.grid;
}

}  // namespace

int eventOfFrame(const TokenGroups& groups, int frame) {
    for (std::size_t event = 0; event < groups.events.size(); ++event) {
        if (positionInEvent(groups, static_cast<int>(event), frame) >= 0)
            return static_cast<int>(event);
    }
    return -1;
}

const StageGroups* stageOf(const TokenGroups& groups, const GroupUnit& unit) {
    if (unit.stage < 0 || unit.stage > 2 || unit.frame < 0 ||
        static_cast<std::size_t>(unit.frame) >= groups.frames.size()) {
        return nullptr;
    }
    if (!unit.event) return &groups.frames[unit.frame].stages[unit.stage];
    const int event = eventOfFrame(groups, unit.frame);
    return event < 0 ? nullptr : &groups.events[event].stages[unit.stage];
}

std::vector<int> patchGroups(const TokenGroups& groups, const GroupUnit& unit) {
    const StageGroups* stage = stageOf(groups, unit);
    if (stage == nullptr) return {};
    const std::size_t patches = static_cast<std::size_t>(groups.grid) * groups.grid;
    std::size_t begin = 0;
    if (unit.event)
        begin = patches * positionInEvent(groups, eventOfFrame(groups, unit.frame), unit.frame);
    if (begin + patches > stage->patch_to_group.size()) return {};
    const auto first = stage->patch_to_group.begin() + static_cast<std::ptrdiff_t>(begin);
    return {first, first + static_cast<std::ptrdiff_t>(patches)};
}

std::vector<int> inputTokenGroups(const TokenGroups& groups, const GroupUnit& unit) {
    const StageGroups* stage = stageOf(groups, unit);
    if (stage == nullptr) return {};
    if (unit.event) return eventTokenGroups(groups, eventOfFrame(groups, unit.frame), unit.stage);
    if (unit.stage == 0) return stage->patch_to_group;
    const StageGroups& before = groups.frames[unit.frame].stages[unit.stage - 1];
    std::vector<int> result;
    for (const int patch : firstPatches(before.patch_to_group, before.sizes.size())) {
        result.push_back(patch < 0 ? -1 : groupOf(*stage, patch));
    }
    return result;
}

GroupFacts groupFacts(const TokenGroups& groups, const GroupUnit& unit, int group) {
    GroupFacts facts;
    const StageGroups* stage = stageOf(groups, unit);
    if (stage == nullptr || group < 0 || static_cast<std::size_t>(group) >= stage->sizes.size())
        return facts;
    facts.group = group;
    facts.patches = stage->sizes[group];
    if (static_cast<std::size_t>(group) < stage->centers.size()) {
        const auto center = static_cast<std::size_t>(stage->centers[group]);
        if (center < stage->density.size()) facts.density = stage->density[center];
        if (center < stage->distance.size()) facts.distance = stage->distance[center];
    }
    const std::size_t patches = static_cast<std::size_t>(groups.grid) * groups.grid;
    std::set<std::size_t> frames;
    for (std::size_t patch = 0; patch < stage->patch_to_group.size(); ++patch) {
        if (stage->patch_to_group[patch] == group) frames.insert(patch / patches);
    }
    facts.frames = static_cast<int>(frames.size());
    const std::vector<int> here = patchGroups(groups, unit);
    std::set<int> neighbors;
    for (std::size_t patch = 0; patch < here.size(); ++patch) {
        if (here[patch] != group) continue;
        ++facts.patches_here;
        const int x = static_cast<int>(patch) % groups.grid,
                  y = static_cast<int>(patch) / groups.grid;
        for (const auto& [nx, ny] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
            if (nx < 0 || ny < 0 || nx >= groups.grid || ny >= groups.grid) continue;
            neighbors.insert(here[static_cast<std::size_t>(ny) * groups.grid + nx]);
        }
    }
    neighbors.erase(group);
    facts.neighbors.assign(neighbors.begin(), neighbors.end());
    return facts;
}

int tokenOffset(const TokenGroups& groups, const GroupUnit& unit) {
    if (!groups.is_video) return groups.token_offset(0, unit.stage);
    const int event = unit.event ? eventOfFrame(groups, unit.frame) : -1;
    return event < 0 ? -1 : groups.token_offset(event, unit.stage);
}

namespace {

/// The frame of an event that holds most patches of a group: the first of several.
int frameOfGroup(const protocol::EventGroups& event, int stage, int group) {
    const std::vector<int>& patches = event.stages[stage].patch_to_group;
    const std::size_t count = std::max<std::size_t>(1, event.frames.size());
    const std::size_t per_frame = patches.size() / count;
    int best = event.frames.empty() ? 0 : event.frames.front();
    std::ptrdiff_t most = 0;
    for (std::size_t i = 0; i < event.frames.size(); ++i) {
        const auto first = patches.begin() + static_cast<std::ptrdiff_t>(i * per_frame);
        const auto here = std::count(first, first + static_cast<std::ptrdiff_t>(per_frame), group);
        if (here > most) most = here, best = event.frames[i];
    }
    return best;
}

}  // namespace

std::optional<TokenPlace> placeOfToken(const protocol::TokenGroups& groups, int token) {
    const int events = groups.is_video ? static_cast<int>(groups.events.size()) : 1;
    for (int event = 0; event < events; ++event)
        for (int stage = 0; stage < 3; ++stage) {
            const int first = groups.token_offset(event, stage);
            if (token < first || token >= groups.token_offset(event, stage + 1)) continue;
            TokenPlace place{{groups.is_video, 0, stage}, token - first};
            if (groups.is_video)
                place.unit.frame = frameOfGroup(groups.events[event], stage, place.group);
            return place;
        }
    return std::nullopt;
}

QRectF seenRect(const TokenGroups& groups) {
    const QRectF picture(0, 0, groups.picture_width, groups.picture_height);
    return QRectF(groups.crop[0], groups.crop[1], groups.crop[2], groups.crop[3])
        .intersected(picture);
}

bool isCropped(const TokenGroups& groups) {
    const QRectF seen = seenRect(groups);
    return !seen.isEmpty() &&
           (groups.picture_width - seen.width() >= 1 || groups.picture_height - seen.height() >= 1);
}

QRectF patchRect(const TokenGroups& groups, int patch) {
    const double width = groups.crop[2] / groups.grid, height = groups.crop[3] / groups.grid;
    return {groups.crop[0] + (patch % groups.grid) * width,
            groups.crop[1] + (patch / groups.grid) * height, width, height};
}

int patchAt(const TokenGroups& groups, const QPointF& position) {
    if (groups.crop[2] <= 0 || groups.crop[3] <= 0) return -1;
    const double x = (position.x() - groups.crop[0]) / groups.crop[2] * groups.grid;
    const double y = (position.y() - groups.crop[1]) / groups.crop[3] * groups.grid;
    if (x < 0 || y < 0 || x >= groups.grid || y >= groups.grid) return -1;
    return static_cast<int>(y) * groups.grid + static_cast<int>(x);
}

QPainterPath borderPath(const TokenGroups& groups, const std::vector<int>& map) {
    QPainterPath path;
    if (!isWhole(groups, map)) return path;
    addBorders(groups,
               [&](int patch, int other) { return map[patch] != map[other] ? &path : nullptr; });
    return path;
}

BorderChange borderChange(const TokenGroups& groups, const std::vector<int>& from,
                          const std::vector<int>& to) {
    BorderChange change;
    if (!isWhole(groups, from) || !isWhole(groups, to)) return change;
    addBorders(groups, [&](int patch, int other) -> QPainterPath* {
        const bool was = from[patch] != from[other], is = to[patch] != to[other];
        if (was && is) return &change.kept;
        return was ? &change.leaving : is ? &change.arriving : nullptr;
    });
    return change;
}

QPainterPath groupPath(const TokenGroups& groups, const std::vector<int>& map, int group) {
    QPainterPath path;
    for (std::size_t patch = 0; patch < map.size(); ++patch) {
        if (map[patch] == group) path.addRect(patchRect(groups, static_cast<int>(patch)));
    }
    return path.simplified();
}

std::vector<QColor> meanColors(const TokenGroups& groups, const std::vector<int>& map,
                               const QImage& picture) {
    if (map.empty() || picture.isNull()) return {};
    const int count = *std::max_element(map.begin(), map.end()) + 1;
    struct Sum {
        double r = 0, g = 0, b = 0, n = 0;
    };
    std::vector<Sum> sums(static_cast<std::size_t>(std::max(count, 0)));
    const QImage image = picture.convertToFormat(QImage::Format_RGB32);
    const QRect bounds = image.rect();
    for (std::size_t patch = 0; patch < map.size(); ++patch) {
        if (map[patch] < 0) continue;
        const QRect rect =
            patchRect(groups, static_cast<int>(patch)).toAlignedRect().intersected(bounds);
        Sum& sum = sums[map[patch]];
        for (int y = rect.top(); y <= rect.bottom(); ++y) {
            const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
            for (int x = rect.left(); x <= rect.right(); ++x) {
                sum.r += qRed(line[x]), sum.g += qGreen(line[x]), sum.b += qBlue(line[x]),
                    sum.n += 1;
            }
        }
    }
    std::vector<QColor> colors;
    for (const Sum& sum : sums) {
        const double n = std::max(sum.n, 1.0);
        colors.emplace_back(int(sum.r / n + 0.5), int(sum.g / n + 0.5), int(sum.b / n + 0.5));
    }
    return colors;
}

}  // namespace univi::ui
