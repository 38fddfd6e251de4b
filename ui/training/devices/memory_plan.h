#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include "core/protocol/memory_plan.h"
#include "training/options/options.h"

namespace univi::ui {

using protocol::MemoryPlan;
using protocol::PlanRow;

/// The plan in what `univi-train --plan` printed. Throws base::Error{Format} for anything else.
MemoryPlan readMemoryPlan(const QByteArray& json);

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
