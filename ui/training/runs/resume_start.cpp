#include "ui/training/runs/resume_start.h"

#include <QFileInfo>
#include <algorithm>

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// Follows a sentence that says where the run goes on.
QString withSettings(const ResumeStart& start) {
    return start.changes ? tr("From there on the yellow settings hold.") : QString();
}

/// Follows a sentence that says what is set aside.
QString keptInBranches() {
    return tr("It is kept in the folder branches, neither counted nor resumed from.");
}

QString ofTheNewest(const RunInfo& run, const ResumeStart& start) {
    if (run.checkpoints.isEmpty())
        return tr("There is no checkpoint: the run starts from the beginning.");
    const qint64 step = run.checkpoints.last().step;
    if (run.state == RunState::Done)
        return joinSentences(
            {tr("The run is done at step %1: more steps or epochs go on from there.").arg(step),
             withSettings(start)});
    return start.changes
               ? joinSentences({tr("Goes on from step %1.").arg(step), withSettings(start)})
               : tr("Goes on from step %1 as if it had never stopped.").arg(step);
}

QString ofTheBase(const RunInfo& run, const ResumeStart& start) {
    return joinSentences({tr("Starts again from the base."), withSettings(start),
                          tr("All that the run has, up to step %1, is set aside.").arg(run.step),
                          keptInBranches()});
}

QString ofAnOlder(const RunInfo& run, const ResumeStart& start) {
    const QString step = QFileInfo(start.from).fileName().section(QLatin1Char('-'), -1);
    const auto own = std::ranges::find(run.checkpoints, start.from, &RunCheckpoint::folder);
    if (own != run.checkpoints.end() && run.aside_of.isEmpty())
        return joinSentences({tr("Goes back to step %1.").arg(step), withSettings(start),
                              tr("What the run has after it, up to step %1, is set aside.")
                                  .arg(std::max(run.step, run.checkpoints.last().step)),
                              keptInBranches()});
    return joinSentences({tr("Goes on from step %1 of the line that was set aside.").arg(step),
                          withSettings(start), tr("What the run has instead is set aside now."),
                          keptInBranches()});
}

}  // namespace

bool canGoOn(const RunInfo& run, const ResumeStart& start) {
    return !start.conflicts || run.checkpoints.isEmpty() || start.from == kFromBase;
}

QString sayWhatBecomes(const RunInfo& run, const ResumeStart& start) {
    if (!canGoOn(run, start))
        return tr(
            "The red settings belong to another model: the checkpoint does not fit them. "
            "Take them back, or start a new run.");
    if (!start.is_listed)
        return joinSentences({tr("Goes on from %1.").arg(start.from), withSettings(start),
                              tr("What the run has now is set aside.")});
    if (start.from.isEmpty()) return ofTheNewest(run, start);
    return start.from == kFromBase ? ofTheBase(run, start) : ofAnOlder(run, start);
}

}  // namespace univi::ui
