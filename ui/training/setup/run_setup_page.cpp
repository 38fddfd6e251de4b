#include "ui/training/setup/run_setup_page.h"

#include <QDate>
#include <QDir>
#include <QFileInfo>
#include <QLineEdit>
#include <QStackedWidget>
#include <QThread>
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

namespace univi::ui {
namespace {

constexpr int kCheckDelayMs = 150;
constexpr int kLeastWidth = 380, kMostWidth = 1270, kMargin = 24;

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
    start_from_ = new StartFromView;
    body_ = new SetupBody(form_, monitor_, planner_, this);
    stages_ = new QStackedWidget;
    stages_->addWidget(start_from_);
    stages_->addWidget(body_);
    column(this, {.margins = {}, .spacing = 0}, {head_, {stages_, 1}, bar_});
    check_timer_.setSingleShot(true);
    check_timer_.setInterval(kCheckDelayMs);
    wireBeginnings();
    wireForm();
    wireParts();
    new FocusKeeper(this);
    startNew();
}

/// What settings may begin with: a preset, an earlier run, a command, nothing.
void RunSetupPage::wireBeginnings() {
    connect(start_from_, &StartFromView::presetChosen, this,
            qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(start_from_, &StartFromView::pasteWanted, actions_, &PresetActions::paste);
    connect(start_from_, &StartFromView::runWanted, actions_, &PresetActions::chooseRun);
    connect(start_from_, &StartFromView::emptyWanted, this, [this] { begin({}, {}); });
    connect(start_from_, &StartFromView::cancelled, this, &RunSetupPage::cancelled);
    connect(actions_, &PresetActions::presetChosen, this,
            qOverload<const RunPreset&>(&RunSetupPage::setFrom));
    connect(actions_, &PresetActions::runChosen, this,
            qOverload<const QString&>(&RunSetupPage::setFrom));
    connect(actions_, &PresetActions::commandRead, this, &RunSetupPage::takeCommand);
}

/// What the plan and the checks follow.
void RunSetupPage::wireForm() {
    connect(form_, &RunForm::changed, this, &RunSetupPage::takeChange);
    connect(&check_timer_, &QTimer::timeout, this, &RunSetupPage::checkNow);
    connect(planner_, &MemoryPlanner::changed, this, [this] {
        if (planner_->state() != MemoryPlanner::State::Working) check_timer_.start();
    });
    connect(monitor_, &GpuMonitor::changed, this, [this] {
        planAgain();
        check_timer_.start();
    });
}

void RunSetupPage::wireParts() {
    connect(body_->devices(), &SetupDevices::changed, form_, &RunForm::apply);
    connect(body_->devices(), &SetupDevices::memoryChosen, this, &RunSetupPage::planAgain);
    connect(data(), &DataPanel::chosen, form_, &RunForm::setText);
    connect(data(), &DataPanel::saved, this, &RunSetupPage::takeChange);
    connect(side(), &SetupSide::checkChosen, this, &RunSetupPage::take);
    connect(side(), &SetupSide::adviceTaken, form_, &RunForm::apply);
    connect(side(), &SetupSide::focusFreed, bar_, &StartBar::focusStart);
    connect(fields(), &OptionFormView::fixWanted, this, &RunSetupPage::take);
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
    body_->openTab(Settings);
    fields()->goToTop();
    checkNow();
    setFocusProxy(head_->nameField());
    // The pressed button is gone; the focus goes to the first field.
    if (isVisible()) setFocus(Qt::OtherFocusReason);
}

void RunSetupPage::setFrom(const RunPreset& preset) {
    begin(preset.options, preset.name);
}

void RunSetupPage::setFrom(const QString& run_folder) {
    actions_->guarded([&] {
        const base::Json run = base::read_json_file(
            (run_folder + QStringLiteral("/run.json")).toStdString(), std::size_t{16} << 20);
        if (!run.is_object() || !run.contains("options"))
            throw base::Error(
                base::ErrorKind::Format,
                tr("%1 holds no settings of a training run.").arg(run_folder).toStdString());
        training::TrainOptions options;
        training::apply_json(options, run["options"], run_folder.toStdString() + "/run.json");
        std::vector<training::GivenFlag> given = givenFlags(run);
        for (const char* name : {"output_dir", "overwrite_output_dir", "resume_from_checkpoint"}) {
            training::set_option(options, *training::find_option(name),
                                 RunForm::defaultText(QString::fromLatin1(name)).toStdString());
            std::erase_if(given,
                          [name](const training::GivenFlag& flag) { return flag.name == name; });
        }
        begin(options, QFileInfo(QDir::cleanPath(run_folder)).fileName(), given);
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
    data()->setOptions(options);
    body_->devices()->setOptions(options);
    fields()->setDatasetNames(data()->editor()->content().names());
    side()->setCommand(form_->command(trainProgram()));
    planAgain();
    check_timer_.start();
}

void RunSetupPage::planAgain() {
    training::TrainOptions options = form_->options();
    options.output_dir.clear();
    options.run_name.clear();
    const QString memory = body_->devices()->memoryFor(form_->options());
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
    found_ = checkRun(form_->options(), surroundings());
    addWrongFields();
    showChecks();
}

CheckSurroundings RunSetupPage::surroundings() const {
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
    return around;
}

/// Puts the fields whose text is no value before what the checks found.
void RunSetupPage::addWrongFields() {
    const QStringList wrong = form_->wrongNames();
    for (const QString& name : wrong)
        found_.prepend({RunCheck::Level::Error,
                        withLabels(form_->problem(name)),
                        tr("Use the default"),
                        {{name, RunForm::defaultText(name)}},
                        name,
                        false});
}

void RunSetupPage::showChecks() {
    fields()->setChecks(found_);
    const auto count = [this](RunCheck::Level level) {
        return int(std::ranges::count(found_, level, &RunCheck::level));
    };
    const int errors = count(RunCheck::Level::Error), warnings = count(RunCheck::Level::Warning);
    bar_->setCounts(errors, warnings);
    body_->setCounts(errors, warnings);
    // This comes last: when its last button goes, the focus moves to what can be pressed now.
    side()->setChecks(found_);
}

void RunSetupPage::take(const RunCheck& check) {
    if (!check.changes.isEmpty()) return form_->apply(check.changes), checkNow();
    goTo(check.field);
    if (OptionField* field = fields()->field(check.field);
        field && body_->tab() == Settings && check.browses)
        field->editor()->browse();
}

/// Goes to the place where a check's option is set.
void RunSetupPage::goTo(const QString& field) {
    const bool is_data = field.startsWith(QLatin1String("dataset"));
    const bool is_device = field == QLatin1String("include");
    body_->uncoverTabs();
    showTab(is_data ? Data : is_device ? Devices : Settings);
    if (is_data || is_device) return body_->focusTabs();
    fields()->goTo(field);
}

/// Shows the first problem, at its field or else in the list of checks.
void RunSetupPage::showWhy() {
    if (found_.isEmpty()) return;
    if (fields()->field(found_.first().field)) return goTo(found_.first().field);
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
    if (data()->editor()->isChanged() && !data()->editor()->save()) return showTab(Data);
    checkNow();
    if (!found_.isEmpty() && found_.first().level == RunCheck::Level::Error) return;
    Q_EMIT startRequested(makeStart(queued));
}

QString RunSetupPage::command() const {
    return side()->command();
}

void RunSetupPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    monitor_->start();
}

void RunSetupPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const int margin = std::max(kMargin, (width() - kMostWidth) / 2);
    head_->layout()->setContentsMargins(margin, 16, margin, 10);
    start_from_->setContentsMargins(margin, 0, margin - 12, 0);
    bar_->setSideMargin(margin);
    body_->arrange(margin);
}

void RunSetupPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    monitor_->stop();
}

}  // namespace univi::ui
