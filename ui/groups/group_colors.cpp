#include "ui/groups/group_colors.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "ui/text/translate.h"
#include "ui/widgets/share_text.h"

namespace univi::ui {
namespace {

using protocol::StageGroups;
using protocol::TokenGroups;

/// The frames whose patches a unit's groups hold: those of its event, or its own.
std::vector<int> framesOf(const TokenGroups& groups, const GroupUnit& unit) {
    const int event = unit.event ? eventOfFrame(groups, unit.frame) : -1;
    return event < 0 ? std::vector<int>{unit.frame} : groups.events[event].frames;
}

/// touching[g]: the groups that share an edge with g in any frame of the unit.
std::vector<std::set<int>> touching(const TokenGroups& groups, GroupUnit unit, std::size_t count) {
    std::vector<std::set<int>> result(count);
    const auto join = [&](int a, int b) {
        const int most = static_cast<int>(count);
        if (a == b || a < 0 || b < 0 || a >= most || b >= most) return;
        result[a].insert(b);
        result[b].insert(a);
    };
    for (const int frame : framesOf(groups, unit)) {
        unit.frame = frame;
        const std::vector<int> map = patchGroups(groups, unit);
        for (int patch = 0; patch < static_cast<int>(map.size()); ++patch) {
            if ((patch + 1) % groups.grid != 0) join(map[patch], map[patch + 1]);
            if (patch + groups.grid < static_cast<int>(map.size()))
                join(map[patch], map[patch + groups.grid]);
        }
    }
    return result;
}

/// Eight hues of Okabe and Ito without black, each also darker and lighter.
QColor paletteColor(int index) {
    static const QColor hues[] = {{86, 180, 233}, {230, 159, 0}, {0, 158, 115},  {240, 228, 66},
                                  {0, 114, 178},  {213, 94, 0},  {204, 121, 167}};
    constexpr int kHues = 7;
    const QColor& hue = hues[index % kHues];
    const int lightness = index / kHues % 3;
    return lightness == 0 ? hue : lightness == 1 ? hue.darker(165) : hue.lighter(145);
}

/// groups of the stage before that each group of a stage holds, over the whole unit.
std::vector<std::set<int>> partsOf(const StageGroups& before, const StageGroups& stage) {
    std::vector<std::set<int>> parts(stage.sizes.size());
    for (std::size_t i = 0; i < stage.patch_to_group.size(); ++i) {
        const int group = stage.patch_to_group[i];
        if (group >= 0 && static_cast<std::size_t>(group) < parts.size())
            parts[group].insert(before.patch_to_group[i]);
    }
    return parts;
}

QColor joinedColor(Joined joined) {
    return paletteColor(joined == Joined::AtSecondStage  ? 4
                        : joined == Joined::AtThirdStage ? 1
                                                         : 6);
}

int largestGroup(const StageGroups& stage) {
    return stage.sizes.empty() ? 0 : *std::max_element(stage.sizes.begin(), stage.sizes.end());
}

/// Groups of one patch to that of `largest`, evenly by how often they double.
double sizeValue(int size, int largest) {
    return largest <= 1 ? 0.0 : std::log2(std::max(1, size)) / std::log2(largest);
}

std::vector<QColor> colorsOfGroups(const GroupSelection& selection) {
    std::vector<QColor> colors;
    if (selection.fill() == GroupSelection::Fill::Size) {
        if (const StageGroups* stage = stageOf(selection.groups(), selection.unit()))
            for (const int size : stage->sizes)
                colors.push_back(rampColor(sizeValue(size, largestGroup(*stage))));
    } else {
        for (const float value : selection.glow()) colors.push_back(rampColor(value));
    }
    return colors;
}

QString stageName(const GroupSelection& selection, int stage) {
    GroupUnit unit = selection.unit();
    unit.stage = stage;
    const StageGroups* groups = stageOf(selection.groups(), unit);
    return QString::number(groups == nullptr ? 0 : groups->sizes.size());
}

}  // namespace

std::vector<QColor> distinctColors(const TokenGroups& groups, const GroupUnit& unit) {
    const StageGroups* stage = stageOf(groups, unit);
    if (stage == nullptr) return {};
    const auto neighbors = touching(groups, unit, stage->sizes.size());
    std::vector<int> chosen(neighbors.size(), -1);
    for (std::size_t group = 0; group < neighbors.size(); ++group) {
        std::set<int> taken;
        for (const int other : neighbors[group]) taken.insert(chosen[other]);
        // Starting at another hue each time spreads the colours over the picture.
        int color = static_cast<int>(group) % 7;
        while (taken.count(color) != 0) ++color;
        chosen[group] = color;
    }
    std::vector<QColor> colors;
    for (const int color : chosen) colors.push_back(paletteColor(color));
    return colors;
}

std::vector<Joined> joinedAt(const TokenGroups& groups, const GroupUnit& unit) {
    const StageGroups* stages[3];
    std::vector<int> maps[3];
    for (int stage = 0; stage < 3; ++stage) {
        GroupUnit of = unit;
        of.stage = stage;
        stages[stage] = stageOf(groups, of);
        maps[stage] = patchGroups(groups, of);
        if (stages[stage] == nullptr || maps[stage].empty()) return {};
    }
    const auto second = partsOf(*stages[0], *stages[1]), third = partsOf(*stages[1], *stages[2]);
    std::vector<Joined> result;
    for (std::size_t patch = 0; patch < maps[0].size(); ++patch) {
        const int in_second = maps[1][patch], in_third = maps[2][patch];
        if (in_second >= 0 && second[in_second].size() > 1)
            result.push_back(Joined::AtSecondStage);
        else if (in_third >= 0 && third[in_third].size() > 1)
            result.push_back(Joined::AtThirdStage);
        else
            result.push_back(Joined::Never);
    }
    return result;
}

QColor rampColor(double value) {
    static const QColor stops[] = {
        {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};
    const double at = std::clamp(value, 0.0, 1.0) * 4;
    const int low = std::min(3, static_cast<int>(at));
    const double share = at - low;
    const auto mix = [&](int a, int b) {
        return static_cast<int>(std::lround(a + (b - a) * share));
    };
    const QColor &from = stops[low], &to = stops[low + 1];
    return {mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue())};
}

QColor colorBetween(const QColor& from, const QColor& to, double part) {
    if (!from.isValid() && !to.isValid()) return {};
    const auto faded = [](QColor color) {
        color.setAlphaF(0);
        return color;
    };
    const QColor one = from.isValid() ? from : faded(to), other = to.isValid() ? to : faded(from);
    const auto mix = [part](float a, float b) { return a + static_cast<float>(part) * (b - a); };
    return QColor::fromRgbF(mix(one.redF(), other.redF()), mix(one.greenF(), other.greenF()),
                            mix(one.blueF(), other.blueF()), mix(one.alphaF(), other.alphaF()));
}

std::vector<QColor> patchColors(const GroupSelection& selection, const std::vector<int>& map,
                                const std::vector<QColor>& of_groups) {
    using Fill = GroupSelection::Fill;
    std::vector<QColor> colors(map.size());
    const Fill fill = selection.fill();
    if (fill == Fill::None) return colors;
    if (fill == Fill::Merging) {
        const std::vector<Joined> joined = joinedAt(selection.groups(), selection.unit());
        for (std::size_t i = 0; i < std::min(colors.size(), joined.size()); ++i)
            colors[i] = joinedColor(joined[i]);
        return colors;
    }
    const bool given = fill == Fill::MeanColor || fill == Fill::Distinct;
    const std::vector<QColor> shown = given ? of_groups : colorsOfGroups(selection);
    for (std::size_t i = 0; i < map.size(); ++i)
        if (map[i] >= 0 && static_cast<std::size_t>(map[i]) < shown.size())
            colors[i] = shown[map[i]];
    return colors;
}

Legend legendOf(const GroupSelection& selection) {
    using Fill = GroupSelection::Fill;
    const StageGroups* stage = stageOf(selection.groups(), selection.unit());
    if (stage == nullptr) return {};
    switch (selection.fill()) {
        case Fill::Size: {
            const int largest = largestGroup(*stage);
            return {true,
                    {{rampColor(0), tr("%Ln patch(es)", nullptr, 1)},
                     {rampColor(1), tr("%Ln patch(es)", nullptr, largest)}},
                    {}};
        }
        case Fill::Attention:
            if (selection.glow().empty())
                return {false, {}, tr("Point at a word of the reply to see what it looked at.")};
            if (selection.shows(GroupSelection::Meaning::Nearness))
                return {true, {{rampColor(0), tr("far")}, {rampColor(1), tr("near")}}, {}};
            if (selection.shows(GroupSelection::Meaning::Missed))
                return {true,
                        {{rampColor(0), tr("not missed")}, {rampColor(1), tr("missed most")}},
                        {}};
            return {true,
                    {{rampColor(0), tr("0 % of the attention")},
                     {rampColor(1), shareText(selection.attentionScale())}},
                    {}};
        case Fill::Merging:
            return {false,
                    {{joinedColor(Joined::AtSecondStage),
                      tr("joins others at %1").arg(stageName(selection, 1))},
                     {joinedColor(Joined::AtThirdStage), tr("at %1").arg(stageName(selection, 2))},
                     {joinedColor(Joined::Never), tr("stays alone")}},
                    {}};
        case Fill::MeanColor:
        case Fill::Distinct:
        case Fill::None:
            break;
    }
    return {};
}

}  // namespace univi::ui
