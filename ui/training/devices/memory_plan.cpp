#include "ui/training/devices/memory_plan.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// The largest part of `batch` that is a whole share of it and at most `most`.
qint64 shareOf(qint64 batch, qint64 most) {
    qint64 share = std::min(batch, most);
    while (share > 1 && batch % share != 0) --share;
    return share;
}

QString number(qint64 value) {
    return QString::number(value);
}

/// "2 batches of 4 samples", "1 batch of 1 sample".
QString batches(qint64 count, qint64 samples) {
    return tr("%1 of %2", "batches of samples")
        .arg(tr("%Ln batch(es)", nullptr, int(count)), tr("%Ln sample(s)", nullptr, int(samples)));
}

/// Looks for a row that fits, if need be with smaller batches.
class Adviser {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::Adviser)
  public:
    Adviser(const training::TrainOptions& options, const MemoryPlan& plan,
            const MemoryPlan& checkpointed)
        : options_(options), plan_(plan), checkpointed_(checkpointed) {}

    PlanAdvice find() {
        const PlanRow* now = plan_.chosen();
        if (!now || now->fits) return {};
        const PlanRow* next = checkpointed_.chosen();
        if (!options_.gradient_checkpointing && next && next->fits)
            return make(*next, {tr("Gradient checkpointing makes it fit"), true}, tr("Turn it on"));
        if (next && next->largest_batch > 0)
            return make(*next, {tr("Smaller batches, more of them a step, make it fit"), false},
                        tr("Use batches of %Ln sample(s)", nullptr,
                           int(shareOf(plan_.batch.samples, next->largest_batch))));
        for (const bool offload : {false, true})
            if (const PlanRow* row = bestStage(now->stage, offload, true)) return makeStage(*row);
        for (const bool offload : {false, true})
            if (const PlanRow* row = bestStage(now->stage, offload, false)) return makeStage(*row);
        if (options_.lora_enable || options_.tune_mm_mlp_adapter) return {};
        PlanAdvice advice;
        advice.sentence =
            tr("No stage fits, not even with batches of one sample: LoRA adapters on a base of 4 "
               "bits need a fraction of it.");
        advice.action = tr("Train LoRA on 4 bits");
        advice.changes = {
            {"lora_enable", "True"}, {"bits", "4"}, {"gradient_checkpointing", "True"}};
        advice.reckoned = false;
        return advice;
    }

  private:
    /// The lowest stage above the present one; with the whole batch, or with a smaller one.
    const PlanRow* bestStage(int above, bool offload, bool whole) const {
        for (const PlanRow& row : checkpointed_.rows) {
            const bool is_more =
                row.offload ? offload && row.stage >= std::max(above, 1) : row.stage > above;
            if (row.offload == offload && is_more && (whole ? row.fits : row.largest_batch > 0) &&
                checkpointed_.ranks > (offload ? 0 : 1))
                return &row;
        }
        return nullptr;
    }

    PlanAdvice makeStage(const PlanRow& row) const {
        const QString stage =
            row.offload
                ? tr("ZeRO stage %1 with the optimiser in host memory makes it fit").arg(row.stage)
                : tr("ZeRO stage %1 makes it fit").arg(row.stage);
        PlanAdvice advice = make(row, {stage, false}, tr("Use it"));
        advice.changes.append(OptionChange{QStringLiteral("zero_stage"), number(row.stage)});
        if (row.offload)
            advice.changes.append(
                OptionChange{QStringLiteral("offload_optimizer"), QStringLiteral("cpu")});
        return advice;
    }

    struct Way {
        QString sentence;
        bool names_checkpointing = false;  ///< it need not be said once more
    };

    PlanAdvice make(const PlanRow& row, const Way& way, const QString& action) const {
        PlanAdvice advice;
        advice.action = action;
        QStringList also;
        if (!options_.gradient_checkpointing) {
            advice.changes.append(
                OptionChange{QStringLiteral("gradient_checkpointing"), QStringLiteral("True")});
            if (!way.names_checkpointing) also << tr("gradient checkpointing");
        }
        if (!row.fits) {
            const qint64 batch = shareOf(plan_.batch.samples, row.largest_batch);
            const qint64 times = plan_.batch.samples / batch;
            advice.changes.append(
                OptionChange{QStringLiteral("per_device_train_batch_size"), number(batch)});
            advice.changes.append(
                OptionChange{QStringLiteral("gradient_accumulation_steps"),
                             number(options_.gradient_accumulation_steps * times)});
            also << batches(options_.gradient_accumulation_steps * times, batch);
        }
        const QString way_said = also.isEmpty()
                                     ? way.sentence
                                     : tr("%1 (with %2)").arg(way.sentence, also.join(tr(" and ")));
        advice.sentence =
            row.fits ? tr("%1: %2 of %3.")
                           .arg(way_said, gigabytes(row.parts.peak), gigabytes(plan_.device_memory))
                     : tr("%1.").arg(way_said);
        return advice;
    }

    const training::TrainOptions& options_;
    const MemoryPlan &plan_, &checkpointed_;
};

}  // namespace

MemoryPlan readMemoryPlan(const QByteArray& text) {
    try {
        return protocol::memory_plan_from_json(base::parse_json(
            std::string_view(text.constData(), std::size_t(text.size())), "the memory plan"));
    } catch (const base::Error&) {
        throw base::Error(
            base::ErrorKind::Format,
            "univi-train gave a memory plan of another version: install both programs together.");
    }
}

PlanAdvice advise(const training::TrainOptions& options, const MemoryPlan& plan,
                  const MemoryPlan& with_checkpointing) {
    return Adviser(options, plan, with_checkpointing).find();
}

QString gigabytes(qint64 bytes) {
    if (bytes < 100'000'000)
        return QLocale().toString(qRound64(double(bytes) / 1e6)) + QStringLiteral(" MB");
    const double value = double(bytes) / 1e9;
    return QLocale().toString(value, 'f',
                              value < 10    ? 2
                              : value < 100 ? 1
                                            : 0) +
           QStringLiteral(" GB");
}

}  // namespace univi::ui
