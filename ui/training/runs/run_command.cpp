#include "ui/training/runs/run_command.h"

#include <QDir>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "training/options/include.h"
#include "training/options/option_check.h"
#include "training/options/options.h"

namespace univi::ui {
namespace {

const QString kNone = QStringLiteral("–");

/// Where a run computes and what it writes beside the weights: a resumed run stays the same run.
const QSet<QString>& freeSettings() {
    static const QSet<QString> names = {"output_dir",
                                        "save_steps",
                                        "save_strategy",
                                        "save_total_limit",
                                        "logging_steps",
                                        "logging_strategy",
                                        "logging_first_step",
                                        "report_to",
                                        "run_name",
                                        "device",
                                        "threads",
                                        "include",
                                        "master_port",
                                        "local_rank",
                                        "dataloader_num_workers",
                                        "deepspeed",
                                        "zero_stage",
                                        "offload_optimizer",
                                        "gradient_checkpointing",
                                        "visual_token_cache",
                                        "resume_from_checkpoint",
                                        "save_dtype",
                                        "save_final",
                                        "evaluation_strategy",
                                        "eval_steps",
                                        "eval_dataset_use",
                                        "per_device_eval_batch_size",
                                        "auto_micro_batch",
                                        "on_nan",
                                        "overwrite_output_dir",
                                        "lazy_preprocess",
                                        "tf32"};
    return names;
}

/// What a checkpoint is made of: with others it cannot be loaded, or means something else.
const QSet<QString>& boundSettings() {
    static const QSet<QString> names = {"model_name_or_path",   "tune_mm_mlp_adapter",
                                        "freeze_backbone",      "freeze_parameters",
                                        "lora_enable",          "lora_r",
                                        "vision_tune",          "bits",
                                        "mm_projector_type",    "vision_tower",
                                        "freeze_mm_mlp_adapter"};
    return names;
}

bool isFlag(const QString& word, const QString& name) {
    return word == QStringLiteral("--") + name ||
           word.startsWith(QStringLiteral("--%1=").arg(name));
}

}  // namespace

QString settingText(const QJsonValue& value) {
    switch (value.type()) {
        case QJsonValue::Bool:
            return value.toBool() ? QStringLiteral("True") : QStringLiteral("False");
        case QJsonValue::Double:
            return QString::number(value.toDouble(), 'g', 12);
        case QJsonValue::String:
            return value.toString();
        case QJsonValue::Object:
            return QString::fromUtf8(
                QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
        default:
            return kNone;
    }
}

SettingDifference::Effect effectOnResume(const QString& name) {
    if (freeSettings().contains(name)) return SettingDifference::Effect::Free;
    if (boundSettings().contains(name)) return SettingDifference::Effect::Conflicts;
    return SettingDifference::Effect::Changes;
}

QList<SettingDifference> differencesOf(const QJsonObject& before, const QJsonObject& after) {
    QStringList names = before.keys() + after.keys();
    names.removeDuplicates();
    names.sort();
    QList<SettingDifference> differences;
    for (const QString& name : std::as_const(names)) {
        const QJsonValue old_value = before.value(name), new_value = after.value(name);
        if (old_value == new_value) continue;
        differences << SettingDifference{name, settingText(old_value), settingText(new_value),
                                         effectOnResume(name)};
    }
    return differences;
}

QJsonObject settingsOfCommand(const QStringList& arguments, QString& problem) {
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word.toStdString());
    try {
        const base::Json json = training::to_json(training::parse_command_line(words));
        problem.clear();
        return QJsonDocument::fromJson(QByteArray::fromStdString(base::json_text(json))).object();
    } catch (const base::Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    return {};
}

QStringList resumeArguments(const RunInfo& info) {
    QStringList arguments = info.command.mid(1);
    // "again" must go on from the newest checkpoint, not begin afresh or jump back.
    arguments = withoutArgument(arguments, QStringLiteral("overwrite_output_dir"));
    return withoutArgument(arguments, QStringLiteral("resume_from_checkpoint"));
}

QStringList withoutArgument(QStringList arguments, const QString& name) {
    for (qsizetype i = 0; i < arguments.size();) {
        if (!isFlag(arguments[i], name)) {
            ++i;
            continue;
        }
        const bool has_value = !arguments[i].contains(QLatin1Char('=')) &&
                               i + 1 < arguments.size() &&
                               !arguments[i + 1].startsWith(QLatin1String("--"));
        arguments.remove(i, has_value ? 2 : 1);
    }
    return arguments;
}

QStringList withArgument(QStringList arguments, const QString& name, const QString& value) {
    return withoutArgument(std::move(arguments), name) << QStringLiteral("--") + name << value;
}

QString argumentValue(const QStringList& arguments, const QString& name) {
    QString value;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (!isFlag(arguments[i], name)) continue;
        const qsizetype equals = arguments[i].indexOf(QLatin1Char('='));
        value = equals >= 0 ? arguments[i].mid(equals + 1) : arguments.value(i + 1);
    }
    return value;
}

QStringList secondStageArguments(const RunInfo& first, const QString& output_dir) {
    QStringList arguments = first.command.mid(1);
    for (const char* gone : {"tune_mm_mlp_adapter", "overwrite_output_dir",
                             "resume_from_checkpoint", "run_name", "max_steps"})
        arguments = withoutArgument(std::move(arguments), QLatin1String(gone));
    arguments = withArgument(std::move(arguments), QStringLiteral("output_dir"), output_dir);
    arguments = withArgument(std::move(arguments), QStringLiteral("pretrain_mm_mlp_adapter"),
                             QDir(first.folder).filePath(QStringLiteral("mm_projector.bin")));
    arguments =
        withArgument(std::move(arguments), QStringLiteral("model_use"), QStringLiteral("FINETUNE"));
    arguments =
        withArgument(std::move(arguments), QStringLiteral("learning_rate"), QStringLiteral("2e-5"));
    const QString data = argumentValue(arguments, QStringLiteral("dataset_use"));
    if (data == QLatin1String("Pretrain"))
        arguments = withArgument(std::move(arguments), QStringLiteral("dataset_use"),
                                 QStringLiteral("FINETUNE"));
    return arguments;
}

QStringList devicesOfCommand(const QStringList& arguments) {
    const QString device = argumentValue(arguments, QStringLiteral("device"));
    const QString include = argumentValue(arguments, QStringLiteral("include"));
    QStringList devices;
    try {
        for (const int number : training::parse_include(include.toStdString()).devices)
            devices << (device == QLatin1String("cpu") ? QStringLiteral("cpu:%1")
                                                       : QStringLiteral("cuda:%1"))
                           .arg(number);
    } catch (const base::Error&) {  // the trainer will say it
    }
    if (devices.isEmpty() && device.startsWith(QLatin1String("cuda:"))) devices << device;
    if (devices.isEmpty() && device == QLatin1String("cpu")) devices << QStringLiteral("cpu:0");
    return devices;
}

QString shellWord(const QString& word) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=,@%+-]+$"));
    if (plain.match(word).hasMatch()) return word;
    return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
           QLatin1Char('\'');
}

QString shellLine(const QStringList& command) {
    QStringList words;
    for (const QString& word : command) words << shellWord(word);
    return words.join(QLatin1Char(' '));
}

}  // namespace univi::ui
