#include "ui/groups/lower_choice.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

#include "ui/text/translate.h"
#include "ui/widgets/build.h"

namespace univi::ui {

QWidget* makeLowerChoice(QButtonGroup* group) {
    auto* box = new QWidget;
    const std::pair<QString, QString> names[] = {
        {tr("Tokens"), tr("Density and distance of this stage's tokens")},
        {tr("Frames"), tr("Density and distance of the frames: the centres start the events")},
        {tr("What if"),
         tr("Ask again without a group, merged otherwise, or what the answer misses")}};
    auto* line = row(box, {.margins = {0, 4, 0, 0}, .spacing = 2}, {});
    for (const Lower each : {kTokens, kFrames, kWhatIf}) {
        QToolButton* button = segment(names[each].first, names[each].second);
        button->setFocusPolicy(Qt::StrongFocus);
        group->addButton(button, each);
        line->addWidget(button);
    }
    line->addStretch();
    group->button(kTokens)->setChecked(true);
    return box;
}

}  // namespace univi::ui
