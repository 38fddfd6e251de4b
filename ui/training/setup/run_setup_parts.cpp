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
#include "ui/training/setup/difference_dialog.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/preset_menu.h"
#include "ui/training/setup/run_setup_page.h"
#include "ui/training/setup/setup_side.h"
#include "ui/training/setup/start_from_view.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/page_column.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {
namespace {

constexpr int kNameWidth = 240, kLeastNameWidth = 100, kPanelWidth = 980;

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
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return scroll;
}

}  // namespace

QWidget* RunSetupPage::buildHead() {
    auto* head = new QWidget;
    auto* column = new QVBoxLayout(head);
    column->setSpacing(10);
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    title_ = makeLabel({}, "title");
    subtitle_ = new ElidedLabel;
    subtitle_->setProperty("type", QStringLiteral("muted"));
    line->addWidget(title_);
    line->addWidget(subtitle_, 1);
    tools_ = new QWidget;
    auto* tools = new QHBoxLayout(tools_);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(8);
    name_ = new QLineEdit;
    name_->setPlaceholderText(tr("Name in the list"));
    name_->setAccessibleName(tr("Name of the run"));
    name_->setMinimumWidth(kLeastNameWidth);
    name_->setMaximumWidth(kNameWidth);
    auto* presets = new QPushButton(tr("&Presets"));
    auto* menu = new PresetMenu(&presets_, presets);
    presets->setMenu(menu);
    presets->setProperty("dropDown", true);
    presets->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    tools->addStretch(1);
    tools->addWidget(name_, 8);
    tools->addWidget(presets);
    line->addWidget(tools_, 1);
    column->addLayout(line);
    notice_ = new NoticeBar;
    notice_->hide();
    column->addWidget(notice_);
    wireMenu(menu);
    return head;
}

void RunSetupPage::wireMenu(PresetMenu* menu) {
    connect(menu, &PresetMenu::runWanted, this, &RunSetupPage::chooseRun);
    connect(menu, &PresetMenu::pasteWanted, this, &RunSetupPage::paste);
    connect(menu, &PresetMenu::chosen, this, qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(menu, &PresetMenu::saveWanted, this, &RunSetupPage::savePreset);
    connect(menu, &PresetMenu::compareWanted, this, &RunSetupPage::comparePresets);
    connect(menu, &PresetMenu::importWanted, this, &RunSetupPage::importPreset);
    connect(menu, &PresetMenu::exportWanted, this, &RunSetupPage::exportPreset);
    connect(menu, &PresetMenu::removeWanted, this, &RunSetupPage::removePreset);
}

QWidget* RunSetupPage::buildBody() {
    stages_ = new QStackedWidget;
    start_from_ = new StartFromView;
    stages_->addWidget(start_from_);
    body_ = new QWidget;
    body_column_ = new QVBoxLayout(body_);
    body_column_->setSpacing(8);
    buildTabs();
    // The narrow order; arrange() widens it.
    body_column_->addWidget(buildTabRow());
    body_column_->addWidget(fields_->searchField());
    side_ = new SetupSide(planner_);
    auto* line = new QHBoxLayout;
    line->setSpacing(20);
    line->addWidget(tabs_, 1);
    line->addWidget(side_);
    body_column_->addLayout(line, 1);
    stages_->addWidget(body_);
    return stages_;
}

void RunSetupPage::buildTabs() {
    tabs_ = new QStackedWidget;
    fields_ = new OptionFormView(form_);
    data_ = new DataPanel;
    tabs_->addWidget(fields_);
    tabs_->addWidget(scrolled(data_, kPanelWidth));
    tabs_->addWidget(buildDevices());
}

QWidget* RunSetupPage::buildTabRow() {
    auto* row = new QWidget;
    tab_line_ = new QHBoxLayout(row);
    tab_line_->setContentsMargins(0, 0, 12, 0);
    tab_line_->setSpacing(6);
    tab_buttons_ = new QButtonGroup(this);
    const auto segment = [](const QString& name) {
        auto* button = new QToolButton;
        button->setText(name);
        button->setCheckable(true);
        button->setProperty("segment", true);
        return button;
    };
    for (const QString& name : {tr("Settings"), tr("Data"), tr("Devices")}) {
        QToolButton* button = segment(name);
        const int tab = int(tab_buttons_->buttons().size());
        button->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + tab)));
        tab_buttons_->addButton(button, tab);
        tab_line_->addWidget(button);
    }
    side_button_ = segment(tr("Checks"));
    side_button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    side_button_->setShortcut(QKeySequence(Qt::ALT | Qt::Key_4));
    tab_line_->addStretch(1);
    tab_line_->addWidget(side_button_);
    connect(tab_buttons_, &QButtonGroup::idClicked, this, [this](int tab) {
        side_instead_ = false;
        showTab(Tab(tab));
    });
    connect(side_button_, &QToolButton::clicked, this, &RunSetupPage::showSide);
    return row;
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
        memory_choice_->addItem(
            tr("GPUs of %1")
                .arg(QString::fromLatin1(size).replace(QLatin1String("GB"), QLatin1String(" GB"))),
            QString::fromLatin1(size));
    line->addWidget(label);
    line->addWidget(memory_choice_);
    column->addLayout(line);
    auto* plan = new PlanView(planner_, false);
    column->addWidget(plan);
    column->addStretch(1);
    connect(plan, &PlanView::adviceTaken, form_, &RunForm::apply);
    return scrolled(panel, kPanelWidth);
}

void RunSetupPage::showTab(Tab tab) {
    tab_buttons_->button(tab)->setChecked(true);
    tabs_->setCurrentIndex(tab);
    arrange();
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
    QFileDialog* dialog = makeFolderDialog(window(), tr("Folder of a run"), options_.runs_folder);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& folder) { setFrom(folder); });
    dialog->open();
}

void RunSetupPage::savePreset() {
    auto* dialog = new QInputDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save as a preset"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(name_->text());
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this](const QString& name) { savePresetAs(name.trimmed()); });
    dialog->open();
}

void RunSetupPage::savePresetAs(const QString& name) {
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
    QList<DifferenceDialog::Side> sides{{tr("These settings"), form_->options()},
                                        {tr("Defaults"), {}}};
    for (const RunPreset& preset : presets_.presets()) {
        sides.append({preset.name, preset.options});
        if (preset.name == begun_with_) sides.swapItemsAt(1, sides.size() - 1);
    }
    auto* dialog = new DifferenceDialog(sides, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RunSetupPage::importPreset() {
    QFileDialog* dialog = makeOpenDialog(window(), tr("Import a preset"), {}, tr("JSON (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        guarded([&] {
            const RunPreset preset = RunPreset::read(file);
            presets_.save(preset);
            setFrom(preset);
        });
    });
    dialog->open();
}

void RunSetupPage::exportPreset() {
    QFileDialog* dialog = makeSaveDialog(window(), tr("Export these settings"), proposedName(),
                                         {tr("JSON (*.json)")});
    connect(dialog, &QFileDialog::fileSelected, this, &RunSetupPage::writePreset);
    dialog->open();
}

void RunSetupPage::writePreset(const QString& file) {
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
        notice_->showNotice(NoticeBar::Kind::Info,
                            tr("The preset %1 is removed.").arg(preset.name));
    });
}

}  // namespace univi::ui
