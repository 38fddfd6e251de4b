#include "ui/models/download_row.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/download_list.h"
#include "ui/models/model_chooser.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

using State = DownloadJob::State;

constexpr int kBarSteps = 1000, kMostFiles = 4, kFileBarWidth = 120, kPercentWidth = 48;

QString timeText(double seconds) {
    if (seconds < 60) return DownloadRow::tr("less than a minute left");
    const int minutes = int(seconds / 60) + 1;
    if (minutes < 90) return DownloadRow::tr("%1 min left").arg(minutes);
    return DownloadRow::tr("%1 h left").arg(int(seconds / 3600 + 0.5));
}

int stepsOf(qint64 bytes, qint64 total) {
    return total <= 0 ? 0 : int(std::clamp(double(bytes) / double(total), 0.0, 1.0) * kBarSteps);
}

QString runningText(const DownloadJob& job) {
    const DownloadJob::Progress& now = job.progress();
    const QString files = DownloadRow::tr("files: %1 of %2").arg(now.files).arg(job.files().size());
    const QString size =
        DownloadRow::tr("%1 of %2").arg(bytesText(now.bytes), bytesText(now.total));
    QStringList parts{size, files};
    if (const double speed = job.speed(); speed > 0) {
        parts << DownloadRow::tr("%1 a second").arg(bytesText(qint64(speed)));
        parts << timeText(double(std::max<qint64>(0, now.total - now.bytes)) / speed);
    }
    return parts.join(QStringLiteral("  ·  "));
}

}  // namespace

DownloadRow::DownloadRow(DownloadList* list, DownloadJob* job, QWidget* parent)
    : QFrame(parent),
      list_(list),
      job_(job),
      name_(new ElidedLabel),
      bar_(new QProgressBar),
      detail_(new WrapLabel({}, "small")),
      files_(new QWidget),
      file_grid_(new QGridLayout(files_)),
      pause_(button(tr("Pause"))),
      resume_(button(tr("Resume"))),
      load_(button(tr("Load"), ButtonRole::Primary)),
      remove_(button(tr("Cancel"), ButtonRole::Quiet)) {
    setLook(this, "card");
    setType(name_, "heading");
    name_->setElideMode(Qt::ElideMiddle);
    bar_->setTextVisible(false);
    bar_->setRange(0, kBarSteps);
    file_grid_->setContentsMargins(0, 4, 0, 0);
    file_grid_->setColumnStretch(0, 1);
    file_grid_->setHorizontalSpacing(12);
    file_grid_->setVerticalSpacing(4);
    column(this, {.margins = {20, 12, 20, 14}, .spacing = 8},
           {row({.margins = {}, .spacing = 8}, {{name_, 1}, load_, resume_, pause_, remove_}), bar_,
            detail_, files_});
    connectButtons();
    connect(job_, &DownloadJob::changed, this, &DownloadRow::update);
    update();
}

void DownloadRow::connectButtons() {
    connect(pause_, &QPushButton::clicked, job_, &DownloadJob::pause);
    connect(resume_, &QPushButton::clicked, this, [this] { list_->resume(job_); });
    connect(remove_, &QPushButton::clicked, job_, &DownloadJob::remove);
    connect(load_, &QPushButton::clicked, this, [this] { Q_EMIT loadRequested(job_->name()); });
}

QString DownloadRow::detail() const {
    return detail_->text();
}

void DownloadRow::update() {
    name_->setText(job_->name());
    const DownloadJob::Progress& now = job_->progress();
    const bool isAsking = job_->state() == State::Running && !job_->hasPlan();
    // A bar without an end moves by itself and would repaint for ever where nothing is shown.
    bar_->setRange(0, isAsking ? 0 : kBarSteps);
    bar_->setValue(job_->state() == State::Done ? kBarSteps : stepsOf(now.bytes, now.total));
    bar_->setVisible(job_->state() != State::Failed && job_->state() != State::Done);
    bar_->setAccessibleName(tr("Download of %1").arg(job_->name()));
    setType(detail_, job_->state() == State::Failed ? "danger" : "small");
    detail_->setText(stateText());
    updateButtons();
    updateFiles();
}

QString DownloadRow::stateText() const {
    switch (job_->state()) {
        case State::Waiting:
            return tr("Waits for the download before it");
        case State::Running:
            return job_->hasPlan() ? runningText(*job_) : tr("Asking what there is…");
        case State::Pausing:
            return tr("Pausing…");
        case State::Paused:
            return job_->hasPlan() ? tr("Paused at %1 of %2")
                                         .arg(bytesText(job_->progress().bytes),
                                              bytesText(job_->progress().total))
                                   : tr("Paused; it goes on from what is there");
        case State::Failed:
            return job_->problem();
        case State::Done:
            return tr("Downloaded and checked");
        default:
            return tr("Removing what came so far…");
    }
}

void DownloadRow::updateButtons() {
    const State state = job_->state();
    resume_->setText(state == State::Failed ? tr("Try again") : tr("Resume"));
    showMain(state == State::Paused || state == State::Failed ? resume_
             : state == State::Done                           ? load_
             : state == State::Removing                       ? nullptr
                                                              : pause_);
    remove_->setText(state == State::Done     ? tr("Close")
                     : state == State::Failed ? tr("Remove")
                                              : tr("Cancel"));
    remove_->setToolTip(state == State::Done
                            ? tr("Take this line away; the model stays")
                            : tr("End it and remove the parts of files that came so far"));
    remove_->setEnabled(state != State::Removing);
    for (QPushButton* each : {pause_, resume_, load_, remove_})
        each->setAccessibleName(tr("%1: %2").arg(each->text(), job_->name()));
}

/// One of the three stands before the last button. The keyboard goes over to it from the one before
/// and never to the last one, which throws away what came.
void DownloadRow::showMain(QPushButton* shown) {
    QPushButton* const all[] = {pause_, resume_, load_};
    const QWidget* focused = window()->focusWidget();
    const bool had_focus = std::ranges::find(all, focused) != std::end(all);
    if (shown) shown->show();
    if (shown && had_focus && focused != shown) shown->setFocus();
    for (QPushButton* each : all)
        if (each != shown) each->hide();
}

/// The files that bytes come of now, each with its own bar.
void DownloadRow::updateFiles() {
    QList<DownloadJob::File> moving;
    if (job_->state() == State::Running)
        for (const DownloadJob::File& file : job_->files())
            if (file.isMoving() && moving.size() < kMostFiles) moving << file;
    while (file_grid_->count() < int(moving.size()) * 3) {
        const int line = file_grid_->count() / 3;
        auto* name = new ElidedLabel;
        setType(name, "small");
        name->setElideMode(Qt::ElideMiddle);
        auto* bar = new QProgressBar;
        bar->setTextVisible(false);
        bar->setRange(0, kBarSteps);
        bar->setFixedWidth(kFileBarWidth);
        auto* percent = makeLabel({}, "small");
        percent->setFixedWidth(kPercentWidth);
        percent->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        file_grid_->addWidget(name, line, 0);
        file_grid_->addWidget(bar, line, 1, Qt::AlignVCenter);
        file_grid_->addWidget(percent, line, 2);
    }
    for (int line = 0; line < file_grid_->count() / 3; ++line) {
        const bool isUsed = line < moving.size();
        for (int i = 0; i < 3; ++i)
            file_grid_->itemAtPosition(line, i)->widget()->setVisible(isUsed);
        if (!isUsed) continue;
        const int steps = stepsOf(moving[line].bytes, moving[line].size);
        const auto at = [&](int i) { return file_grid_->itemAtPosition(line, i)->widget(); };
        qobject_cast<QLabel*>(at(0))->setText(moving[line].path);
        qobject_cast<QProgressBar*>(at(1))->setValue(steps);
        at(1)->setAccessibleName(moving[line].path);
        qobject_cast<QLabel*>(at(2))->setText(tr("%1 %").arg(steps / 10));
    }
    files_->setVisible(!moving.isEmpty());
}

}  // namespace univi::ui
