#pragma once

#include <QList>
#include <QString>
#include <utility>

class QButtonGroup;
class QWidget;

namespace univi::ui {

class GroupSelection;

/// Makes segments side by side, with the ids `first`, `first + step`, …; each has a text and a tip,
/// which is its accessible name too.
QWidget* makeSegments(QButtonGroup* group, const QList<std::pair<QString, QString>>& names,
                      int first, int step);

/// The three merging stages as segments with the ids 0, 1 and 2.
QWidget* makeStageButtons(QButtonGroup* group);
/// Shows of each stage its groups, with its number where there is room ("1 · 64", else "64"), and
/// which one is chosen. The tip is its whole name.
enum class StageTexts { Long, Short };
void showStages(QButtonGroup* group, const GroupSelection& selection, StageTexts texts);

}  // namespace univi::ui
