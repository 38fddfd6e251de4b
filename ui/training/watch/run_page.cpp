#include "ui/training/watch/run_page.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/training/charts/chart_panel.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_feed.h"
#include "ui/training/runs/run_library.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/tool/labels.h"
#include "ui/training/watch/export_dialog.h"
#include "ui/training/watch/gpu_recorder.h"
#include "ui/training/watch/log_view.h"
#include "ui/training/watch/probe_panel.h"
#include "ui/training/watch/run_header.h"
#include "ui/training/watch/side_by_side.h"
#include "ui/training/watch/use_panel.h"
#include "ui/widgets/build.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kMargin = 24;

QWidget* padded(QWidget* widget, int top) {
    return columnWidget({.margins = {kMargin, top, kMargin, 8}}, {widget});
}

}  // namespace

RunPage::RunPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      gpus_(new GpuRecorder(this)),
      header_(new RunHeader),
      fault_(new NoticeBar),
      notice_(new NoticeBar),
      tabs_(new QTabWidget),
      charts_(new ChartPanel),
      log_(new LogView),
      probe_panel_(new ProbePanel(parts.probes)),
      use_(new UsePanel),
      settings_(new QTableWidget(0, 2)) {
    setLook(this, "page");
    buildTabs();
    fault_->setDismissable(false);
    auto* notices = column({.margins = {kMargin, 0, kMargin, 0}, .spacing = 8}, {fault_, notice_});
    column(this, {.margins = {}, .spacing = 6}, {header_, notices, {tabs_, 1}});
    wire();
}

RunPage::~RunPage() = default;

void RunPage::buildTabs() {
    tabs_->setObjectName(QStringLiteral("runTabs"));
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    dressTable(settings_, tr("Settings of the run"));
    settings_->setHorizontalHeaderLabels({tr("Setting"), tr("Value")});
    settings_->horizontalHeader()->setStretchLastSection(true);
    settings_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    settings_->setAlternatingRowColors(true);
    tabs_->addTab(padded(charts_, 12), tr("Curves"));
    tabs_->addTab(padded(log_, 0), tr("Log"));
    tabs_->addTab(padded(probe_panel_, 0), tr("Probe questions"));
    tabs_->addTab(padded(use_, 0), tr("Use"));
    tabs_->addTab(padded(settings_, 12), tr("Settings"));
}

void RunPage::wire() {
    setFocusProxy(tabs_->tabBar());
    new FocusKeeper(this, {tabs_->tabBar()});
    connect(header_, &RunHeader::stopRequested, this, &RunPage::stop);
    connect(header_, &RunHeader::saveRequested, this, &RunPage::saveNow);
    connect(header_, &RunHeader::resumeRequested, this, &RunPage::resume);
    connect(header_, &RunHeader::secondStageRequested, this, &RunPage::secondStage);
    connect(header_, &RunHeader::setupRequested, this, [this] { Q_EMIT setupRequested(folder()); });
    connect(header_, &RunHeader::branchRequested, this, [this](const QString& branch) {
        if (parts_.library->open(branch).isEmpty())
            say(tr("%1 is no longer there.").arg(branch));
        else
            Q_EMIT openRequested(branch);
    });
    connect(header_, &RunHeader::unqueueRequested, this,
            [this] { parts_.library->unqueue(folder()); });
    connect(header_, &RunHeader::folderRequested, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder())); });
    connect(header_, &RunHeader::renameRequested, this,
            [this] { Q_EMIT renameRequested(folder()); });
    connect(header_, &RunHeader::removeRequested, this,
            [this] { Q_EMIT removeRequested(folder()); });
    connect(header_, &RunHeader::copyRequested, this,
            [this] { QGuiApplication::clipboard()->setText(shellLine(feed_->info().command)); });
    connect(charts_, &ChartPanel::exportFailed, this, &RunPage::say);
    connect(use_, &UsePanel::chatRequested, this, &RunPage::chatRequested);
    connect(use_, &UsePanel::evaluateRequested, this, &RunPage::evaluateRequested);
    connect(use_, &UsePanel::compareRequested, this, &RunPage::askBesideBase);
    connect(use_, &UsePanel::exportRequested, this, &RunPage::exportResult);
    connect(parts_.library, &RunLibrary::changed, this, [this] {
        if (feed_) onInfo();
    });
}

void RunPage::askBesideBase(const RunInfo& info, const QString& chosen) {
    QString name = info.name;
    if (chosen != info.folder) name += QStringLiteral(", ") + QDir(chosen).dirName();
    openOnce(new SideBySide(parts_.engine, {name, modelOf(info, chosen)},
                            {tr("its base"), baseOf(info)}, templateOf(info), window()));
}

void RunPage::exportResult(const RunInfo& info, const QString& chosen) {
    QString name = runFileName(info.name);
    if (chosen != info.folder) name += QLatin1Char('-') + QDir(chosen).dirName();
    const QString target = QDir(info.folder).filePath(QStringLiteral("../%1-export").arg(name));
    openOnce(new ExportDialog(modelOf(info, chosen), QDir::cleanPath(target), window()));
}

QString RunPage::folder() const {
    return feed_ ? feed_->folder() : QString();
}

void RunPage::showRun(const QString& folder) {
    if (folder == this->folder()) return;
    charts_->setSources({});
    log_->setLines(nullptr, 0);
    notice_->hide();
    fault_->hide();
    fault_shown_.clear();
    gpu_state_ = RunState::Unknown;
    gpus_->follow(nullptr);
    settings_shown_ = {};
    settings_->setRowCount(0);
    feed_ = std::make_unique<RunFeed>(folder, parts_.library->thread());
    connect(feed_.get(), &RunFeed::infoChanged, this, &RunPage::onInfo);
    connect(feed_.get(), &RunFeed::curvesChanged, charts_, &ChartPanel::refresh);
    connect(feed_.get(), &RunFeed::logChanged, this,
            [this](qsizetype first) { log_->setLines(&feed_->log(), first); });
    charts_->setSources({{{}, {}, [this] { return feed_ ? &feed_->curves() : nullptr; }}});
    onInfo();
}

/// Returns the feed's facts with what only the library knows: the place in the queue, the name.
RunInfo RunPage::shownInfo() const {
    RunInfo info = feed_->info();
    const RunEntry* entry = parts_.library->find(folder());
    if (!entry) return info;
    if (entry->info.state == RunState::Queued) info.state = RunState::Queued;
    if (info.state == RunState::Unknown && entry->info.state == RunState::Starting)
        info.state = RunState::Starting;
    if (!entry->info.name.isEmpty()) info.name = entry->info.name;
    if (info.command.isEmpty() && !entry->start.arguments.isEmpty()) {
        info.command = QStringList(QStringLiteral("univi-train")) + entry->start.arguments;
        info.working_folder = entry->start.working_folder;
    }
    return info;
}

void RunPage::onInfo() {
    const RunInfo info = shownInfo();
    const RunEntry* entry = parts_.library->find(folder());
    if (std::exchange(gpu_state_, info.state) != info.state) gpus_->follow(feed_.get());
    header_->setRun(info, entry ? entry->waiting_for : QString());
    charts_->setExportName(info.name);
    use_->setRun(info);
    std::vector<double> marks;
    for (const RunBranch& branch : info.branches) marks.push_back(double(branch.step));
    charts_->setMarks(marks, branchText(info));
    probe_panel_->setRun(info);
    charts_->setEmptyText(
        info.state == RunState::Queued ? tr("It has not started yet.")
        : info.state == RunState::Starting
            ? tr("The first step has not come yet: the model and the data are loaded.")
            : tr("No step is known of this run."));
    showFault();
    if (settings_shown_ != info.settings) fillSettings();
}

void RunPage::showFault() {
    const std::optional<RunFault> fault = faultOf(shownInfo());
    const QString text = fault ? fault->sentence + QLatin1Char(' ') + fault->next_step : QString();
    if (text == fault_shown_) return;
    fault_shown_ = text;
    fault_->clearActions();
    if (!fault) return fault_->hide();
    const bool is_damage = fault->is_damage;
    if (!is_damage)
        connect(fault_->addAction(tr("Show in log")), &QPushButton::clicked, this,
                &RunPage::showFaultInLog);
    if (fault->can_resume && !feed_->info().command.isEmpty())
        connect(fault_->addAction(tr("Resume…")), &QPushButton::clicked, this, &RunPage::resume);
    else if (fault->kind == protocol::Fault::Usage || fault->kind == protocol::Fault::PortInUse)
        connect(fault_->addAction(tr("Set up from this run")), &QPushButton::clicked, this,
                [this] { Q_EMIT setupRequested(folder()); });
    const bool goes_on = is_damage || isAlive(feed_->info().state);
    fault_->showNotice(goes_on ? NoticeBar::Kind::Warning : NoticeBar::Kind::Error, text);
}

void RunPage::showFaultInLog() {
    const std::optional<RunFault> fault = faultOf(shownInfo());
    showTab(Log);
    log_->showLine(fault ? fault->log_text : QString());
}

void RunPage::fillSettings() {
    settings_shown_ = feed_->info().settings;
    settings_->setRowCount(int(settings_shown_.size()));
    int row = 0;
    for (auto each = settings_shown_.begin(); each != settings_shown_.end(); ++each, ++row) {
        settings_->setItem(row, 0, new QTableWidgetItem(labelOfOption(each.key())));
        settings_->item(row, 0)->setToolTip(QStringLiteral("--%1").arg(each.key()));
        settings_->setItem(row, 1, new QTableWidgetItem(settingText(each.value())));
    }
}

void RunPage::showTab(Tab tab) {
    tabs_->setCurrentIndex(tab);
}

void RunPage::say(const QString& sentence) {
    notice_->showNotice(NoticeBar::Kind::Warning, sentence);
}

void RunPage::stop() {
    QString problem;
    if (!feed_) return;
    if (TrainLauncher::signal(feed_->info(), TrainLauncher::Wish::StopAndSave, problem))
        header_->setWish(TrainLauncher::Wish::StopAndSave);
    else
        say(problem);
}

void RunPage::saveNow() {
    QString problem;
    if (!feed_) return;
    if (TrainLauncher::signal(feed_->info(), TrainLauncher::Wish::SaveNow, problem))
        header_->setWish(TrainLauncher::Wish::SaveNow);
    else
        say(problem);
}

void RunPage::resume() {
    openStart(ResumeDialog::Purpose::Resume);
}

void RunPage::secondStage() {
    openStart(ResumeDialog::Purpose::SecondStage);
}

void RunPage::openStart(ResumeDialog::Purpose purpose) {
    if (!feed_) return;
    auto* dialog = new ResumeDialog(shownInfo(), purpose, window());
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const RunStart run = dialog->start();
        QString problem;
        if (!parts_.library->start(run, problem)) return say(problem);
        if (run.output_dir != folder()) Q_EMIT openRequested(run.output_dir);
    });
    openOnce(dialog);
}

}  // namespace univi::ui
