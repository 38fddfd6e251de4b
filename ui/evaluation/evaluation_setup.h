#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QString>
#include <QStringList>

#include "core/eval/item.h"
#include "ui/evaluation/evaluated_model.h"

namespace univi::ui {

/// What the New evaluation dialog asks for: one command of univi-cli eval per checkpoint.
struct EvaluationSetup {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::EvaluationSetup)
  public:
    eval::Task task = eval::Task::Pope;
    QStringList questions;
    QString media;
    QStringList models;                ///< folders or cache names; "" is the demo model
    QHash<QString, ModelParts> parts;  ///< of models that are put together, by model
    QString device = QStringLiteral("auto"), dtype = QStringLiteral("auto");
    bool greedy = false;
    QString conv;  ///< "" : the task's
    enum class Judge { None, Endpoint, Model };
    Judge judge = Judge::None;
    QString judge_address, judge_name, judge_model;
    QString folder;  ///< answers go to a folder in it, one a checkpoint

    /// One sentence about what is missing or wrong; empty when it can start.
    QString problem() const;
    /// The arguments of univi-cli for a checkpoint.
    QStringList arguments(const QString& model) const;
    /// The same as one line for a shell, quoted.
    QString command(const QString& model) const;
    /// Where a checkpoint's answers go: a file, or of several question files a folder.
    QString answers(const QString& model) const;
};

/// A folder for a new evaluation in the data folder, by task and time; nothing is made yet.
QString newEvaluationFolder(eval::Task task);
/// The task's name for people.
QString taskTitle(eval::Task task);
bool taskNeedsJudge(eval::Task task);

}  // namespace univi::ui
