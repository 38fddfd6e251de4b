#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>

#include "training/options/options.h"

namespace univi::ui {

/// One way of spreading a run, as `univi-train --plan` reckons it. Bytes of one rank's device.
struct PlanRow {
    int stage = 0;  ///< ZeRO
    bool offload = false, fits = false, chosen = false;
    qint64 largest_batch = 0;  ///< samples that still fit; 0: not even one
    qint64 peak = 0, host = 0;
    /// key ("weights", "optimizer", …) and bytes, each at its largest
    QList<QPair<QString, qint64>> parts;
};

/// The memory that a run needs, read from the program's JSON.
struct MemoryPlan {
    QList<PlanRow> rows;
    int ranks = 1;
    bool gpu = false, checkpointing = false;
    int value_bytes = 4;
    qint64 device_memory = 0, parameters = 0, trained_parameters = 0, tower_parameters = 0;
    qint64 samples = 0, positions = 0;
    QString batch_source;

    /// What the settings ask for; null when there is none.
    const PlanRow* chosen() const;
    /// Throws base::Error{Format} for anything but a plan.
    static MemoryPlan fromJson(const QByteArray& json);
};

/// One setting to change.
struct OptionChange {
    QString option, text;
};

/// Settings with which a run fits that would not fit as it is.
struct PlanAdvice {
    /// "Gradient checkpointing makes it fit: 31 of 80 GB."
    QString sentence;
    QString action;  ///< "Turn it on"
    QList<OptionChange> changes;
    bool reckoned = true;  ///< false: the plan cannot say whether it fits
    bool isEmpty() const { return changes.isEmpty(); }
};

/// The first that fits of: gradient checkpointing; smaller batches, more of them a step; a higher
/// ZeRO stage; offload; LoRA. `with_checkpointing` is the same plan with --gradient_checkpointing
/// True. Empty when the plan fits.
PlanAdvice advise(const training::TrainOptions& options, const MemoryPlan& plan,
                  const MemoryPlan& with_checkpointing);

/// "31.2 GB", as the plan's table has it (10^9 bytes); "85 MB" below a tenth.
QString gigabytes(qint64 bytes);

}  // namespace univi::ui
