// A run's curves out of TensorBoard files.
#include <QFileInfo>
#include <algorithm>
#include <limits>

#include "ui/training/runs/run_files.h"

namespace univi::ui {

bool RunFiles::lookAtCurveFiles(RunUpdate& update) {
    const QStringList files = findEventFiles(folder_);
    for (const QString& path : files)
        if (std::ranges::none_of(curve_files_,
                                 [&](const auto& known) { return known->path() == path; }))
            curve_files_.push_back(std::make_unique<TensorBoardFile>(path));
    info_.from_tensorboard = !curve_files_.empty();
    QStringList unfinished;  // folders whose next file has to wait for the one before it
    double newest = 0;
    for (std::size_t i = 0; i < curve_files_.size(); ++i) {
        TensorBoardFile& file = *curve_files_[i];
        const QString folder = QFileInfo(file.path()).path();
        if (unfinished.contains(folder)) continue;
        const bool more = file.read(
            [&](const QString& tag, qint64 step, double value, double time) {
                newest = std::max(newest, time);
                takeScalar(update, i, tag, step, value);
            },
            [&](qint64 step) { restart(update, i, step); });
        if (more) unfinished << folder;
        if (!file.problem().isEmpty() && !info_.warnings.contains(file.problem()))
            info_.warnings << file.problem();
    }
    if (newest > 0) info_.changed = QDateTime::fromMSecsSinceEpoch(qint64(newest * 1000));
    if (phase_ == RunPhase::None && info_.from_tensorboard) phase_ = RunPhase::Stepping;
    return !unfinished.isEmpty();
}

/// Steps of a curve ascend. A later file of the same folder that begins with steps which are known
/// is a resumed run's, written without the sign of a restart: its values are the ones that count.
void RunFiles::takeScalar(RunUpdate& update, std::size_t file, const QString& tag, qint64 step,
                          double value) {
    if (step < 0 || step > std::numeric_limits<std::int32_t>::max()) return;
    const QString name = curveNameOfTag(tag);
    if (name == QLatin1String("epoch")) info_.epoch = value;
    if (const auto last = last_points_.constFind(name);
        last != last_points_.constEnd() && step <= last->step) {
        const auto folder_of = [&](std::size_t i) {
            return QFileInfo(curve_files_[i]->path()).path();
        };
        if (file <= last->file || folder_of(file) != folder_of(last->file)) return;
        cutFrom(update, name, step);
    }
    last_points_.insert(name, {step, file});
    info_.step = std::max(info_.step, step);
    addPoint(update, name, step, value);
}

void RunFiles::cutFrom(RunUpdate& update, const QString& name, qint64 step) {
    const auto from =
        std::int32_t(std::clamp<qint64>(step, 0, std::numeric_limits<std::int32_t>::max()));
    if (const auto curve = update.curves.find(name); curve != update.curves.end())
        cutCurve(*curve, from);
    const auto cut = update.cuts.find(name);
    if (cut == update.cuts.end())
        update.cuts.insert(name, from);
    else
        *cut = std::min(*cut, from);
}

/// The writer of `file` began again at `step`.
void RunFiles::restart(RunUpdate& update, std::size_t file, qint64 step) {
    const QString folder = QFileInfo(curve_files_[file]->path()).path();
    for (auto last = last_points_.begin(); last != last_points_.end(); ++last) {
        if (last->step < step || QFileInfo(curve_files_[last->file]->path()).path() != folder)
            continue;
        cutFrom(update, last.key(), step);
        last->step = step - 1;
    }
    info_.step = std::min(info_.step, std::max<qint64>(0, step - 1));
}

}  // namespace univi::ui
