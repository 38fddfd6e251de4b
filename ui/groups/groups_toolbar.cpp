#include "ui/groups/groups_toolbar.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "ui/groups/stage_buttons.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

/// Pixels that the long names of the stages need, and the word before them beside that.
constexpr int kLongFrom = 330, kNamedFrom = 376;

}  // namespace

GroupsToolbar::GroupsToolbar(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      stages_(new QButtonGroup(this)),
      levels_(new QButtonGroup(this)),
      name_(makeLabel(tr("Stage"), "small")) {
    QWidget* stages = makeStageButtons(stages_);
    level_box_ =
        makeSegments(levels_,
                     {{tr("Event"), tr("Groups of the whole event: what the language model sees")},
                      {tr("Frame"), tr("Groups of this frame alone")}},
                     1, -1);
    row(this, {.margins = {}, .spacing = 6}, {name_, stages, Part::stretch(), level_box_});
    connect(stages_, &QButtonGroup::idClicked, selection_, &GroupSelection::setStage);
    connect(levels_, &QButtonGroup::idClicked, this,
            [this](int id) { selection_->setEventLevel(id == 1); });
    connect(selection, &GroupSelection::groupsChanged, this, &GroupsToolbar::refresh);
    connect(selection, &GroupSelection::unitChanged, this, &GroupsToolbar::refresh);
    refresh();
}

QSize GroupsToolbar::minimumSizeHint() const {
    return {0, QWidget::minimumSizeHint().height()};
}

void GroupsToolbar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refresh();
}

void GroupsToolbar::refresh() {
    const protocol::TokenGroups& groups = selection_->groups();
    name_->setVisible(width() >= kNamedFrom);
    showStages(stages_, *selection_, width() >= kLongFrom ? StageTexts::Long : StageTexts::Short);
    level_box_->setVisible(groups.is_video && !groups.events.empty());
    levels_->button(selection_->unit().event ? 1 : 0)->setChecked(true);
    setEnabled(!selection_->isEmpty());
}

}  // namespace univi::ui
