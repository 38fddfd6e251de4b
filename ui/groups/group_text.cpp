#include "ui/groups/group_text.h"

#include <QFileInfo>
#include <QStringList>
#include <algorithm>
#include <numeric>

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

using protocol::TokenGroups;

/// The largest groups of the frame, by their patches in it.
std::vector<int> largestGroups(const std::vector<int>& map, std::size_t most) {
    const int count = map.empty() ? 0 : *std::max_element(map.begin(), map.end()) + 1;
    std::vector<int> sizes(static_cast<std::size_t>(std::max(0, count)));
    for (const int group : map)
        if (group >= 0) ++sizes[group];
    std::vector<int> order(sizes.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return sizes[a] > sizes[b]; });
    order.resize(std::min(most, order.size()));
    return order;
}

QString patches(int count) {
    return tr("%Ln patch(es)", nullptr, count);
}

QString sentenceOf(const TokenGroups& groups, const GroupUnit& unit, int group) {
    const GroupFacts facts = groupFacts(groups, unit, group);
    return tr("group %1, %2, %3")
        .arg(group + 1)
        .arg(patches(facts.patches_here), placeOfGroup(groups, unit, group));
}

}  // namespace

QString stageName(int stage, int groups) {
    return tr("Stage %1 · %Ln group(s)", nullptr, groups).arg(stage + 1);
}

QString placeOfGroup(const TokenGroups& groups, const GroupUnit& unit, int group) {
    const std::vector<int> map = patchGroups(groups, unit);
    const double grid = std::max(1, groups.grid);
    double x = 0, y = 0, square = 0, count = 0;
    for (std::size_t patch = 0; patch < map.size(); ++patch) {
        if (map[patch] != group) continue;
        const double px = (static_cast<int>(patch) % groups.grid + 0.5) / grid,
                     py = (static_cast<int>(patch) / groups.grid + 0.5) / grid;
        x += px, y += py, square += px * px + py * py, ++count;
    }
    if (count == 0) return tr("not in this frame");
    x /= count, y /= count;
    // A group as wide as the picture has a mean square distance of 1/6 from its middle.
    if (square / count - x * x - y * y > 0.12) return tr("all over");
    const int column = x < 0.38 ? 0 : x > 0.62 ? 2 : 1, line = y < 0.38 ? 0 : y > 0.62 ? 2 : 1;
    const QString names[3][3] = {{tr("upper left"), tr("top"), tr("upper right")},
                                 {tr("left"), tr("middle"), tr("right")},
                                 {tr("lower left"), tr("bottom"), tr("lower right")}};
    return names[line][column];
}

QString describeGroups(const TokenGroups& groups, const GroupUnit& unit, int lit) {
    const std::vector<int> map = patchGroups(groups, unit);
    const protocol::StageGroups* stage = stageOf(groups, unit);
    if (map.empty() || stage == nullptr) return {};
    QStringList sentences{
        tr("%1: %2 in %3.")
            .arg(QFileInfo(QString::fromStdString(groups.source)).fileName(),
                 patches(static_cast<int>(map.size())),
                 tr("%Ln group(s)", nullptr, static_cast<int>(stage->sizes.size())))};
    if (groups.is_video)
        sentences << tr("Frame %1 of %2.").arg(unit.frame + 1).arg(groups.frames.size());
    QStringList largest;
    for (const int group : largestGroups(map, 3)) largest << sentenceOf(groups, unit, group);
    sentences << tr("Largest: %1.").arg(largest.join(tr("; ")));
    if (lit >= 0) sentences << tr("Chosen: %1.").arg(sentenceOf(groups, unit, lit));
    return joinSentences(sentences);
}

}  // namespace univi::ui
