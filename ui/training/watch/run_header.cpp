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

void RunHeader::setWish(const QString& text) {
    wish_ = text;
    wish_step_ = info_.step;
    wish_checkpoints_ = info_.checkpoints.size();
    setRun(info_);
}

void RunHeader::setRun(const RunInfo& info, const QString& waiting_for) {
    // A wish is fulfilled when the process ends or a newer checkpoint has been written.
    const bool saved = !info.checkpoints.isEmpty() && info.checkpoints.last().step >= wish_step_ &&
                       (info_.checkpoints.isEmpty() ||
                        info.checkpoints.last().step != info_.checkpoints.last().step);
    if (info.folder != info_.folder || !isAlive(info.state) || saved) wish_.clear();
    const bool same_branches = info.branches == info_.branches;
    info_ = info;
    if (!same_branches || branches_->isEmpty()) fillBranches();
    const bool alive = isAlive(info.state), queued = info.state == RunState::Queued;
    name_->setText(info.name);
    name_->setToolTip(info.folder);
    state_->setText(wish_.isEmpty() ? stateName(info.state) : wish_);
    state_->setProperty("state", stateWord(info.state));
    restyle(state_);
    bar_->setValue(int(progressOf(info) * 1000));
    bar_->setVisible(info.total_steps > 0 && !queued);
    QString text = info.state == RunState::Starting ? tr("Loading the model and the data…")
                                                    : progressText(info);
    if (info.state == RunState::Saving) text += tr(" · writing");
    if (queued) text = waiting_for.isEmpty() ? tr("Starts as soon as it can.") : waiting_for;
    progress_->setText(text);
    QStringList facts;
    if (!info.host.isEmpty()) facts << tr("on %1").arg(info.host);
    if (!info.device.isEmpty())
        facts << (info.ranks > 1 ? tr("%1 ranks on %2").arg(info.ranks).arg(info.device.toUpper())
                                 : info.device.toUpper());
    if (!info.dtype.isEmpty()) facts << info.dtype;
    if (info.started.isValid())
        facts << tr("started %1")
                     .arg(QLocale().toString(info.started.toLocalTime(),
                                             QStringLiteral("d MMM HH:mm")));
    facts_->setText(facts.join(QStringLiteral(" · ")));
    const bool steered = info.canBeSteered() && alive;
    stop_->setVisible(alive && info.host.isEmpty() && !info.from_tensorboard);
    save_->setVisible(stop_->isVisibleTo(this));
    stop_->setEnabled(steered && wish_.isEmpty());
    save_->setEnabled(steered && wish_.isEmpty() && info.state == RunState::Running);
    const bool resumable = !alive && !queued && !info.command.isEmpty() && info.host.isEmpty() &&
                           info.state != RunState::Done;
    resume_->setVisible(resumable);
    go_back_->setVisible(!alive && !queued && !info.command.isEmpty() && info.host.isEmpty() &&
                         !info.checkpoints.isEmpty());
    unqueue_->setVisible(queued);
    const bool first_stage =
        info.settings.value(QLatin1String("tune_mm_mlp_adapter")).toBool() && info.host.isEmpty();
    second_stage_->setVisible(first_stage);
    setup_->setEnabled(!info.settings.isEmpty());
    copy_->setEnabled(!info.command.isEmpty());
    remove_->setEnabled(!alive);
}

QString RunHeader::stateText() const {
    return state_->text();
}

QString RunHeader::progress() const {
    return progress_->text();
}

}  // namespace univi::ui
