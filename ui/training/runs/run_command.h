#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// One setting that two runs (or a run and a command) do not share.
struct SettingDifference {
    QString name, before, after;  ///< texts as a command line has them; "–": not there
    /// What a change means for a run that goes on.
    enum class Effect {
        Free,      ///< may change: where it runs, how often it saves
        Changes,   ///< the run goes on, differently from an unbroken one
        Conflicts  ///< the checkpoint does not fit: it belongs to another model or to other data
    };
    Effect effect = Effect::Changes;
};

/// A value as it stands on a command line: "True", "0.0005", "s9".
QString settingText(const QJsonValue& value);
SettingDifference::Effect effectOnResume(const QString& name);

/// By name; settings that only one of both has count as "–".
QList<SettingDifference> differencesOf(const QJsonObject& before, const QJsonObject& after);

/// All settings that a command of univi-train gives, defaults included. Empty with a sentence in
/// `problem` when it is refused.
QJsonObject settingsOfCommand(const QStringList& arguments, QString& problem);

/// The flags with which a run was started (no program, no launcher's own words),
/// ready for resuming.
QStringList resumeArguments(const RunInfo& info);
/// With `name` set to `value`: replaced where it stands, else added.
QStringList withArgument(QStringList arguments, const QString& name, const QString& value);
/// Without `name` and its value.
QStringList withoutArgument(QStringList arguments, const QString& name);
QString argumentValue(const QStringList& arguments, const QString& name);

/// Flags of a second stage that goes on from `first`: its base and data, its projector, the second
/// stage's published rate.
QStringList secondStageArguments(const RunInfo& first, const QString& output_dir);

/// Devices a command asks for: "cuda:0", "cuda:1", "cpu:0", …; from --include and --device.
QStringList devicesOfCommand(const QStringList& arguments);

/// One word for a shell, quoted where it must be.
QString shellWord(const QString& word);
QString shellLine(const QStringList& command);

}  // namespace univi::ui
