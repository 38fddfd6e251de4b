#include "ui/training/setup/run_setup_page.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QDate>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QThread>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/paths.h"
#include "ui/training/data/data_panel.h"
#include "ui/training/data/datasets_editor.h"
#include "ui/training/devices/devices_panel.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/preset_actions.h"
#include "ui/training/setup/run_setup_head.h"
#include "ui/training/setup/setup_devices.h"
#include "ui/training/setup/setup_side.h"
#include "ui/training/setup/start_bar.h"
#include "ui/training/setup/start_from_view.h"
#include "ui/training/setup/value_editor.h"
#include "ui/training/tool/labels.h"
#include "ui/widgets/build.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kCheckDelayMs = 150;
constexpr int kSideFrom = 820;    ///< width from which the side column stands beside the settings
constexpr int kSearchFrom = 540;  ///< … and the search beside the tabs
constexpr int kLeastWidth = 380, kSideWidth = 300, kSearchWidth = 190, kMostWidth = 1270,
              kMargin = 24, kPanelWidth = 980;

/// Puts a panel of a readable width into a scroll area.
QScrollArea* scrolled(QWidget* panel) {
    panel->setMaximumWidth(kPanelWidth);
    QScrollArea* scroll =
        scrollArea(rowWidget({.margins = {0, 0, 12, 16}}, {panel}), Scrolls::Upright);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

/// Returns the flags of run.json's "command" with the text that they had.
std::vector<training::GivenFlag> givenFlags(const base::Json& run) {
    std::string text;
    if (!run.contains("command") || !run["command"].is_array()) return {};
    for (const base::Json& word : run["command"])
        if (word.is_string()) text += training::shell_word(word.get<std::string>()) + " ";
    return training::read_command(text).flags;
}

}  // namespace

RunSetupPage::RunSetupPage(const Options& options, QWidget* parent)
    : QWidget(parent),
      options_(options),
      presets_(options.presets_folder),
      form_(new RunForm(this)),
      monitor_(new GpuMonitor(this)),
      planner_(new MemoryPlanner(this)) {
    if (options_.runs_folder.isEmpty())
        options_.runs_folder = QString::fromStdString((base::data_folder() / "runs").string());
    setLook(this, "page");
    setMinimumWidth(kLeastWidth);  // what stands in it is placed anew below its widths
    head_ = new RunSetupHead(&presets_);
    actions_ = new PresetActions({&presets_, form_, head_, options_.runs_folder}, this);
    bar_ = new StartBar;
    column(this, {.margins = {}, .spacing = 0}, {head_, {buildBody(), 1}, bar_});
    check_timer_.setSingleShot(true);
    check_timer_.setInterval(kCheckDelayMs);
    wire();
    new FocusKeeper(this);
    startNew();
}

QWidget* RunSetupPage::buildBody() {
    start_from_ = new StartFromView;
    fields_ = new OptionFormView(form_);
    data_ = new DataPanel;
    devices_ = new SetupDevices(monitor_, planner_);
    side_ = new SetupSide(planner_);
    tabs_ = new QStackedWidget;
    for (QWidget* tab : {static_cast<QWidget*>(fields_), static_cast<QWidget*>(scrolled(data_)),
                         static_cast<QWidget*>(scrolled(devices_))})
        tabs_->addWidget(tab);
    body_ = new QWidget;
    // The narrow order; arrange() widens it.
    body_column_ = column(
        body_, {.spacing = 8},
        {buildTabRow(), fields_->searchField(), {row({.spacing = 20}, {{tabs_, 1}, side_}), 1}});
    stages_ = new QStackedWidget;
    stages_->addWidget(start_from_);
    stages_->addWidget(body_);
    return stages_;
}

QWidget* RunSetupPage::buildTabRow() {
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

void RunSetupPage::wire() {
    connect(form_, &RunForm::changed, this, &RunSetupPage::takeChange);
    connect(&check_timer_, &QTimer::timeout, this, &RunSetupPage::checkNow);
    connect(planner_, &MemoryPlanner::changed, this, [this] {
        if (planner_->state() != MemoryPlanner::State::Working) check_timer_.start();
    });
    connect(monitor_, &GpuMonitor::changed, this, [this] {
        planAgain();
        check_timer_.start();
    });
    connect(start_from_, &StartFromView::presetChosen, this,
            qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(start_from_, &StartFromView::pasteWanted, actions_, &PresetActions::paste);
    connect(start_from_, &StartFromView::runWanted, actions_, &PresetActions::chooseRun);
    connect(actions_, &PresetActions::presetChosen, this,
            qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(actions_, &PresetActions::runChosen, this,
            qOverload<const QString&>(&RunSetupPage::setFrom));
    connect(actions_, &PresetActions::commandRead, this, &RunSetupPage::takeCommand);
    connect(tab_buttons_, &QButtonGroup::idClicked, this, [this](int tab) {
        side_instead_ = false;
        showTab(Tab(tab));
    });
    connect(side_button_, &QToolButton::clicked, this, &RunSetupPage::showSide);
    connect(start_from_, &StartFromView::emptyWanted, this, [this] { begin({}, {}); });
    connect(start_from_, &StartFromView::cancelled, this, &RunSetupPage::cancelled);
    connect(devices_, &SetupDevices::changed, form_, &RunForm::apply);
    connect(devices_, &SetupDevices::memoryChosen, this, &RunSetupPage::planAgain);
    connect(data_, &DataPanel::chosen, form_, &RunForm::setText);
    connect(data_, &DataPanel::saved, this, &RunSetupPage::takeChange);
    connect(side_, &SetupSide::checkChosen, this, &RunSetupPage::take);
    connect(side_, &SetupSide::adviceTaken, form_, &RunForm::apply);
    connect(side_, &SetupSide::focusFreed, bar_, &StartBar::focusStart);
    connect(fields_, &OptionFormView::fixWanted, this, &RunSetupPage::take);
    connect(bar_, &StartBar::startWanted, this, &RunSetupPage::start);
    connect(bar_, &StartBar::cancelled, this, &RunSetupPage::cancelled);
    connect(bar_, &StartBar::whyWanted, this, &RunSetupPage::showWhy);
}

void RunSetupPage::startNew() {
    head_->begin({});
    start_from_->setPresets(presets_.presets());
    if (!presets_.problems().isEmpty())
        head_->say(NoticeBar::Kind::Warning, presets_.problems().first());
    stages_->setCurrentIndex(0);
    head_->showTools(false);
    bar_->hide();
    setFocusProxy(start_from_);
}

void RunSetupPage::begin(const training::TrainOptions& options, const QString& name,
                         const std::vector<training::GivenFlag>& given,
                         const std::vector<std::string>& kept) {
    head_->begin(name);
    training::TrainOptions fresh = options;
    if (fresh.output_dir.empty()) fresh.output_dir = freshFolder().toStdString();
    form_->replace(fresh, given, kept);
    stages_->setCurrentIndex(1);
    head_->showTools(true);
    bar_->show();
    side_instead_ = false;
    showTab(Settings);
    fields_->goToTop();
    checkNow();
    setFocusProxy(head_->nameField());
    // The pressed button is gone; the focus goes to the first field.
    if (isVisible()) setFocus(Qt::OtherFocusReason);
}

void RunSetupPage::setFrom(const RunPreset& preset) {
    begin(preset.options, preset.name);
}

void RunSetupPage::setFrom(const QString& runFolder) {
    actions_->guarded([&] {
        const base::Json run = base::read_json_file(
            (runFolder + QStringLiteral("/run.json")).toStdString(), std::size_t{16} << 20);
        if (!run.is_object() || !run.contains("options"))
            throw base::Error(
                base::ErrorKind::Format,
                tr("%1 holds no settings of a training run.").arg(runFolder).toStdString());
        training::TrainOptions options;
        training::apply_json(options, run["options"], runFolder.toStdString() + "/run.json");
        std::vector<training::GivenFlag> given = givenFlags(run);
        for (const char* name : {"output_dir", "overwrite_output_dir", "resume_from_checkpoint"}) {
            training::set_option(options, *training::find_option(name),
                                 RunForm::defaultText(QString::fromLatin1(name)).toStdString());
            std::erase_if(given,
                          [name](const training::GivenFlag& flag) { return flag.name == name; });
        }
        begin(options, QFileInfo(QDir::cleanPath(runFolder)).fileName(), given);
    });
}

QStringList RunSetupPage::setFromCommand(const QString& text) {
    const training::ReadCommand command = training::read_command(text.toStdString());
    QStringList problems;
    for (const std::string& each : command.problems) problems << QString::fromStdString(each);
    takeCommand(command);
    if (!problems.isEmpty()) head_->say(NoticeBar::Kind::Warning, problems.join(QLatin1Char(' ')));
    return problems;
}

void RunSetupPage::takeCommand(const training::ReadCommand& command) {
    begin(command.options, tr("Pasted command"), command.flags, command.kept);
}

QString RunSetupPage::freshFolder() const {
    const QString base =
        QDir(options_.runs_folder)
            .filePath(QStringLiteral("%1-%2").arg(head_->proposedName(),
                                                  QDate::currentDate().toString(Qt::ISODate)));
    QString folder = base;
    for (int i = 2; QFileInfo::exists(folder); ++i)
        folder = QStringLiteral("%1-%2").arg(base).arg(i);
    return folder;
}

void RunSetupPage::takeChange() {
    const training::TrainOptions& options = form_->options();
    data_->setOptions(options);
    devices_->setOptions(options);
    fields_->setDatasetNames(data_->editor()->content().names());
    side_->setCommand(form_->command(trainProgram()));
    planAgain();
    check_timer_.start();
}

void RunSetupPage::planAgain() {
    training::TrainOptions options = form_->options();
    options.output_dir.clear();
    options.run_name.clear();
    const QString memory = devices_->memoryFor(form_->options());
    QString now = memory;
    for (const std::string& each : training::make_arguments(options))
        now += QLatin1Char(' ') + QString::fromStdString(each);
    if (now == planned_ || stages_->currentIndex() == 0) return;
    planned_ = now;
    planner_->plan(options, memory);
}

QStringList RunSetupPage::projectors() const {
    QFileInfoList files;
    QStringList folders = known_runs_;
    for (const QFileInfo& run :
         QDir(options_.runs_folder).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot))
        folders << run.absoluteFilePath();
    folders.removeDuplicates();
    for (const QString& folder : std::as_const(folders)) {
        const QFileInfo file(folder + QStringLiteral("/mm_projector.bin"));
        if (file.isFile()) files << file;
    }
    std::sort(files.begin(), files.end(), [](const QFileInfo& a, const QFileInfo& b) {
        return a.lastModified() > b.lastModified();
    });
    QStringList paths;
    for (const QFileInfo& file : std::as_const(files)) paths << file.absoluteFilePath();
    return paths;
}

void RunSetupPage::checkNow() {
    check_timer_.stop();
    CheckSurroundings around;
    around.gpus = monitor_->latest();
    around.gpus_known = monitor_->hasRead();
    if (planner_->state() == MemoryPlanner::State::Ready && planner_->latest())
        around.plan = &*planner_->latest();
    around.advice = planner_->advice();
    around.projectors = projectors();
    around.fresh_folder = freshFolder();
    around.cores = QThread::idealThreadCount();
    static const bool has_bf16 = cpuHasBf16();
    around.cpu_has_bf16 = has_bf16;
    around.free_bytes = freeDiskBytes;
    found_ = checkRun(form_->options(), around);
    const QStringList wrong = form_->wrongNames();
    for (const QString& name : wrong)
        found_.prepend({RunCheck::Level::Error,
                        withLabels(form_->problem(name)),
                        tr("Use the default"),
                        {{name, RunForm::defaultText(name)}},
                        name,
                        false});
    fields_->setChecks(found_);
    const auto count = [this](RunCheck::Level level) {
        return int(std::ranges::count(found_, level, &RunCheck::level));
    };
    const int errors = count(RunCheck::Level::Error), warnings = count(RunCheck::Level::Warning);
    bar_->setCounts(errors, warnings);
    // This comes last: when its last button goes, the focus moves to what can be pressed now.
    side_->setChecks(found_);
    side_button_->setIcon(
        errors + warnings == 0
            ? QIcon()
            : icon(QStringLiteral("alert"), errors > 0 ? IconTone::Danger : IconTone::Warning));
}

void RunSetupPage::take(const RunCheck& check) {
    if (!check.changes.isEmpty()) return form_->apply(check.changes), checkNow();
    goTo(check.field);
    if (OptionField* field = fields_->field(check.field);
        field && tabs_->currentIndex() == Settings && check.browses)
        field->editor()->browse();
}

/// Goes to the place where a check's option is set.
void RunSetupPage::goTo(const QString& field) {
    const bool is_data = field.startsWith(QLatin1String("dataset"));
    const bool is_device = field == QLatin1String("include");
    if (width() < kSideFrom) showSide(false);
    showTab(is_data ? Data : is_device ? Devices : Settings);
    if (is_data || is_device)
        return tab_buttons_->button(tabs_->currentIndex())->setFocus(Qt::OtherFocusReason);
    fields_->goTo(field);
}

/// Shows the first problem, at its field or else in the list of checks.
void RunSetupPage::showWhy() {
    if (found_.isEmpty()) return;
    if (fields_->field(found_.first().field)) return goTo(found_.first().field);
    showSide(true);
}

RunStart RunSetupPage::makeStart(bool queued) const {
    RunStart start;
    start.arguments = form_->arguments();
    start.output_dir = QDir::current().absoluteFilePath(form_->text(QStringLiteral("output_dir")));
    start.name = head_->name();
    start.queued = queued;
    start.working_folder = QDir::currentPath();
    const bool on_gpu = form_->options().device != "cpu" && !monitor_->latest().gpus.isEmpty();
    if (!on_gpu) {
        start.devices << QStringLiteral("cpu:0");
    } else {
        for (const int device :
             includedDevices(form_->options(), int(monitor_->latest().gpus.size())))
            start.devices << QStringLiteral("cuda:%1").arg(device);
    }
    return start;
}

void RunSetupPage::start(bool queued) {
    if (data_->editor()->isChanged() && !data_->editor()->save()) return showTab(Data);
    checkNow();
    if (!found_.isEmpty() && found_.first().level == RunCheck::Level::Error) return;
    Q_EMIT startRequested(makeStart(queued));
}

QString RunSetupPage::command() const {
    return side_->command();
}

void RunSetupPage::showTab(Tab tab) {
    tab_buttons_->button(tab)->setChecked(true);
    tabs_->setCurrentIndex(tab);
    arrange();
}

void RunSetupPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    monitor_->start();
}

void RunSetupPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void RunSetupPage::showSide(bool on) {
    (width() >= kSideFrom ? side_wanted_ : side_instead_) = on;
    arrange();
}

void RunSetupPage::arrange() {
    const bool beside = width() >= kSideFrom;
    const bool shows = beside ? side_wanted_ : side_instead_;
    const int margin = std::max(kMargin, (width() - kMostWidth) / 2);
    head_->layout()->setContentsMargins(margin, 16, margin, 10);
    body_->layout()->setContentsMargins(margin, 0, margin - 12, 0);
    start_from_->setContentsMargins(margin, 0, margin - 12, 0);
    bar_->setSideMargin(margin);
    side_->setMinimumWidth(beside ? kSideWidth : 0);
    side_->setMaximumWidth(beside ? kSideWidth : QWIDGETSIZE_MAX);
    side_->setVisible(shows);
    tabs_->setVisible(beside || !shows);
    side_button_->setChecked(shows);
    // No tab is checked while the side column stands in the place of their pages.
    tab_buttons_->setExclusive(false);
    for (QAbstractButton* each : tab_buttons_->buttons())
        each->setChecked((beside || !shows) && tab_buttons_->id(each) == tabs_->currentIndex());
    tab_buttons_->setExclusive(true);
    side_button_->setText(width() >= kSearchFrom ? tr("Plan and checks") : tr("Checks"));
    side_button_->setToolTip(shows ? tr("Fold the plan and the checks away")
                                   : tr("Show the plan, the checks and the command"));
    QLineEdit* search = fields_->searchField();
    const bool in_line = width() >= kSearchFrom;
    QBoxLayout* wanted = in_line ? tab_line_ : body_column_;
    if (wanted->indexOf(search) < 0) {
        (in_line ? body_column_ : tab_line_)->removeWidget(search);
        wanted->insertWidget(in_line ? tab_line_->count() - 1 : 1, search);
        search->setMaximumWidth(in_line ? kSearchWidth : QWIDGETSIZE_MAX);
        search->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    search->setVisible(tabs_->currentIndex() == Settings && (beside || !shows));
}

void RunSetupPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    monitor_->stop();
}

}  // namespace univi::ui
