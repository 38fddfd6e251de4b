#include "ui/training/setup/setup_body.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/training/data/data_panel.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/setup_devices.h"
#include "ui/training/setup/setup_side.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kSideFrom = 820;    ///< width from which the side column stands beside the tabs
constexpr int kSearchFrom = 540;  ///< … and the search beside their names
constexpr int kSideWidth = 300, kSearchWidth = 190, kPanelWidth = 980;

/// Puts a panel of a readable width into a scroll area.
QScrollArea* scrolled(QWidget* panel) {
    panel->setMaximumWidth(kPanelWidth);
    QScrollArea* scroll =
        scrollArea(rowWidget({.margins = {0, 0, 12, 16}}, {panel}), Scrolls::Upright);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

}  // namespace

SetupBody::SetupBody(RunForm* form, GpuMonitor* monitor, MemoryPlanner* planner,
                     const QWidget* page)
    : page_(page),
      fields_(new OptionFormView(form)),
      data_(new DataPanel),
      devices_(new SetupDevices(monitor, planner)),
      side_(new SetupSide(planner)),
      tabs_(new QStackedWidget) {
    for (QWidget* tab : {static_cast<QWidget*>(fields_), static_cast<QWidget*>(scrolled(data_)),
                         static_cast<QWidget*>(scrolled(devices_))})
        tabs_->addWidget(tab);
    // The narrow order; arrange() widens it.
    column_ = column(
        this, {.spacing = 8},
        {buildTabRow(), fields_->searchField(), {row({.spacing = 20}, {{tabs_, 1}, side_}), 1}});
    connect(tab_buttons_, &QButtonGroup::idClicked, this, [this](int tab) { openTab(Tab(tab)); });
    connect(side_button_, &QToolButton::clicked, this, &SetupBody::showSide);
}

QWidget* SetupBody::buildTabRow() {
    auto* line = new QWidget;
    tab_line_ = row(line, {.margins = {0, 0, 12, 0}, .spacing = 6}, {});
    tab_buttons_ = new QButtonGroup(this);
    for (const QString& name : {tr("Settings"), tr("Data"), tr("Devices")}) {
        QToolButton* choice = segment(name);
        const int tab = int(tab_buttons_->buttons().size());
        choice->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + tab)));
        tab_buttons_->addButton(choice, tab);
        tab_line_->addWidget(choice);
    }
    side_button_ = segment(tr("Checks"));
    side_button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    side_button_->setShortcut(QKeySequence(Qt::ALT | Qt::Key_4));
    tab_line_->addStretch(1);
    tab_line_->addWidget(side_button_);
    return line;
}

bool SetupBody::isWide() const {
    return page_->width() >= kSideFrom;
}

SetupBody::Tab SetupBody::tab() const {
    return Tab(tabs_->currentIndex());
}

void SetupBody::showTab(Tab tab) {
    tab_buttons_->button(tab)->setChecked(true);
    tabs_->setCurrentIndex(tab);
    arrange();
}

void SetupBody::openTab(Tab tab) {
    side_instead_ = false;
    showTab(tab);
}

void SetupBody::focusTabs() {
    tab_buttons_->button(tab())->setFocus(Qt::OtherFocusReason);
}

void SetupBody::showSide(bool on) {
    (isWide() ? side_wanted_ : side_instead_) = on;
    arrange();
}

void SetupBody::uncoverTabs() {
    if (!isWide()) showSide(false);
}

void SetupBody::setCounts(int errors, int warnings) {
    side_button_->setIcon(
        errors + warnings == 0
            ? QIcon()
            : icon(QStringLiteral("alert"), errors > 0 ? IconTone::Danger : IconTone::Warning));
}

void SetupBody::arrange(int side_margin) {
    column_->setContentsMargins(side_margin, 0, side_margin - 12, 0);
    arrange();
}

void SetupBody::arrange() {
    const bool beside = isWide();
    const bool shows = beside ? side_wanted_ : side_instead_;
    side_->setMinimumWidth(beside ? kSideWidth : 0);
    side_->setMaximumWidth(beside ? kSideWidth : QWIDGETSIZE_MAX);
    side_->setVisible(shows);
    tabs_->setVisible(beside || !shows);
    side_button_->setChecked(shows);
    // No tab is checked while the side column stands in the place of their pages.
    tab_buttons_->setExclusive(false);
    for (QAbstractButton* each : tab_buttons_->buttons())
        each->setChecked((beside || !shows) && tab_buttons_->id(each) == tab());
    tab_buttons_->setExclusive(true);
    side_button_->setText(page_->width() >= kSearchFrom ? tr("Plan and checks") : tr("Checks"));
    side_button_->setToolTip(shows ? tr("Fold the plan and the checks away")
                                   : tr("Show the plan, the checks and the command"));
    placeSearch();
    fields_->searchField()->setVisible(tab() == Settings && (beside || !shows));
}

/// Puts the search at the end of the tabs' row, or below it.
void SetupBody::placeSearch() {
    QLineEdit* search = fields_->searchField();
    const bool in_line = page_->width() >= kSearchFrom;
    QBoxLayout* wanted = in_line ? tab_line_ : column_;
    if (wanted->indexOf(search) >= 0) return;
    (in_line ? column_ : tab_line_)->removeWidget(search);
    wanted->insertWidget(in_line ? tab_line_->count() - 1 : 1, search);
    search->setMaximumWidth(in_line ? kSearchWidth : QWIDGETSIZE_MAX);
    search->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

}  // namespace univi::ui
