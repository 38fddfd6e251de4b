#include "ui/groups/groups_toolbar.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>
#include <QWidgetAction>

#include "ui/groups/stage_buttons.h"
#include "ui/widgets/build.h"

namespace univi::ui {

GroupsToolbar::GroupsToolbar(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      stages_(new QButtonGroup(this)),
      levels_(new QButtonGroup(this)) {
    QWidget* stages = makeStageButtons(stages_);
    level_box_ =
        makeSegments(levels_,
                     {{tr("Event"), tr("Groups of the whole event: what the language model sees")},
                      {tr("Frame"), tr("Groups of this frame alone")}},
                     1, -1);
    QToolButton* save =
        iconButton("export", tr("Export the groups as a picture, a page or numbers"));
    save->setAutoRaise(true);
    row(this, {.margins = {}, .spacing = 8},
        {stages, level_box_, Part::stretch(0), makeDrawingMenu(), save});
    connect(stages_, &QButtonGroup::idClicked, selection_, &GroupSelection::setStage);
    connect(levels_, &QButtonGroup::idClicked, this,
            [this](int id) { selection_->setEventLevel(id == 1); });
    connect(save, &QToolButton::clicked, this, &GroupsToolbar::exportRequested);
    connect(selection, &GroupSelection::groupsChanged, this, &GroupsToolbar::refresh);
    connect(selection, &GroupSelection::unitChanged, this, &GroupsToolbar::refresh);
    refresh();
}

QToolButton* GroupsToolbar::makeDrawingMenu() {
    auto* menu = new QMenu(this);
    auto* fills = new QActionGroup(menu);
    const std::pair<QString, GroupSelection::Fill> choices[] = {
        {tr("Mean colours"), GroupSelection::Fill::MeanColor},
        {tr("Distinct colours"), GroupSelection::Fill::Distinct},
        {tr("Size of the groups"), GroupSelection::Fill::Size},
        {tr("Attention of a word"), GroupSelection::Fill::Attention},
        {tr("Time of merging"), GroupSelection::Fill::Merging},
        {tr("Borders only"), GroupSelection::Fill::None}};
    for (const auto& [text, fill] : choices) {
        QAction* action = fills->addAction(menu->addAction(text));
        action->setCheckable(true);
        action->setChecked(fill == selection_->fill());
        connect(action, &QAction::triggered, selection_,
                [this, fill = fill] { selection_->setFill(fill); });
    }
    menu->addSeparator();
    QAction* borders = menu->addAction(tr("White borders"));
    borders->setCheckable(true);
    borders->setChecked(selection_->borders());
    connect(borders, &QAction::toggled, selection_, &GroupSelection::setBorders);
    compare_ = menu->addAction(tr("Two pictures side by side"));
    compare_->setObjectName(QStringLiteral("comparePictures"));
    compare_->setCheckable(true);
    connect(compare_, &QAction::toggled, this, &GroupsToolbar::compareToggled);
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, 100);
    slider->setValue(static_cast<int>(selection_->opacity() * 100));
    slider->setAccessibleName(tr("Opacity"));
    connect(slider, &QSlider::valueChanged, selection_,
            [this](int value) { selection_->setOpacity(value / 100.0); });
    auto* widgetAction = new QWidgetAction(menu);
    widgetAction->setDefaultWidget(
        rowWidget({.margins = {12, 6, 12, 8}}, {new QLabel(tr("Opacity")), slider}));
    menu->addAction(widgetAction);
    auto* button = new QToolButton;
    button->setText(tr("View"));
    button->setToolTip(tr("How the groups are drawn"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    return button;
}

void GroupsToolbar::compare() {
    compare_->setChecked(true);
}

void GroupsToolbar::refresh() {
    const protocol::TokenGroups& groups = selection_->groups();
    showStages(stages_, *selection_);
    level_box_->setVisible(groups.is_video && !groups.events.empty());
    levels_->button(selection_->unit().event ? 1 : 0)->setChecked(true);
    setEnabled(!selection_->isEmpty());
}

}  // namespace univi::ui
