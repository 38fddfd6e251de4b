#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <functional>

#include "ui/training/devices/gpu_monitor.h"
#include "ui/training/devices/memory_plan.h"

namespace univi::ui {

/// Something about the settings that a person should know before the start, and what would
/// put it right.
struct RunCheck {
    enum class Level { Info, Warning, Error };  ///< an Error keeps the run from starting
    Level level = Level::Warning;
    QString sentence;
    QString action;               ///< the button's text
    QList<OptionChange> changes;  ///< what the button sets; empty: it goes to `field`
    QString field;                ///< the option it is about
    bool browses = false;         ///< the button also opens the choice of a file or folder there
};

/// What the checks look at besides the settings.
struct CheckSurroundings {
    GpuReading gpus;
    bool gpus_known = false;
    const MemoryPlan* plan = nullptr;  ///< of these settings; null: not known
    PlanAdvice advice;
    QStringList projectors;  ///< mm_projector.bin of finished stage-1 runs, newest first
    QString fresh_folder;    ///< a run folder that is free
    int cores = 1;
    bool cpu_has_bf16 = true;
    std::function<qint64(const QString& folder)> free_bytes;  ///< of the disk; < 0: not known
};

}  // namespace univi::ui
