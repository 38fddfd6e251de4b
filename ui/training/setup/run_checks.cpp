#include "ui/training/setup/run_checks.h"

#include <QDir>
#include <algorithm>

#include "training/options/option_check.h"
#include "training/options/option_error.h"
#include "training/options/option_form.h"
#include "ui/text/translate.h"
#include "ui/training/setup/check_parts.h"
#include "ui/training/tool/labels.h"

namespace univi::ui {
namespace {

using Level = RunCheck::Level;
using training::TrainOptions;

/// What the trainer refuses, and the settings that it takes instead.
struct Remedy {
    std::function<bool(const TrainOptions&)> applies;
    const char* action;
    QList<OptionChange> changes;
};

const QList<Remedy>& remedies() {
    static const QList<Remedy> list{
        {[](const TrainOptions& o) {
             return o.mm_use_im_start_end || o.mm_use_im_patch_token || o.mm_use_box_start_end;
         },
         QT_TR_NOOP("Turn them off"),
         {{"mm_use_im_start_end", "False"},
          {"mm_use_im_patch_token", "False"},
          {"mm_use_box_start_end", "False"}}},
        {[](const TrainOptions& o) { return o.tune_mm_mlp_adapter && o.freeze_mm_mlp_adapter; },
         QT_TR_NOOP("Train it"),
         {{"freeze_mm_mlp_adapter", "False"}}},
        {[](const TrainOptions& o) { return o.tune_mm_mlp_adapter && o.vision_tune; },
         QT_TR_NOOP("Leave the tower"),
         {{"vision_tune", "False"}}},
        {[](const TrainOptions& o) { return o.vision_tune && !o.visual_token_cache.empty(); },
         QT_TR_NOOP("No cache"),
         {{"visual_token_cache", ""}}},
        {[](const TrainOptions& o) {
             return o.bits != 16 && !o.lora_enable && !o.tune_mm_mlp_adapter;
         },
         QT_TR_NOOP("Train LoRA"),
         {{"lora_enable", "True"}}},
        {[](const TrainOptions& o) { return o.lora_enable && o.tune_mm_mlp_adapter; },
         QT_TR_NOOP("Projector only"),
         {{"lora_enable", "False"}}},
        {[](const TrainOptions& o) { return !o.lora_weight_path.empty() && !o.lora_enable; },
         QT_TR_NOOP("Train LoRA"),
         {{"lora_enable", "True"}}},
        {[](const TrainOptions& o) { return o.bf16 && o.fp16; },
         QT_TR_NOOP("Use bf16"),
         {{"fp16", "False"}}},
        {[](const TrainOptions& o) {
             return o.offload_optimizer == training::OffloadTo::Cpu && o.deepspeed.empty() &&
                    o.zero_stage < 1;
         },
         QT_TR_NOOP("Use stage 1"),
         {{"zero_stage", "1"}}},
        {[](const TrainOptions& o) {
             return o.evaluation_strategy != training::Interval::No && o.eval_dataset_use.empty();
         },
         QT_TR_NOOP("Do not evaluate"),
         {{"evaluation_strategy", "no"}}},
        {[](const TrainOptions& o) {
             return o.evaluation_strategy == training::Interval::No && !o.eval_dataset_use.empty();
         },
         QT_TR_NOOP("Evaluate each epoch"),
         {{"evaluation_strategy", "epoch"}}},
        {[](const TrainOptions& o) {
             return o.evaluation_strategy == training::Interval::No &&
                    o.lr_scheduler_type == training::ScheduleType::Plateau;
         },
         QT_TR_NOOP("Use cosine"),
         {{"lr_scheduler_type", "cosine"}}},
        {[](const TrainOptions& o) { return o.group_by_length && !o.shuffle; },
         QT_TR_NOOP("Keep the order"),
         {{"group_by_length", "False"}}},
        {[](const TrainOptions& o) {
             return o.overwrite_output_dir && !o.resume_from_checkpoint.empty() &&
                    o.resume_from_checkpoint != "False";
         },
         QT_TR_NOOP("Go on"),
         {{"overwrite_output_dir", "False"}}},
        {[](const TrainOptions& o) {
             return !o.reference_root.empty() && o.engine != training::TrainingEngine::DeepSpeed;
         },
         QT_TR_NOOP("Use DeepSpeed"),
         {{"engine", "deepspeed"}}}};
    return list;
}

/// What the trainer refuses, and the setting that it is about; both empty: nothing.
struct Refusal {
    QString sentence, option;
};

Refusal refusal(const TrainOptions& options) {
    try {
        training::check_options(options);
        return {};
    } catch (const training::OptionError& error) {
        return {QString::fromUtf8(error.what()), QString::fromStdString(error.option())};
    } catch (const base::Error& error) {
        return {QString::fromUtf8(error.what()), {}};
    }
}

/// Errors for what a command copied from instructions left open, and the settings without it.
TrainOptions checkPlaceholders(CheckList& list) {
    static const TrainOptions defaults;
    TrainOptions filled = list.options;
    for (const training::OptionRow& row : training::option_table()) {
        const QString placeholder =
            QString::fromStdString(training::unfilled_placeholder(list.options, row));
        if (placeholder.isEmpty()) continue;
        const QString name = QString::fromLatin1(row.name), label = labelOfOption(name),
                      fresh = list.around.fresh_folder;
        const QString sentence =
            tr("“%1” still has the placeholder %2: put what it stands for in its place.")
                .arg(label, placeholder);
        const training::OptionEditor editor = training::option_face(row).editor;
        const bool browses = editor == training::OptionEditor::File ||
                             editor == training::OptionEditor::Folder ||
                             editor == training::OptionEditor::Model;
        if (editor == training::OptionEditor::NewFolder && !fresh.isEmpty())
            list.add(Level::Error, name, sentence, tr("Use %1").arg(QDir(fresh).dirName()),
                     {{name, fresh}});
        else if (browses)
            list.browse(Level::Error, name, sentence);
        else
            list.add(Level::Error, name, sentence);
        training::set_option(filled, row, training::option_text(defaults, row));
    }
    return filled;
}

}  // namespace

void CheckList::add(Level level, const QString& field, const QString& sentence,
                    const QString& action, const QList<OptionChange>& changes) {
    found.append({level, sentence, action, changes, field, false});
}

void CheckList::browse(Level level, const QString& field, const QString& sentence) {
    found.append({level, sentence, tr("Choose…"), {}, field, true});
}

/// The trainer names one refusal at a time; with a remedy taken it may name the next.
void checkValues(CheckList& list) {
    TrainOptions options = list.options;
    // Missing names have checks of their own, with folders to choose.
    if (options.output_dir.empty()) options.output_dir = "-";
    if (options.model_name_or_path.empty()) options.model_name_or_path = "-";
    constexpr int kMost = 4;
    for (int i = 0; i < kMost; ++i) {
        const auto [sentence, field] = refusal(options);
        if (sentence.isEmpty()) return;
        const auto remedy = std::find_if(remedies().begin(), remedies().end(),
                                         [&](const Remedy& each) { return each.applies(options); });
        if (remedy != remedies().end()) {
            TrainOptions healed = options;
            for (const OptionChange& change : remedy->changes)
                training::set_option(healed, *training::find_option(change.option.toStdString()),
                                     change.text.toStdString());
            if (refusal(healed).sentence != sentence) {
                list.add(Level::Error, remedy->changes.first().option, sentence, tr(remedy->action),
                         remedy->changes);
                options = healed;
                continue;
            }
        }
        const auto* row = training::find_option(field.toStdString());
        if (!row) return list.add(Level::Error, {}, sentence);
        static const TrainOptions defaults;
        const QString back = QString::fromStdString(training::option_text(defaults, *row));
        list.add(Level::Error, field, sentence, tr("Use the default"), {{field, back}});
        training::set_option(options, *row, back.toStdString());
    }
}

void checkStage(CheckList& list) {
    const TrainOptions& options = list.options;
    constexpr double kHighForAll = 2e-4, kPublishedStage2 = 2e-5;
    const bool trains_decoder =
        !options.tune_mm_mlp_adapter && !options.lora_enable && !options.freeze_backbone;
    if (trains_decoder && options.learning_rate > kHighForAll)
        list.add(Level::Warning, "learning_rate",
                 tr("A learning rate of %1 is high for the whole decoder: the published stage 2 "
                    "takes 2e-5.")
                     .arg(options.learning_rate),
                 tr("Use 2e-5"), {{"learning_rate", QString::number(kPublishedStage2)}});
    if (options.save_strategy == training::Interval::No && !options.save_final)
        list.add(Level::Warning, "save_final",
                 tr("Nothing is saved: neither checkpoints nor the result."), tr("Save the result"),
                 {{"save_final", "True"}});
}

QList<RunCheck> checkRun(const TrainOptions& options, const CheckSurroundings& around) {
    CheckList open{options, around, {}};
    const TrainOptions filled = checkPlaceholders(open);
    CheckList list{filled, around, {}};
    for (const auto part :
         {checkValues, checkPaths, checkData, checkStage, checkDevices, checkMemory, checkFolder})
        part(list);
    // What is left open is said once, not once more as missing.
    list.found.removeIf([&](const RunCheck& check) {
        return std::ranges::any_of(open.found,
                                   [&](const RunCheck& each) { return each.field == check.field; });
    });
    list.found = open.found + list.found;
    for (RunCheck& check : list.found) {
        check.sentence = withLabels(check.sentence);
        if (check.changes.isEmpty() && check.action.isEmpty() && !check.field.isEmpty())
            check.action = tr("Show %1").arg(labelOfOption(check.field));
    }
    std::stable_sort(list.found.begin(), list.found.end(),
                     [](const RunCheck& a, const RunCheck& b) { return a.level > b.level; });
    return list.found;
}

}  // namespace univi::ui
