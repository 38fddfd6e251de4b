// How the set-up page is built, and what its buttons do.
#include <QButtonGroup>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/training/data/data_panel.h"
#include "ui/training/devices/devices_panel.h"
#include "ui/training/devices/plan_view.h"
#include "ui/training/setup/checks_view.h"
#include "ui/training/setup/difference_dialog.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/preset_menu.h"
#include "ui/training/setup/run_setup_page.h"
#include "ui/training/setup/start_from_view.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kSideWidth = 330, kNameWidth = 220, kPanelWidth = 980, kMargin = 24;

/// A panel that scrolls and keeps a readable width.
QScrollArea* scrolled(QWidget* panel, int most) {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* line = new QHBoxLayout(body);
    line->setContentsMargins(0, 0, 12, 16);
    panel->setMaximumWidth(most);
    line->addWidget(panel);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

}  // namespace

QWidget* RunSetupPage::buildHead() {
    auto* head = new QWidget;
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(kMargin, 18, kMargin, 12);
    column->setSpacing(10);
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    title_ = makeLabel({}, "title");
    subtitle_ = makeLabel({}, "muted");
    subtitle_->setTextFormat(Qt::PlainText);
    line->addWidget(title_);
    line->addWidget(subtitle_);
    line->addStretch(1);
    tools_ = new QWidget;
    auto* tools = new QHBoxLayout(tools_);
    tools->setContentsMargins(0, 0, 0, 0);
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Name in the list"));
    name_->setAccessibleName(tr("Name of the run"));
    name_->setFixedWidth(kNameWidth);
    auto* presets = new QPushButton(tr("&Presets"));
    auto* menu = new PresetMenu(&presets_, presets);
    presets->setMenu(menu);
    presets->setProperty("dropDown", true);
    auto* from = new QPushButton(tr("From a &run…"));
    auto* pasted = new QPushButton(tr("Paste a &command…"));
    for (QWidget* each : {static_cast<QWidget*>(name_), static_cast<QWidget*>(presets), static_cast<QWidget*>(from), static_cast<QWidget*>(pasted)})
        tools->addWidget(each);
    line->addWidget(tools_);
    column->addLayout(line);
    notice_ = new NoticeBar;
    notice_->hide();
    column->addWidget(notice_);
    connect(from, &QPushButton::clicked, this, &RunSetupPage::chooseRun);
    connect(pasted, &QPushButton::clicked, this, &RunSetupPage::paste);
    connect(menu, &PresetMenu::chosen, this, qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(menu, &PresetMenu::saveWanted, this, &RunSetupPage::savePreset);
    connect(menu, &PresetMenu::compareWanted, this, &RunSetupPage::comparePresets);
    connect(menu, &PresetMenu::importWanted, this, &RunSetupPage::importPreset);
    connect(menu, &PresetMenu::exportWanted, this, &RunSetupPage::exportPreset);
    connect(menu, &PresetMenu::removeWanted, this, &RunSetupPage::removePreset);
    return head;
}

QWidget* RunSetupPage::buildBody() {
    stages_ = new QStackedWidget;
    start_from_ = new StartFromView;
    auto* first = new QWidget;
    auto* around = new QVBoxLayout(first);
    around->setContentsMargins(kMargin, 0, kMargin - 12, 0);
    around->addWidget(start_from_);
    stages_->addWidget(first);
    auto* second = new QWidget;
    auto* line = new QHBoxLayout(second);
    line->setContentsMargins(kMargin, 0, kMargin - 12, 0);
    line->setSpacing(16);
    line->addWidget(buildTabs(), 1);
    line->addWidget(buildSide());
    stages_->addWidget(second);
    return stages_;
}

QWidget* RunSetupPage::buildTabs() {
    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    tabs_ = new QStackedWidget;
    tab_buttons_ = new QButtonGroup(this);
    fields_ = new OptionFormView(form_);
    data_ = new DataPanel;
    const std::pair<QString, QWidget*> pages[] = {
        {tr("Settings"), fields_}, {tr("Data"), scrolled(data_, kPanelWidth)}, {tr("Devices"), buildDevices()}};
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    for (const auto& [name, page] : pages) {
        auto* button = new QToolButton;
        button->setText(name);
        button->setCheckable(true);
        button->setProperty("segment", true);
        button->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + tabs_->count())));
        tab_buttons_->addButton(button, tabs_->count());
        line->addWidget(button);
        tabs_->addWidget(page);
    }
    line->addStretch(1);
    column->addLayout(line);
    column->addWidget(tabs_, 1);
    connect(tab_buttons_, &QButtonGroup::idClicked, tabs_, &QStackedWidget::setCurrentIndex);
    return widget;
}

QWidget* RunSetupPage::buildDevices() {
    auto* panel = new QWidget;
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Devices"), "heading"));
    devices_ = new DevicesPanel(monitor_, planner_);
    column->addWidget(devices_);
    column->addSpacing(10);
    auto* line = new QHBoxLayout;
    line->addWidget(makeLabel(tr("Memory plan"), "heading"), 1);
    auto* label = new QLabel(tr("Plan &for"));
    memory_choice_ = new QComboBox;
    label->setBuddy(memory_choice_);
    memory_choice_->addItem(tr("this machine"), QString());
    for (const char* size : {"12GB", "16GB", "24GB", "40GB", "48GB", "80GB", "141GB"})
        memory_choice_->addItem(tr("GPUs of %1").arg(QString::fromLatin1(size).replace(QLatin1String("GB"), QLatin1String(" GB"))), QString::fromLatin1(size));
    line->addWidget(label);
    line->addWidget(memory_choice_);
    column->addLayout(line);
    auto* plan = new PlanView(planner_, false);
    column->addWidget(plan);
    column->addStretch(1);
    connect(plan, &PlanView::adviceTaken, form_, &RunForm::apply);
    return scrolled(panel, kPanelWidth);
}

QWidget* RunSetupPage::buildSide() {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 16);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Memory"), "heading"));
    auto* plan = new PlanView(planner_, true);
    column->addWidget(plan);
    column->addSpacing(8);
    column->addWidget(makeLabel(tr("Before the start"), "heading"));
    checks_ = new ChecksView;
    column->addWidget(checks_);
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFixedWidth(kSideWidth);
    connect(plan, &PlanView::adviceTaken, form_, &RunForm::apply);
    return scroll;
}

void RunSetupPage::showTab(Tab tab) {
    tab_buttons_->button(tab)->setChecked(true);
    tabs_->setCurrentIndex(tab);
}

void RunSetupPage::paste() {
    auto* dialog = new PasteDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const training::ReadCommand& command = dialog->command();
        begin(command.options, tr("Pasted command"), command.flags, command.kept);
    });
    dialog->open();
}

void RunSetupPage::chooseRun() {
    const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a run"), options_.runs_folder);
    if (!folder.isEmpty()) setFrom(folder);
}

void RunSetupPage::savePreset() {
    const QString name = QInputDialog::getText(window(), tr("Save as a preset"), tr("Name"), QLineEdit::Normal, name_->text()).trimmed();
    if (name.isEmpty()) return;
    RunPreset preset;
    preset.name = name;
    preset.options = form_->options();
    preset.options.output_dir.clear();  // a preset is for many runs
    guarded([&] {
        presets_.save(preset);
        notice_->showNotice(NoticeBar::Kind::Info, tr("The preset %1 is saved.").arg(name));
    });
}

void RunSetupPage::comparePresets() {
    QList<DifferenceDialog::Side> sides{{tr("These settings"), form_->options()}, {tr("Defaults"), {}}};
    for (const RunPreset& preset : presets_.presets()) {
        sides.append({preset.name, preset.options});
        if (preset.name == begun_with_) sides.swapItemsAt(1, sides.size() - 1);
    }
    auto* dialog = new DifferenceDialog(sides, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RunSetupPage::importPreset() {
    const QString file = QFileDialog::getOpenFileName(window(), tr("Import a preset"), {}, tr("JSON (*.json)"));
    if (file.isEmpty()) return;
    guarded([&] {
        const RunPreset preset = RunPreset::read(file);
        presets_.save(preset);
        setFrom(preset);
    });
}

void RunSetupPage::exportPreset() {
    const QString file = QFileDialog::getSaveFileName(window(), tr("Export these settings"), QStringLiteral("settings.json"), tr("JSON (*.json)"));
    if (file.isEmpty()) return;
    guarded([&] {
        RunPreset preset;
        preset.name = name_->text().isEmpty() ? QFileInfo(file).completeBaseName() : name_->text();
        preset.options = form_->options();
        preset.options.output_dir.clear();
        preset.write(file);
        notice_->showNotice(NoticeBar::Kind::Info, tr("The settings are in %1.").arg(file));
    });
}

void RunSetupPage::removePreset(const RunPreset& preset) {
    guarded([&] {
        presets_.remove(preset);
        notice_->showNotice(NoticeBar::Kind::Info, tr("The preset %1 is removed.").arg(preset.name));
    });
}

}  // namespace univi::ui
