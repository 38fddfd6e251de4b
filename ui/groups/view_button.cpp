#include "ui/groups/view_button.h"

#include <QActionGroup>
#include <QLabel>
#include <QMenu>
#include <QMetaMethod>
#include <QSlider>
#include <QWidgetAction>

#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"

namespace univi::ui {

ViewButton::ViewButton(GroupSelection* selection, QWidget* parent)
    : QToolButton(parent), selection_(selection) {
    setObjectName(QStringLiteral("viewButton"));
    auto* menu = new QMenu(this);
    addFills(menu);
    menu->addSeparator();
    QAction* borders = menu->addAction(tr("White borders"));
    borders->setCheckable(true);
    borders->setChecked(selection_->borders());
    connect(borders, &QAction::toggled, selection_, &GroupSelection::setBorders);
    addOpacity(menu);
    menu->addSeparator();
    compare_ = menu->addAction(tr("Two pictures side by side"));
    compare_->setObjectName(QStringLiteral("comparePictures"));
    compare_->setCheckable(true);
    connect(compare_, &QAction::toggled, this, &ViewButton::compareToggled);
    export_ = menu->addAction(tr("Export the groups…"), this, &ViewButton::exportRequested);
    for (QAction* each : {compare_, export_}) each->setVisible(false);
    setText(tr("View"));
    setIcon(ui::icon(QStringLiteral("view")));
    setToolTip(tr("How the groups are drawn"));
    setAccessibleName(tr("View"));
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    setMenu(menu);
    setNarrow(false);
}

void ViewButton::addFills(QMenu* menu) {
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
}

void ViewButton::addOpacity(QMenu* menu) {
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, 100);
    slider->setValue(static_cast<int>(selection_->opacity() * 100));
    slider->setAccessibleName(tr("Opacity"));
    connect(slider, &QSlider::valueChanged, selection_,
            [this](int value) { selection_->setOpacity(value / 100.0); });
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(
        rowWidget({.margins = {12, 6, 12, 8}}, {new QLabel(tr("Opacity")), slider}));
    menu->addAction(action);
}

void ViewButton::setNarrow(bool narrow) {
    setToolButtonStyle(narrow ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextOnly);
}

void ViewButton::connectNotify(const QMetaMethod& signal) {
    if (signal == QMetaMethod::fromSignal(&ViewButton::compareToggled)) compare_->setVisible(true);
    if (signal == QMetaMethod::fromSignal(&ViewButton::exportRequested)) export_->setVisible(true);
}

void ViewButton::setCompares(bool wanted) {
    compare_->setChecked(wanted);
}

}  // namespace univi::ui
