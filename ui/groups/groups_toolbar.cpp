#include "ui/groups/groups_toolbar.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>
#include <QWidgetAction>

#include "ui/widgets/icons.h"

namespace univi::ui {

namespace {

QToolButton* makeSegment(const QString& text, const QString& tip, QButtonGroup* group, int id,
                         QHBoxLayout* layout) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setCheckable(true);
    button->setProperty("segment", true);
    button->setFocusPolicy(Qt::StrongFocus);
    group->addButton(button, id);
    layout->addWidget(button);
    return button;
}

}  // namespace

GroupsToolbar::GroupsToolbar(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      stages_(new QButtonGroup(this)),
      levels_(new QButtonGroup(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeStages());
    layout->addWidget(levelBox_ = makeLevels());
    layout->addStretch();
    layout->addWidget(makeDrawingMenu());
    auto* save = new QToolButton;
    save->setIcon(icon(QStringLiteral("export")));
    save->setToolTip(tr("Export the groups as PNG, SVG or JSON"));
    save->setAccessibleName(save->toolTip());
    save->setAutoRaise(true);
    connect(save, &QToolButton::clicked, this, &GroupsToolbar::exportRequested);
    layout->addWidget(save);
    connect(selection, &GroupSelection::groupsChanged, this, &GroupsToolbar::refresh);
    connect(selection, &GroupSelection::unitChanged, this, &GroupsToolbar::refresh);
    refresh();
}

QWidget* GroupsToolbar::makeStages() {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    for (int stage = 0; stage < 3; ++stage)
        makeSegment({}, tr("Merging stage %1").arg(stage + 1), stages_, stage, layout);
    connect(stages_, &QButtonGroup::idClicked, selection_, &GroupSelection::setStage);
    return box;
}

QWidget* GroupsToolbar::makeLevels() {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    makeSegment(tr("Event"), tr("Groups of the whole event: what the language model sees"), levels_,
                1, layout);
    makeSegment(tr("Frame"), tr("Groups of this frame alone"), levels_, 0, layout);
    connect(levels_, &QButtonGroup::idClicked, this,
            [this](int id) { selection_->setEventLevel(id == 1); });
    return box;
}

QToolButton* GroupsToolbar::makeDrawingMenu() {
    auto* menu = new QMenu(this);
    auto* fills = new QActionGroup(menu);
    const std::pair<QString, GroupSelection::Fill> choices[] = {
        {tr("Mean colours"), GroupSelection::Fill::MeanColor},
        {tr("Distinct colours"), GroupSelection::Fill::Distinct},
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
    auto* row = new QWidget;
    auto* rowLayout = new QHBoxLayout(row);
    rowLayout->setContentsMargins(12, 6, 12, 8);
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, 100);
    slider->setValue(static_cast<int>(selection_->opacity() * 100));
    slider->setAccessibleName(tr("Opacity"));
    connect(slider, &QSlider::valueChanged, selection_,
            [this](int value) { selection_->setOpacity(value / 100.0); });
    rowLayout->addWidget(new QLabel(tr("Opacity")));
    rowLayout->addWidget(slider);
    auto* widgetAction = new QWidgetAction(menu);
    widgetAction->setDefaultWidget(row);
    menu->addAction(widgetAction);
    auto* button = new QToolButton;
    button->setText(tr("View"));
    button->setToolTip(tr("How the groups are drawn"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    return button;
}

void GroupsToolbar::refresh() {
    const protocol::TokenGroups& groups = selection_->groups();
    const int published[3] = {64, 32, 16};
    for (int stage = 0; stage < 3; ++stage) {
        GroupUnit unit = selection_->unit();
        unit.stage = stage;
        const protocol::StageGroups* data = stageOf(groups, unit);
        const int count = data == nullptr || data->sizes.empty()
                              ? published[stage]
                              : static_cast<int>(data->sizes.size());
        stages_->button(stage)->setText(QString::number(count));
        stages_->button(stage)->setChecked(stage == selection_->unit().stage);
    }
    levelBox_->setVisible(groups.is_video && !groups.events.empty());
    levels_->button(selection_->unit().event ? 1 : 0)->setChecked(true);
    setEnabled(!selection_->isEmpty());
}

}  // namespace univi::ui
