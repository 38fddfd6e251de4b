#include "ui/groups/stage_buttons.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

#include "ui/groups/group_selection.h"
#include "ui/groups/group_text.h"
#include "ui/widgets/build.h"

namespace univi::ui {

QWidget* makeSegments(QButtonGroup* group, const QList<std::pair<QString, QString>>& names,
                      int first, int step) {
    auto* box = new QWidget;
    auto* line = row(box, {.margins = {}, .spacing = 2}, {});
    for (const auto& [text, tip] : names) {
        QToolButton* button = segment(text, tip);
        button->setAccessibleName(tip);
        button->setProperty("tight", true);
        button->setFocusPolicy(Qt::StrongFocus);
        group->addButton(button, first);
        first += step;
        line->addWidget(button);
    }
    return box;
}

QWidget* makeStageButtons(QButtonGroup* group) {
    return makeSegments(group, {{}, {}, {}}, 0, 1);
}

void showStages(QButtonGroup* group, const GroupSelection& selection, StageTexts texts) {
    const int published[3] = {64, 32, 16};
    for (int stage = 0; stage < 3; ++stage) {
        GroupUnit unit = selection.unit();
        unit.stage = stage;
        const protocol::StageGroups* data = stageOf(selection.groups(), unit);
        const int count = data == nullptr || data->sizes.empty()
                              ? published[stage]
                              : static_cast<int>(data->sizes.size());
        QAbstractButton* button = group->button(stage);
        button->setText(texts == StageTexts::Long
                            ? QStringLiteral("%1 · %2").arg(stage + 1).arg(count)
                            : QString::number(count));
        button->setToolTip(stageName(stage, count));
        button->setAccessibleName(stageName(stage, count));
        button->setChecked(stage == selection.unit().stage);
    }
}

}  // namespace univi::ui
