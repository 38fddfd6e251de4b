#include "ui/training/watch/run_header.h"

#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/training/runs/run_texts.h"
#include "ui/training/watch/state_tone.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

/// The step of the newest checkpoint; -1 without one.
qint64 newestCheckpoint(const RunInfo& info) {
    return info.checkpoints.isEmpty() ? -1 : info.checkpoints.last().step;
}

QString wishText(TrainLauncher::Wish wish) {
    return wish == TrainLauncher::Wish::SaveNow ? RunHeader::tr("Saving after this step")
                                                : RunHeader::tr("Stopping after this step");
}

/// Where it runs, in which numbers, and since when.
QString factsOf(const RunInfo& info) {
    QStringList facts;
    if (!info.host.isEmpty()) facts << RunHeader::tr("on %1").arg(info.host);
    const QString device = info.device.toUpper();
    if (!device.isEmpty())
        facts << (info.ranks > 1 ? RunHeader::tr("%1 ranks on %2").arg(info.ranks).arg(device)
                                 : device);
    if (!info.dtype.isEmpty()) facts << info.dtype;
    if (info.started.isValid())
        facts << RunHeader::tr("started %1")
                     .arg(QLocale().toString(info.started.toLocalTime(),
                                             RunHeader::tr("d MMM HH:mm")));
    return facts.join(QStringLiteral(" · "));
}

}  // namespace

RunHeader::RunHeader(QWidget* parent)
    : QFrame(parent),
      name_(new ElidedLabel),
      state_(new QLabel),
      progress_(new ElidedLabel),
      facts_(new ElidedLabel),
      bar_(new QProgressBar),
      stop_(button(tr("Stop and save"), ButtonRole::Plain, "stop",
                   tr("Writes a checkpoint and ends; Resume goes on from there"))),
      save_(
          button(tr("Save now"), ButtonRole::Plain, "save", tr("Writes a checkpoint and goes on"))),
      resume_(button(tr("Resume…"), ButtonRole::Plain, "play")),
      unqueue_(button(tr("Out of the queue"))),
      more_(iconButton("more", tr("More"), 20)),
      menu_(new QMenu(this)) {
    name_->setProperty("type", QStringLiteral("title"));
    progress_->setProperty("type", QStringLiteral("muted"));
    facts_->setProperty("type", QStringLiteral("small"));
    facts_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    bar_->setRange(0, 1000);
    bar_->setTextVisible(false);
    buildMenu();
    column(this, {.margins = {24, 14, 24, 8}, .spacing = 6},
           {row({.spacing = 8},
                {{name_, 1}, state_, Part::space(8), save_, stop_, resume_, unqueue_, more_}),
            bar_, row({}, {{progress_, 1}, {facts_, 1}})});
    connect(stop_, &QPushButton::clicked, this, &RunHeader::stopRequested);
    connect(save_, &QPushButton::clicked, this, &RunHeader::saveRequested);
    connect(resume_, &QPushButton::clicked, this, &RunHeader::resumeRequested);
    connect(unqueue_, &QPushButton::clicked, this, &RunHeader::unqueueRequested);
}

void RunHeader::buildMenu() {
    second_stage_ = menu_->addAction(icon(QStringLiteral("queue")), tr("Then the second stage…"),
                                     this, &RunHeader::secondStageRequested);
    setup_ = menu_->addAction(icon(QStringLiteral("edit")), tr("Set up from this run…"), this,
                              &RunHeader::setupRequested);
    go_back_ = menu_->addAction(icon(QStringLiteral("play")), tr("Go back to a checkpoint…"), this,
                                &RunHeader::resumeRequested);
    branches_ = menu_->addMenu(tr("What was set aside"));
    menu_->addSeparator();
    copy_ = menu_->addAction(icon(QStringLiteral("copy")), tr("Copy the command"), this,
                             &RunHeader::copyRequested);
    menu_->addAction(icon(QStringLiteral("folder")), tr("Show the folder"), this,
                     &RunHeader::folderRequested);
    menu_->addSeparator();
    menu_->addAction(icon(QStringLiteral("edit")), tr("Rename"), this, &RunHeader::renameRequested);
    remove_ = menu_->addAction(icon(QStringLiteral("trash")), tr("Move to the trash"), this,
                               &RunHeader::removeRequested);
    more_->setMenu(menu_);
    more_->setPopupMode(QToolButton::InstantPopup);
    more_->setAccessibleName(tr("More for this run"));
}

void RunHeader::fillBranches() {
    branches_->clear();
    for (const RunBranch& branch : std::as_const(info_.branches))
        branches_->addAction(tr("Steps %1–%2, left at step %3")
                                 .arg(branch.step + 1)
                                 .arg(branch.last_step)
                                 .arg(branch.step),
                             this, [this, branch] { Q_EMIT branchRequested(branch.folder); });
    branches_->menuAction()->setVisible(!info_.branches.isEmpty());
}

void RunHeader::setWish(TrainLauncher::Wish wish) {
    wish_ = wish;
    step_of_wish_ = newestCheckpoint(info_);
    setRun(info_);
}

/// A wish is fulfilled when the process ends; one to save also when a newer checkpoint is there.
bool RunHeader::fulfilsWish(const RunInfo& info) const {
    const bool is_saved =
        wish_ == TrainLauncher::Wish::SaveNow && newestCheckpoint(info) != step_of_wish_;
    return info.folder != info_.folder || !isAlive(info.state) || is_saved;
}

void RunHeader::setRun(const RunInfo& info, const QString& waiting_for) {
    if (fulfilsWish(info)) wish_.reset();
    const bool same_branches = info.branches == info_.branches;
    info_ = info;
    if (!same_branches || branches_->isEmpty()) fillBranches();
    name_->setText(info_.name);
    name_->setToolTip(info_.folder);
    showProgress(waiting_for);
    facts_->setText(factsOf(info_));
    offerWhatCanBeDone();
}

void RunHeader::showProgress(const QString& waiting_for) {
    state_->setText(wish_ ? wishText(*wish_) : stateName(info_.state));
    state_->setProperty("state", stateWord(info_.state));
    restyle(state_);
    const bool queued = info_.state == RunState::Queued;
    bar_->setValue(int(progressOf(info_) * 1000));
    bar_->setVisible(info_.total_steps > 0 && !queued);
    QString text = info_.state == RunState::Starting ? tr("Loading the model and the data…")
                                                     : progressText(info_);
    if (info_.state == RunState::Saving) text += QStringLiteral(" · ") + tr("writing");
    if (queued) text = waiting_for.isEmpty() ? tr("Starts as soon as it can.") : waiting_for;
    progress_->setText(text);
}

void RunHeader::offerWhatCanBeDone() {
    const bool alive = isAlive(info_.state), queued = info_.state == RunState::Queued,
               here = info_.host.isEmpty();
    const bool can_signal = info_.canBeSteered() && alive && !wish_;
    stop_->setVisible(alive && here && !info_.from_tensorboard);
    save_->setVisible(stop_->isVisibleTo(this));
    stop_->setEnabled(can_signal);
    save_->setEnabled(can_signal && info_.state == RunState::Running);
    const bool ended_here = !alive && !queued && here && !info_.command.isEmpty();
    resume_->setVisible(ended_here && info_.state != RunState::Done);
    go_back_->setVisible(ended_here && !info_.checkpoints.isEmpty());
    unqueue_->setVisible(queued);
    second_stage_->setVisible(here &&
                              info_.settings.value(QLatin1String("tune_mm_mlp_adapter")).toBool());
    setup_->setEnabled(!info_.settings.isEmpty());
    copy_->setEnabled(!info_.command.isEmpty());
    remove_->setEnabled(!alive);
}

QString RunHeader::stateText() const {
    return state_->text();
}

QString RunHeader::progress() const {
    return progress_->text();
}

}  // namespace univi::ui
